import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readJsonReply, readTextReply } from "../../src/llm/reply.ts";

const schema = z.object({ sentences: z.array(z.string()) });
const read = (text: string) => readJsonReply(text, schema);
const bell = { sentences: ["A bell rings."] };

describe("a reply that holds the JSON asked for", () => {
	test.each([
		["as it is", '{"sentences": ["A bell rings."]}', false],
		["in a code fence", '```json\n{"sentences": ["A bell rings."]}\n```', true],
		[
			"between words",
			'Sure! Here is it:\n{"sentences": ["A bell rings."]}\nLet me know.',
			true,
		],
		["with trailing commas", '{"sentences": ["A bell rings.",],}', true],
		["in single quotes", "{'sentences': ['A bell rings.']}", true],
		["with bare keys", '{sentences: ["A bell rings."]}', true],
		[
			"after its thoughts",
			'<think>{"sentences": ["a"]} or {"sentences":</think>\n{"sentences": ["A bell rings."]}',
			true,
		],
		[
			"twice, the same",
			'{"sentences": ["A bell rings."]} I repeat: {"sentences":["A bell rings."]}',
			true,
		],
		[
			"beside an object of another shape",
			'{"captions": 5} {"sentences": ["A bell rings."]}',
			true,
		],
	])("%s", (_, text, repaired) => {
		expect(read(text)).toEqual({ value: bell, repaired });
	});

	test.each([
		[
			"apostrophes",
			"{'sentences': ['It's raining', 'the dogs' bark']}",
			["It's raining", "the dogs' bark"],
		],
		[
			"quotes and braces",
			'Here: {"sentences": ["it says \\"{\\" and }", "a\\\\"]}',
			['it says "{" and }', "a\\"],
		],
		[
			"double quotes in single ones",
			`{'sentences': ['it says "go"']}`,
			['it says "go"'],
		],
		["line breaks", '{"sentences": ["two\nlines\t."],}', ["two\nlines\t."]],
		["a comma before a bracket", '{"sentences": [",]", ",}"],}', [",]", ",}"]],
	])("%s in its texts stay what they are", (_, text, sentences) => {
		expect(read(text)).toEqual({ value: { sentences }, repaired: true });
	});

	test("Python's literals", () => {
		const python = z.object({ a: z.boolean(), b: z.null(), c: z.string() });
		expect(
			readJsonReply("{'a': True, 'b': None, 'c': 'None is True'}", python),
		).toEqual({
			value: { a: true, b: null, c: "None is True" },
			repaired: true,
		});
	});
});

describe("what is no answer", () => {
	test.each([
		["an open object", '{"sentences": ["A bell rings."]'],
		["an open list", '{"sentences": ["A bell rings."'],
		["an open text", '{"sentences": ["A bell rin'],
		["an open text that looks closed", '{"sentences": ["A bell rings.]}'],
		["an open text in single quotes", "{'sentences': ['A bell rings.]}"],
		["an open fence", '```json\n{"sentences": ["A bell rings.", "A'],
		["a second answer that is cut", '{"sentences": []} {"sentences": ["A'],
		["thoughts without an end", '<think>perhaps {"sentences": ["a"]}'],
		["prose", "A bell rings."],
		["nothing", ""],
		[
			"brackets that do not match, before an answer",
			'{"sentences": ["a"}] {"sentences": ["b"]}',
		],
		["brackets that do not match", '{"sentences": ["A bell rings."}]'],
	])("a cut or foreign reply is never completed: %s", (_, text) => {
		expect(read(text)).toEqual({ problem: "it is not valid JSON" });
	});

	test("two different answers", () => {
		expect(read('{"sentences": ["a"]} or {"sentences": ["b"]}')).toEqual({
			problem: "it holds more than one answer",
		});
	});

	test("another shape is said, wherever it was found", () => {
		const problem =
			"it does not fit the schema (at sentences: Invalid input: expected array, received string)";
		expect(read('{"sentences": "A bell"}')).toEqual({ problem });
		expect(read('```\n{"sentences": "A bell"}\n```')).toEqual({ problem });
	});
});

const json = fc.record({ sentences: fc.array(fc.string({ unit: "binary" })) });

test("property: JSON in a fence or between words is read as it is", () => {
	fc.assert(
		fc.property(
			json,
			fc.constantFrom("```json\n", "Here: ", "It's 5 o'clock. ", "\n\n"),
			fc.constantFrom("\n```", " That's all.", "\n"),
			fc.nat(3),
			(value, before, after, indent) => {
				const text = `${before}${JSON.stringify(value, null, indent)}${after}`;
				expect(read(text)).toMatchObject({ value });
			},
		),
	);
});

test("property: a reply cut anywhere is no data", () => {
	fc.assert(
		fc.property(
			json,
			fc.constantFrom('"', "'"),
			fc.constantFrom("", "```json\n", "Here: "),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(value, quote, before, share) => {
				const whole =
					quote === '"'
						? JSON.stringify(value)
						: `{'sentences': [${value.sentences.map((text) => `'${text.replace(/[\\'"{}[\],:]/g, "")}'`).join(", ")}]}`;
				const cut = `${before}${whole.slice(0, Math.floor(share * (whole.length - 1)))}`;
				expect(read(cut)).toHaveProperty("problem");
			},
		),
	);
});

test("property: no text throws", () => {
	fc.assert(
		fc.property(
			fc.string({ unit: fc.constantFrom(..."{}[]'\",:\\ax\n <think>/") }),
			(text) => {
				const reading = read(text);
				if ("value" in reading) schema.parse(reading.value);
			},
		),
		{ numRuns: 2000 },
	);
});

describe("plain text", () => {
	const fromText = (text: string) => ({ sentences: text.split("\n") });

	test("is read by the function given, without thoughts, and held to the schema", () => {
		expect(readTextReply("<think>x</think>a\nb", fromText, schema)).toEqual({
			value: { sentences: ["a", "b"] },
			repaired: false,
		});
		expect(
			readTextReply(
				"a\nb",
				fromText,
				z.object({ sentences: z.array(z.string()).max(1) }),
			),
		).toEqual({
			problem: expect.stringMatching(
				/^it does not fit the schema \(at sentences: /,
			),
		});
	});

	test("that is JSON is read as that, and never in part", () => {
		for (const text of [
			'{"sentences": ["a"]}',
			'```json\n{"sentences": ["a"]}\n```',
		])
			expect(readTextReply(text, fromText, schema)).toEqual({
				value: { sentences: ["a"] },
				repaired: true,
			});
		for (const text of ['{"sentences": ["a', '{"text": "a"}'])
			expect(readTextReply(text, fromText, schema)).toEqual({
				problem: "it is not plain text",
			});
	});

	test("that is thoughts only has no end", () => {
		expect(readTextReply("<think>well", fromText, schema)).toEqual({
			problem: "it ends in the middle",
		});
	});
});
