/** Choosing by log-probabilities with a real model. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Message } from "../../src/llm/port.ts";
import { root } from "../support/cli.ts";
import { localProvider, notAborted } from "./local.ts";

const provider = localProvider();
afterAll(() => provider.close?.());

const replySchema = z.object({
	logProbabilities: z.array(z.number()),
	given: z.array(z.number()),
	neutral: z.array(z.number()).nullable(),
});

async function rank(
	messages: readonly Message[],
	options: readonly string[],
	neutral: readonly Message[] | null,
) {
	const answer = await provider.rank?.ask(
		{ operation: "test", messages, options, neutral },
		notAborted,
	);
	expect(answer).toMatchObject({ outcome: "ok", failure: null });
	return replySchema.parse(JSON.parse(answer?.text ?? ""));
}

/** The 48 classes of the demo with the first caption of each. */
function classes(): { name: string; caption: string }[] {
	const row = z.object({ label: z.string(), caption: z.string() });
	const known = new Map<string, string>();
	for (const line of readFileSync(join(root, "demo/probe-set.jsonl"), "utf8")
		.trim()
		.split("\n")) {
		const { label, caption } = row.parse(JSON.parse(line));
		const name = label.replaceAll("_", " ");
		if (!known.has(name)) known.set(name, caption);
	}
	return [...known].map(([name, caption]) => ({ name, caption }));
}

const examples: readonly Message[] = [
	{ role: "system", content: "Name the sound that is described." },
	{ role: "user", content: "Cloth is stitched by a sewing machine." },
	{ role: "assistant", content: "It is the sound of a sewing machine" },
];

const question = (caption: string): readonly Message[] => [
	...examples,
	{ role: "user", content: caption },
	{ role: "assistant", content: "It is the sound of a" },
];

describe("log-probabilities of options", () => {
	const messages: readonly Message[] = [
		{ role: "user", content: "Is a bell loud?" },
	];
	const options = ["yes", "no", "yes, and it is very loud"];

	it("are logarithms of probabilities; the options of a prefix share them", async () => {
		const { logProbabilities, given, neutral } = await rank(
			messages,
			options,
			null,
		);
		expect(neutral).toBeNull();
		expect(logProbabilities).toEqual(given);
		for (const value of given) expect(value).toBeLessThan(0);
		expect((given[2] as number) <= (given[0] as number)).toBe(true);
		// Different replies exclude each other.
		expect(
			Math.exp(given[0] as number) + Math.exp(given[1] as number),
		).toBeLessThan(1);
	});

	it("do not depend on the order of the options, nor on which others there are", async () => {
		const forward = await rank(messages, options, null);
		const backward = await rank(messages, [...options].reverse(), null);
		expect(backward.given).toEqual([...forward.given].reverse());
		const two = await rank(messages, options.slice(1), null);
		expect(two.given).toEqual(forward.given.slice(1));
	});

	it("those of the neutral question are subtracted, whether they were known or not", async () => {
		const neutral: readonly Message[] = [
			{ role: "user", content: "Is a thing loud?" },
		];
		const first = await rank(messages, options, neutral);
		const again = await rank(messages, options, neutral);
		expect(again).toEqual(first);
		const alone = await rank(neutral, options, null);
		expect(first.neutral).toEqual(alone.given);
		for (const [index, value] of first.logProbabilities.entries())
			expect(value).toBeCloseTo(
				(first.given[index] as number) - (alone.given[index] as number),
				10,
			);
		const same = await rank(neutral, options, neutral);
		expect(same.logProbabilities).toEqual([0, 0, 0]);
	});

	it("name the class of a caption far more often than chance", async () => {
		const known = classes();
		const names = known.map(({ name }) => name);
		const asked = known.filter((_, index) => index % 12 === 0);
		const places: number[] = [];
		for (const { name, caption } of asked) {
			const { logProbabilities } = await rank(
				question(caption),
				names,
				question("A sound is heard."),
			);
			const own = logProbabilities[names.indexOf(name)] as number;
			places.push(logProbabilities.filter((value) => value > own).length + 1);
		}
		const best = places.filter((place) => place === 1).length;
		console.log(
			`of ${asked.length} captions, ${best} have their class first among ${names.length}; places: ${places.join(" ")}`,
		);
		// A ranking that says nothing has its median at 24 of 48; the test is of the arithmetic, not of the model.
		const median = places.sort((a, b) => a - b)[places.length >> 1] as number;
		expect(median).toBeLessThan(20);
	});
});
