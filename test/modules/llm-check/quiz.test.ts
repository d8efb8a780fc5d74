import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSaid, says } from "../../../src/modules/llm-check/names.ts";
import { loadQuiz } from "../../../src/modules/llm-check/quiz.ts";
import { loadPrompts, promptNamed } from "../../../src/prompts/load.ts";
import { root } from "../../support/cli.ts";
import { directTagger, lexicon } from "../open-set-extraction/fixtures.ts";

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
		// What is denied is not said.
		["No rain falls.", ["rain"], false],
		["A drill buzzes without any speech.", ["speech"], false],
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
		for (const [kind, count] of [
			["single", 4],
			["mixed", 4],
			["random", 8],
		] as const)
			expect(kinds.filter((one) => one === kind)).toHaveLength(count);
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
			"a an the of is be being can heard hear sound into on from play say".split(
				" ",
			),
		);
		for (const set of quiz.summaries.filter(({ kind }) => kind === "random")) {
			const words = await Promise.all(
				set.captions.map(
					async (caption) =>
						new Set(
							(await readSaid([caption], directTagger))
								.flat()
								.flatMap(({ forms }) => [...forms][0] ?? []),
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

	it("concepts: 8 and 6 questions of either length, answers in different places", () => {
		const { few, many, list } = quiz.concepts;
		expect(list).toHaveLength(48);
		for (const questions of [few, many]) {
			const answers = questions.map(({ answer }) => answer);
			expect(answers.filter((answer) => answer !== null)).toHaveLength(8);
			expect(answers.filter((answer) => answer === null)).toHaveLength(6);
		}
		for (const { options = [] } of few) {
			expect(new Set(options).size).toBe(options.length);
			expect(options.length).toBeGreaterThanOrEqual(8);
			// With "none fits", as many as labels can be told apart.
			expect(options.length).toBeLessThanOrEqual(16);
		}
		expect(many.every(({ options }) => options === undefined)).toBe(true);
		const places = [...few, ...many].flatMap(({ answer, options = list }) =>
			answer === null ? [] : [options.indexOf(answer)],
		);
		expect(places.every((place) => place >= 0)).toBe(true);
		expect(new Set(places).size).toBeGreaterThanOrEqual(10);
		const asked = [...few, ...many].map(({ sentences }) => sentences[0]);
		expect(new Set(asked).size).toBe(28);
	});

	it("concepts: no answer is in the prompt's worked examples", () => {
		const { source } = promptNamed(prompts, "identify-concept");
		const examples = [...source.matchAll(/^- (\w[\w ]*)$/gm)].map(
			([, name]) => name,
		);
		expect(examples).toHaveLength(8);
		const answers = [...quiz.concepts.few, ...quiz.concepts.many].map(
			({ answer }) => answer,
		);
		expect(answers.filter((answer) => examples.includes(answer ?? ""))).toEqual(
			[],
		);
	});

	it("concepts: the length of the statements does not tell whether one fits", () => {
		const lengths = (none: boolean): number[] =>
			[...quiz.concepts.few, ...quiz.concepts.many]
				.filter(({ answer }) => (answer === null) === none)
				.map(({ sentences }) => sentences.join(" ").split(" ").length);
		const mean = (values: readonly number[]): number =>
			values.reduce((sum, value) => sum + value, 0) / values.length;
		expect(Math.min(...lengths(true))).toBeGreaterThanOrEqual(
			Math.min(...lengths(false)),
		);
		expect(
			Math.abs(mean(lengths(true)) - mean(lengths(false))),
		).toBeLessThanOrEqual(2);
	});

	it("words: the verdicts are the audio lexicon's, where it has one", () => {
		const { acoustic, other } = quiz.words;
		const wrong = [
			...acoustic.map(({ word }) => ({ word, right: true })),
			...other.map(({ word }) => ({ word, right: false })),
		].filter(({ word, right }) => {
			const entry = lexicon.adjectives.get(word);
			return entry !== undefined && entry.acoustic !== right;
		});
		expect(wrong).toEqual([]);
	});

	it("calibrations: half of the statements stay, in different places, and none is in the prompt", () => {
		const high = quiz.calibrations.flatMap((pair) => pair.high);
		expect(high).toHaveLength(32);
		expect(high.filter(({ stays }) => stays)).toHaveLength(16);
		for (const place of [0, 1])
			expect(
				quiz.calibrations.filter((pair) => pair.high[place]?.stays),
			).toHaveLength(8);
		const { source } = promptNamed(prompts, "calibrate");
		const texts = quiz.calibrations.flatMap((pair) => [
			...pair.high.map(({ text }) => text),
			...pair.low,
		]);
		expect(texts.filter((text) => source.includes(text))).toEqual([]);
	});

	it("clips are the demo's, and each right word is in the hand-written caption or its clip's label", async () => {
		const lines = readFileSync(join(root, "demo/probe-set.jsonl"), "utf8");
		for (const { clip, names } of quiz.clips) {
			const line = lines
				.split("\n")
				.find((one) => one.includes(`"clips/${clip}.flac"`));
			const { caption, label } = JSON.parse(line ?? "{}");
			const told = await said(`${caption} ${label.replaceAll("_", " ")}.`);
			expect([clip, says(told, names)]).toEqual([clip, true]);
		}
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
