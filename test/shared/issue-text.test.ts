/** What zod finds wrong, in the words of a reader. */
import { expect, test } from "vitest";
import { z } from "zod";
import { issueText, showPath } from "../../src/shared/issue-text.ts";

const schema = z.strictObject({
	kind: z.enum(["mean", "max"]),
	names: z.array(z.string()).min(1).max(2),
	day: z.iso.date(),
	address: z.url(),
	share: z.number().positive().max(1),
	count: z.int().min(1),
	text: z.string().min(1),
	on: z.boolean(),
	either: z.union([z.number(), z.array(z.number())]),
	front: z.discriminatedUnion("kind", [
		z.strictObject({ kind: z.literal("a") }),
		z.strictObject({ kind: z.literal("b") }),
	]),
	prices: z.record(z.string().min(1), z.number()),
	own: z.string().refine((text) => text === "rain", "expected the word rain"),
});

function problems(value: unknown): string[] {
	const { error } = schema.safeParse(value);
	return (error?.issues ?? []).map(
		(issue) => `${showPath(issue.path)}: ${issueText(issue, value)}`,
	);
}

const good = {
	kind: "mean",
	names: ["a"],
	day: "2026-01-01",
	address: "http://a",
	share: 1,
	count: 1,
	text: "a",
	on: true,
	either: 1,
	front: { kind: "a" },
	prices: {},
	own: "rain",
};

test.each([
	[
		{ kind: "maxx" },
		'kind: expected one of "mean", "max", got "maxx" (text); did you mean "max"?',
	],
	[{ kind: undefined }, 'kind: missing: expected one of "mean", "max"'],
	[{ names: [] }, "names: expected a list with at least 1, got an empty list"],
	[
		{ names: ["a", "b", "c"] },
		"names: expected a list with at most 2, got a list",
	],
	[{ names: [null] }, "names[0]: expected a text, got nothing"],
	[{ day: "today" }, 'day: expected a day (YYYY-MM-DD), got "today" (text)'],
	[{ address: "here" }, 'address: expected a URL, got "here" (text)'],
	[{ share: 0 }, "share: expected a number above 0, got 0 (number)"],
	[{ share: 2 }, "share: expected a number up to 1, got 2 (number)"],
	[{ count: 1.5 }, "count: expected a whole number, got 1.5 (number)"],
	[{ text: "" }, 'text: expected a text that is not empty, got "" (text)'],
	[{ on: {} }, "on: expected true or false, got a mapping"],
	[{ either: "one" }, 'either: expected a number, or a list, got "one" (text)'],
	[
		{ front: { kind: "c" } },
		'front.kind: expected one of "a", "b", got "c" (text)',
	],
	[{ prices: 3 }, "prices: expected a mapping, got 3 (number)"],
	[
		{ prices: { "": 3 } },
		"prices.: expected a text that is not empty, got 3 (number)",
	],
	[{ own: "snow" }, 'own: expected the word rain, got "snow" (text)'],
	[{ more: 1, most: 2 }, ': unknown keys "more", "most"'],
])("%j", (wrong, text) => {
	expect(problems({ ...good, ...wrong })).toEqual([text]);
});

test("what may be a secret is not repeated", () => {
	const value = { ...good, own: "sk-secret" };
	const [issue] = schema.safeParse(value).error?.issues ?? [];
	expect(issue && issueText(issue, value, { hidden: true })).toBe(
		"expected the word rain",
	);
});
