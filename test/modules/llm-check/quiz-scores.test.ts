/** The whole quiz, put to models whose answers are known, through the real prompts and modules. */
import { describe, expect, it } from "vitest";
import { schemaOnly } from "../../../src/llm/capabilities.ts";
import type { LanguageModel } from "../../../src/llm/port.ts";
import { createScriptedModel } from "../../../src/llm/scripted.ts";
import { gradeCalibrations } from "../../../src/modules/llm-check/calibrations.ts";
import { gradeCaptions } from "../../../src/modules/llm-check/captions.ts";
import {
	askConcepts,
	gradeConcepts,
} from "../../../src/modules/llm-check/concepts.ts";
import { gradeSummaries } from "../../../src/modules/llm-check/grade-summaries.ts";
import { loadQuiz } from "../../../src/modules/llm-check/quiz.ts";
import type { QuizScore } from "../../../src/modules/llm-check/score.ts";
import {
	askUse,
	type CheckedUse,
} from "../../../src/modules/llm-check/uses.ts";
import { gradeWords } from "../../../src/modules/llm-check/words.ts";
import type { Tagger } from "../../../src/modules/open-set-extraction/tagger.ts";
import type { Word } from "../../../src/modules/open-set-extraction/words-of-sentence.ts";
import { loadPrompts, promptNamed } from "../../../src/prompts/load.ts";
import {
	answersOf,
	guesser,
	type PersonaName,
	scriptedAnswer,
} from "../../support/quiz-personas.ts";
import { temporaryStore } from "../../support/temporary-store.ts";
import { directTagger, wordsOf } from "../open-set-extraction/fixtures.ts";

const quiz = await loadQuiz();

/** The tagger, with what it said before: the quiz's captions are the same for every model. */
const tagged = new Map<string, Word[]>();
const tagger: Tagger = {
	...directTagger,
	tag: async (sentences) =>
		sentences.map((sentence) => {
			const words = tagged.get(sentence) ?? wordsOf(sentence);
			tagged.set(sentence, words);
			return words;
		}),
};
const prompts = await loadPrompts();

type Answers = ReturnType<typeof guesser>;

async function ask(
	use: CheckedUse,
	answers: Answers,
	concepts: number | null = null,
): Promise<readonly QuizScore[]> {
	const store = temporaryStore();
	const prompt = promptNamed(prompts, use);
	const asked = await askUse({
		use,
		model: createScriptedModel({
			calls: store,
			answer: ({ messages, schema }) =>
				scriptedAnswer(answers, { messages, schema }),
		}),
		concurrency: 4,
		prompt,
		judge: `${use}`,
		minWords: 4,
		concepts,
		heard: null,
		quiz,
		tagger,
		store,
	});
	return asked?.scores ?? [];
}

const verdictsOf = async (use: CheckedUse, name: PersonaName) =>
	Object.fromEntries(
		(await ask(use, answersOf(name, quiz))).map(({ task, verdict }) => [
			task,
			verdict,
		]),
	);

describe("askUse", () => {
	it.each([
		["summarize", 4],
		["identify-concept", 3],
		["calibrate", 1],
		["acoustic-filter", 1],
	] as const)("%s: a perfect model has all right", async (use, tasks) => {
		const scores = await ask(use, answersOf("perfect", quiz));
		expect(scores).toHaveLength(tasks);
		for (const score of scores)
			expect([score.task, score.value, score.verdict]).toEqual([
				score.task,
				1,
				"good",
			]);
	});

	it("one that agrees with everything fails wherever no is an answer", async () => {
		expect(await verdictsOf("acoustic-filter", "yes")).toEqual({
			acoustic: "not_above_chance",
		});
		expect(await verdictsOf("calibrate", "yes")).toEqual({
			calibrate: "not_above_chance",
		});
		expect(await verdictsOf("identify-concept", "yes")).toMatchObject({
			"none-fits": "not_above_chance",
		});
		expect(await verdictsOf("summarize", "yes")).toMatchObject({
			names: "good",
			nothing: "not_above_chance",
			invented: "good",
		});
	});

	it.each(["constant", "silent", "random"] as const)(
		"a %s model is above chance in nothing",
		async (name) => {
			for (const use of [
				"summarize",
				"identify-concept",
				"calibrate",
				"acoustic-filter",
			] as const)
				for (const [task, verdict] of Object.entries(
					await verdictsOf(use, name),
				))
					expect([task, verdict]).toEqual([
						task,
						expect.not.stringMatching(/good|fair/),
					]);
		},
	);

	it("a run is asked about lists of concepts as long as its own", async () => {
		const tasks = async (concepts: number) =>
			(await ask("identify-concept", answersOf("perfect", quiz), concepts)).map(
				({ task }) => task,
			);
		expect(await tasks(12)).toEqual(["few", "none-fits"]);
		expect(await tasks(19)).toEqual(["few", "none-fits"]);
		expect(await tasks(20)).toEqual(["many", "none-fits"]);
		expect(await tasks(500)).toEqual(["many", "none-fits"]);
	});
});

