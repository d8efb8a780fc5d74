/** The quiz's exemplar sets: summarized as `dissect` does, and graded by words. */
import type { LanguageModel } from "../../llm/port.ts";
import { forEachLimited } from "../../shared/pool.ts";
import type { Tagger } from "../open-set-extraction/tagger.ts";
import {
	type SummarizePrompt,
	summarizeWithModel,
} from "../summarize/summarize-with-model.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { readSaid, type Said, says } from "./names.ts";
import type { Quiz, QuizSet } from "./quiz.ts";
import { type QuizScore, scoreOf, shuffledScore } from "./score.ts";

/** The kept sentences of a summary and the calls behind them. */
type Written = {
	readonly sentences: readonly string[];
	readonly callIds: readonly number[];
};

export type AskedSet = {
	readonly set: QuizSet;
	readonly attempt: Attempt<Written>;
};

/** Asks for a summary of every set, with the real prompt, at most `concurrency` at a time. Throws what would hit every call. */
export async function askSummaries(options: {
	readonly quiz: Quiz;
	readonly model: LanguageModel;
	readonly prompt: SummarizePrompt;
	/** Least number of word tokens of a kept sentence, from 1. */
	readonly minWords: number;
	readonly concurrency: number;
	readonly signal?: AbortSignal | undefined;
}): Promise<readonly AskedSet[]> {
	const { quiz, concurrency, ...asked } = options;
	const answers = new Map<QuizSet, Attempt<Written>>();
	await forEachLimited(quiz.summaries, concurrency, async (set) => {
		answers.set(
			set,
			await attempt(async () => {
				const { summary, callIds } = await summarizeWithModel({
					...asked,
					captions: set.captions,
					side: "high",
				});
				return {
					sentences: summary.sentences.map(({ text }) => text),
					callIds,
				};
			}),
		);
	});
	return quiz.summaries.flatMap((set) => {
		const answer = answers.get(set);
		return answer === undefined ? [] : [{ set, attempt: answer }];
	});
}

type Source = Quiz["sources"][number];

type Read = { readonly set: QuizSet; readonly said: Said | null };

/**
 * Three scores of the same summaries: those of sets that share something name it; those of random sets have no sentence; and no summary
 * names a source of sound that is not in most of its captions, be it a detail of one or invented. Chance of each is the mean over all pairs
 * of a set and a summary.
 */
export async function gradeSummaries(
	asked: readonly AskedSet[],
	{ sources }: Quiz,
	tagger: Tagger,
): Promise<QuizScore[]> {
	const read: Read[] = await Promise.all(
		asked.map(async ({ set, attempt: result }) => ({
			set,
			said:
				"answer" in result
					? await readSaid(result.answer.sentences, tagger)
					: null,
		})),
	);
	const shared = new Map<QuizSet, readonly Source[]>();
	for (const { set } of read)
		shared.set(set, await sharedSources(set, sources, tagger));

	const namesIt = (said: Said, set: QuizSet): boolean =>
		set.kind !== "random" && says(said, set.names);
	const isSupported = (said: Said, set: QuizSet): boolean =>
		sources.every(
			(words) =>
				!says(said, words) || (shared.get(set)?.includes(words) ?? false),
		);
	const saysNothing = (said: Said): boolean => said.length === 0;

	const sharing = read.filter(({ set }) => set.kind !== "random");
	const random = read.filter(({ set }) => set.kind === "random");
	// A summary without a sentence names nothing, which says nothing about what it would name.
	const stating = read.filter(({ said }) => said === null || said.length > 0);
	const answersOf = (group: readonly Read[]): Said[] =>
		group.flatMap(({ said }) => (said === null ? [] : [said]));
	const graded = (
		group: readonly Read[],
		right: (said: Said, set: QuizSet) => boolean,
	): (boolean | null)[] =>
		group.map(({ set, said }) => (said === null ? null : right(said, set)));
	const setsOf = (group: readonly Read[]): QuizSet[] =>
		group.map(({ set }) => set);
	return [
		scoreOf(
			"names",
			graded(sharing, namesIt),
			shuffledScore(setsOf(sharing), answersOf(sharing), namesIt),
		),
		scoreOf(
			"nothing",
			graded(random, saysNothing),
			shuffledScore(setsOf(random), answersOf(read), saysNothing),
		),
		scoreOf(
			"supported",
			graded(stating, isSupported),
			shuffledScore(setsOf(stating), answersOf(stating), isSupported),
		),
	];
}

/** The sources that most captions of the set name. */
async function sharedSources(
	{ captions }: QuizSet,
	sources: readonly Source[],
	tagger: Tagger,
): Promise<readonly Source[]> {
	const said = await Promise.all(
		captions.map((caption) => readSaid([caption], tagger)),
	);
	return sources.filter(
		(words) =>
			said.filter((caption) => says(caption, words)).length * 2 >
			captions.length,
	);
}
