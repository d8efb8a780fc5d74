import { describe, expect, it } from "vitest";
import { readSaid, says } from "../../../src/modules/llm-check/names.ts";
import { loadQuiz } from "../../../src/modules/llm-check/quiz.ts";
import { loadPrompts, promptNamed } from "../../../src/prompts/load.ts";
import { directTagger } from "../open-set-extraction/fixtures.ts";

const quiz = await loadQuiz();
const prompts = await loadPrompts();
const said = (text: string) => readSaid([text], directTagger);

describe("says", () => {
	it.each([
		["Two sirens wail.", ["siren"], true],
		["Applauding people are heard.", ["applaud"], true],
		["It echoes in a hall.", ["echo"], true],
		["Water drips: two water drops.", ["water drop"], true],
		["A hand-clapping crowd.", ["hand clapping"], true],
		["Rain falls.", ["Rain"], true],
		["A strain is heard.", ["train", "rain"], false],
		["Training goes on.", ["rain"], false],
		["Drops of water.", ["water drop"], false],
		["The drill buzzes.", ["ill"], false],
	] as const)("%s %j: %s", async (text, phrases, expected) => {
		expect(says(await said(text), phrases)).toBe(expected);
	});

	it("a phrase does not go over the end of a sentence", async () => {
		const two = await readSaid(["There is water.", "Drop it."], directTagger);
		expect(says(two, ["water drop"])).toBe(false);
	});
});

describe("the shipped quiz", () => {
	it("has sets of every kind, and each right answer in most of its own captions", async () => {
		const kinds = quiz.summaries.map(({ kind }) => kind);
		for (const kind of ["single", "mixed", "random"] as const)
			expect(kinds.filter((one) => one === kind)).toHaveLength(4);
		for (const set of quiz.summaries) {
			if (set.kind === "random") continue;
			const naming = await Promise.all(
				set.captions.map(async (caption) =>
					says(await said(caption), set.names),
				),
			);
			expect(
				[set.id, naming.filter((one) => one).length],
				`captions of ${set.id} that say ${set.names.join(", ")}`,
			).toEqual([set.id, expect.toSatisfy((count: number) => count >= 4)]);
		}
	});

	it("captions of a random set share no content word", async () => {
		const small = new Set(
			"a an the of is be being can heard hear sound into on from".split(" "),
		);
		for (const set of quiz.summaries.filter(({ kind }) => kind === "random")) {
			const words = await Promise.all(
				set.captions.map(
					async (caption) =>
						new Set(
							(await readSaid([caption], directTagger))
								.flat()
								.flatMap((forms) => [...forms][0] ?? []),
						),
				),
			);
			const shared = words.flatMap((own, index) =>
				[...own].filter(
					(word) =>
						!small.has(word) &&
						words.some((other, at) => at > index && other.has(word)),
				),
			);
			expect([set.id, shared]).toEqual([set.id, []]);
		}
	});

	it("no answer is the right one of another set, so that chance is low", () => {
		const names = quiz.summaries.flatMap((set) =>
			set.kind === "random" ? [] : set.names,
		);
		expect(new Set(names).size).toBe(names.length);
	});

	it("choices: 8 to 48 different options, answers in different places", () => {
		const { items } = quiz.choices;
		expect(items).toHaveLength(12);
		for (const { options } of items) {
			expect(new Set(options).size).toBe(options.length);
			expect(options.length).toBeGreaterThanOrEqual(8);
			expect(options.length).toBeLessThanOrEqual(48);
		}
		const places = items.map(({ answer, options }) => options.indexOf(answer));
		expect(new Set(places).size).toBeGreaterThanOrEqual(9);
	});

	it("words: 40 different ones, half of them acoustic, none in the prompt's examples", () => {
		const { acoustic, other } = quiz.words;
		expect([acoustic.length, other.length]).toEqual([20, 20]);
		const words = [...acoustic, ...other].map(({ word }) => word);
		expect(new Set(words).size).toBe(40);
		expect(words).toEqual(words.map((word) => word.toLowerCase()));
		const { source } = promptNamed(prompts, "acoustic-filter");
		expect(
			words.filter((word) => source.toLowerCase().includes(`- ${word}\n`)),
		).toEqual([]);
	});
});