it("choices by log-probabilities: none fits counts when it is the likeliest, whatever comes behind it", async () => {
	const model: LanguageModel = {
		...createScriptedModel({ answer: () => "" }),
		capabilities: { ...schemaOnly, logprobs: "full" },
		choose: async ({ options }) => ({
			value: [...options].reverse().map((option, index) => ({
				option,
				probability: index === 0 ? 0.6 : 0.4 / (options.length - 1),
			})),
			callIds: [],
			cached: false,
		}),
	};
	const asked = await askConcepts({
		quiz,
		model,
		prompt: promptNamed(prompts, "identify-concept"),
		concepts: null,
		concurrency: 4,
	});
	const rights = gradeConcepts(asked).map(({ task, right, of }) => [
		task,
		right,
		of,
	]);
	expect(rights).toEqual([
		["few", 0, 8],
		["many", 0, 8],
		["none-fits", 12, 12],
	]);
});

/** All scores of answers, graded without asking anything. */
async function scoresOf(answers: Answers): Promise<readonly QuizScore[]> {
	const callIds: number[] = [];
	const concepts = (["few", "many"] as const).flatMap((length) =>
		quiz.concepts[length].map((question) => {
			const options = question.options ?? quiz.concepts.list;
			const chosen = answers.concept(question.sentences, [
				...options,
				"none fits",
			]);
			const concept = chosen === "none fits" ? null : chosen;
			return {
				length,
				question,
				options,
				attempt: { answer: { concept, callIds } },
			};
		}),
	);
	const lemmas = [...quiz.words.acoustic, ...quiz.words.other];
	return [
		...(await gradeSummaries(
			quiz.summaries.map((set) => ({
				set,
				attempt: {
					answer: { sentences: answers.summary(set.captions), callIds },
				},
			})),
			quiz,
			tagger,
		)),
		...gradeConcepts(concepts),
		gradeCalibrations(
			quiz.calibrations.map((pair) => ({
				pair,
				attempt: {
					answer: {
						distinct: new Set(
							answers
								.distinct(pair.high.map(({ text }) => text))
								.map((number) => number - 1),
						),
						callIds,
					},
				},
			})),
		),
		gradeWords(
			{
				verdicts: new Map(
					lemmas.map(({ word }) => [
						word,
						{ acoustic: answers.acoustic(word), callId: null },
					]),
				),
			},
			quiz,
		),
		await gradeCaptions(
			quiz.clips.map((clip) => ({
				clip,
				attempt: { answer: { text: answers.caption(clip.clip), callIds } },
			})),
			tagger,
		),
	];
}

describe("all tasks together", () => {
	it("of forty models that guess, one in twenty at most is called better than chance at anything", async () => {
		let praised = 0;
		for (let seed = 1; seed <= 40; seed += 1) {
			const scores = await scoresOf(guesser(quiz, seed));
			expect(scores).toHaveLength(10);
			if (
				scores.some(({ verdict }) => verdict === "good" || verdict === "fair")
			)
				praised += 1;
		}
		expect(praised).toBeLessThanOrEqual(2);
	});

	it("a model that is right nine times in ten is good or fair at everything", async () => {
		const perfect = answersOf("perfect", quiz);
		const wrong = guesser(quiz, 1);
		// Every tenth answer of each kind is a guess.
		let asked = 0;
		const mixed = <T>(right: T, guess: T): T => {
			asked += 1;
			return asked % 10 === 0 ? guess : right;
		};
		const scores = await scoresOf({
			summary: (captions) =>
				mixed(perfect.summary(captions), wrong.summary(captions)),
			concept: (sentences, options) =>
				mixed(
					perfect.concept(sentences, options),
					wrong.concept(sentences, options),
				),
			distinct: (high) => mixed(perfect.distinct(high), wrong.distinct(high)),
			acoustic: (word) => mixed(perfect.acoustic(word), wrong.acoustic(word)),
			caption: (clip) => mixed(perfect.caption(clip), wrong.caption(clip)),
		});
		for (const { task, verdict } of scores)
			expect([task, verdict]).toEqual([
				task,
				expect.stringMatching(/good|fair/),
			]);
	});
});
