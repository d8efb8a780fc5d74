/** The quiz's statements, put to the closed set as `dissect` does by `closedSet.method: icl`: which concept of a list do they describe? */
import type { LanguageModel } from "../../llm/port.ts";
import { forEachLimited } from "../../shared/pool.ts";
import {
	type IdentifyPrompt,
	identifyWithModel,
} from "../closed-set/in-context.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { blindGuessing, shuffledGuessing } from "./guessing.ts";
import type { Quiz } from "./quiz.ts";
import { type QuizScore, scoreOf } from "./score.ts";

type Question = Quiz["concepts"]["few"][number];

/** A question of a list as long as the run's own, or of both lengths. */
export type ListLength = "few" | "many";

export type AskedConcept = {
	readonly length: ListLength;
	readonly question: Question;
	readonly options: readonly string[];
	readonly attempt: Attempt<{
		/** Null: none fits. */
		readonly concept: string | null;
		readonly callIds: readonly number[];
	}>;
};

/** Concepts of a list whose labels can all be told apart by log-probabilities; longer ones are asked in another way by most providers. */
const FEW = 19;

/** Which questions are like those of a run with so many concepts; without a number, all. */
export function lengthsFor(concepts: number | null): readonly ListLength[] {
	if (concepts === null) return ["few", "many"];
	return [concepts <= FEW ? "few" : "many"];
}

/** Asks every question with the real prompt, at most `concurrency` at a time. Throws what would hit every call. */
export async function askConcepts(options: {
	readonly quiz: Quiz;
	readonly model: LanguageModel;
	readonly prompt: IdentifyPrompt;
	/** Size of the run's concept set; null: not known. */
	readonly concepts: number | null;
	readonly concurrency: number;
	readonly signal?: AbortSignal | undefined;
}): Promise<readonly AskedConcept[]> {
	const { quiz, model, prompt, signal } = options;
	const questions = lengthsFor(options.concepts).flatMap((length) =>
		quiz.concepts[length].map((question) => ({
			length,
			question,
			options: question.options ?? quiz.concepts.list,
		})),
	);
	const answers = new Map<Question, AskedConcept["attempt"]>();
	await forEachLimited(
		questions,
		options.concurrency,
		async ({ question, options: concepts }) => {
			answers.set(
				question,
				await attempt(async () => {
					const { result, callIds } = await identifyWithModel({
						concepts,
						sentences: question.sentences,
						prompt,
						model,
						signal,
					});
					return {
						concept: result.noneFits
							? null
							: (result.ranked[0]?.concept ?? null),
						callIds,
					};
				}),
			);
		},
	);
	return questions.flatMap((one) => {
		const answer = answers.get(one.question);
		return answer === undefined ? [] : [{ ...one, attempt: answer }];
	});
}

/**
 * A score for each length that was asked: the concept is the right one (chance: one in so many options, "none fits" among them); and one
 * for the questions whose list has no concept that fits, which is said (chance: the model's own answers, shuffled over all questions).
 */
export function gradeConcepts(asked: readonly AskedConcept[]): QuizScore[] {
	const fitting = asked.filter(({ question }) => question.answer !== null);
	const none = asked.filter(({ question }) => question.answer === null);
	const isNone = (concept: string | null): boolean => concept === null;
	return [
		...(["few", "many"] as const)
			.map((length) => fitting.filter((one) => one.length === length))
			.filter((group) => group.length > 0)
			.map((group) =>
				scoreOf(
					group[0]?.length ?? "few",
					group.map(({ question, attempt: result }) =>
						"answer" in result
							? result.answer.concept === question.answer
							: null,
					),
					blindGuessing(
						answered(group).map(({ concept, question, options }) => ({
							right: concept === question.answer,
							chance: 1 / (options.length + 1),
						})),
					),
				),
			),
		scoreOf(
			"none-fits",
			none.map(({ attempt: result }) =>
				"answer" in result ? isNone(result.answer.concept) : null,
			),
			shuffledGuessing(
				answered(none),
				[...answered(none), ...answered(fitting)],
				(_, { concept }) => isNone(concept),
			),
		),
	];
}

function answered(group: readonly AskedConcept[]) {
	return group.flatMap(({ attempt: result, ...question }) =>
		"answer" in result ? [{ ...question, concept: result.answer.concept }] : [],
	);
}
