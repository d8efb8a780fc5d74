import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	labelledMessages,
	listedMessages,
	mostLabels,
	rankedChoices,
	readChoice,
} from "../../src/llm/choice.ts";
import { labelLogProbabilities } from "../../src/llm/openai-rank.ts";

describe("a reply that names an option", () => {
	test.each([
		['{"choice": "yes"}', "yes"],
		["```json\n{'choice': 'no'}\n```", "no"],
		["Yes.", "yes"],
		['  "no" ', "no"],
		["**NO**", "no"],
		["<think>yes or no?</think>\nno", "no"],
	])("%s", (text, choice) => {
		expect(readChoice(text, ["yes", "no"])).toMatchObject({
			value: { choice },
		});
	});

	test("options that differ in case only are told apart", () => {
		expect(readChoice("US", ["us", "US"])).toMatchObject({
			value: { choice: "US" },
		});
		expect(readChoice("Us", ["us", "US"])).toHaveProperty("problem");
	});
});

describe("an option that only occurs in the reply is not chosen", () => {
	test.each([
		"eyes",
		"yesterday",
		"No, but yes.",
		"yes and no",
		"yes, it is not",
		"not yes",
		"The answer is yes",
		"Y",
		"",
		'{"choice": "yes, it is"}',
		'{"choice": "eyes"}',
		'{"answer": "yes"}',
		'{"choice": "yes"} {"choice": "no"}',
		'{"choice": "yes"',
		"<think>yes",
	])("%s", (text) => {
		expect(readChoice(text, ["yes", "no"])).toHaveProperty("problem");
	});

	test("property: what is read is an option, word for word", () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (before, after) => {
				const reading = readChoice(`${before}yes${after}`, ["yes", "no"]);
				if ("value" in reading)
					expect(`${before}${after}`).toMatch(/^[\s"'“”‘’`*.]*$/u);
			}),
		);
	});
});

describe("ranked choices", () => {
	test("softmax over what is known, best first; unknown ones last, without a probability", () => {
		const ranked = rankedChoices(
			["a", "b", "c", "d"],
			[Math.log(0.1), null, Math.log(0.3), null],
		);
		expect(ranked.map(({ option }) => option)).toEqual(["c", "a", "b", "d"]);
		expect(ranked[0]?.probability).toBeCloseTo(0.75, 12);
		expect(ranked[1]?.probability).toBeCloseTo(0.25, 12);
		expect(ranked.slice(2).map(({ probability }) => probability)).toEqual([
			null,
			null,
		]);
	});

	test("ties stay in the order of the options; very small and very large values do not overflow", () => {
		expect(rankedChoices(["x", "y"], [-2000, -2000])).toEqual([
			{ option: "x", probability: 0.5 },
			{ option: "y", probability: 0.5 },
		]);
		expect(rankedChoices(["x", "y"], [-900, 900])).toEqual([
			{ option: "y", probability: 1 },
			{ option: "x", probability: 0 },
		]);
	});

	test("property: a permutation of the options, probabilities falling and adding up to 1", () => {
		const score = fc.double({ min: -1e3, max: 1e3, noNaN: true });
		fc.assert(
			fc.property(
				fc.array(score, { minLength: 2, maxLength: 30 }),
				(scores) => {
					const options = scores.map((_, index) => `o${index}`);
					const ranked = rankedChoices(options, scores);
					expect(ranked.map(({ option }) => option).sort()).toEqual(
						[...options].sort(),
					);
					const probabilities = ranked.map(
						({ probability }) => probability ?? -1,
					);
					expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
					expect([...probabilities].sort((a, b) => b - a)).toEqual(
						probabilities,
					);
				},
			),
		);
	});
});

describe("log-probabilities of labels", () => {
	test("spellings with white space in front are added up; other tokens do not count", () => {
		const found = labelLogProbabilities(
			[
				{ token: "A", logprob: Math.log(0.2) },
				{ token: " A", logprob: Math.log(0.3) },
				{ token: "▁B", logprob: Math.log(0.1) },
				{ token: "a", logprob: Math.log(0.2) },
				{ token: "An", logprob: Math.log(0.1) },
				{ token: "C", logprob: -9999 },
			],
			3,
		);
		expect(found[0]).toBeCloseTo(Math.log(0.5), 12);
		expect(found[1]).toBeCloseTo(Math.log(0.1), 12);
		expect(found[2]).toBeNull();
	});
});

describe("how options are put to a model", () => {
	const messages = [
		{ role: "system", content: "Judge." },
		{ role: "user", content: "It is a bell." },
	] as const;

	test("labels, below the last message", () => {
		expect(labelledMessages(messages, ["dog", "a\n bell"])).toEqual([
			messages[0],
			{
				role: "user",
				content:
					"It is a bell.\n\nOptions:\nA. dog\nB. a bell\nReply with the letter of one option and nothing else.",
			},
		]);
		expect(mostLabels).toBe(20);
	});

	test("in words, in a message of its own when the last one is not the user's", () => {
		expect(listedMessages([], ["yes", "no"])).toEqual([
			{
				role: "user",
				content:
					'Options:\n- yes\n- no\nReply with JSON: {"choice": "..."}, where "..." is one of the options, spelled as it is given.',
			},
		]);
	});
});
