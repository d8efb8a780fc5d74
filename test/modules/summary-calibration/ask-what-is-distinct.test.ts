import { describe, expect, it } from "vitest";
import { createScriptedModel } from "../../../src/llm/scripted.ts";
import { askWhatIsDistinct } from "../../../src/modules/summary-calibration/ask-what-is-distinct.ts";
import { loadPrompts, promptNamed } from "../../../src/prompts/load.ts";
import type { Json } from "../../../src/types.ts";

const prompt = promptNamed(await loadPrompts(), "calibrate");
const said = (...texts: readonly string[]) => texts.map((text) => ({ text }));

/** Replies in turn; `asked` collects the last message of every request. */
function modelReplying(...replies: readonly Json[]) {
	const asked: string[] = [];
	const model = createScriptedModel({
		answer: ({ messages }) => {
			asked.push(messages.at(-1)?.content ?? "");
			return replies[Math.min(asked.length, replies.length) - 1] as Json;
		},
	});
	return { model, asked };
}

describe("askWhatIsDistinct", () => {
	it("numbers both lists, and gives indices from 0", async () => {
		const { model, asked } = modelReplying({ distinct: [3, 1] });
		const { distinct, callIds } = await askWhatIsDistinct({
			high: said("A bell rings.", "It is loud.", "It  fades\n slowly."),
			low: said("It is loud."),
			prompt,
			model,
		});
		expect([...distinct].sort()).toEqual([0, 2]);
		expect(callIds).toHaveLength(1);
		expect(asked).toEqual([
			"High:\n1. A bell rings.\n2. It is loud.\n3. It fades slowly.\n\nLow:\n1. It is loud.",
		]);
	});

	it.each([
		["a number that is no sentence's", { distinct: [0] }],
		["a number beyond the last", { distinct: [3] }],
		["a number twice", { distinct: [1, 1] }],
		["no list", { distinct: null }],
	])("asks again for %s, and takes the better reply", async (_, wrong) => {
		const { model, asked } = modelReplying(wrong, { distinct: [] });
		const { distinct } = await askWhatIsDistinct({
			high: said("A bell rings.", "It is loud."),
			low: said("It is loud."),
			prompt,
			model,
		});
		expect([...distinct]).toEqual([]);
		expect(asked).toHaveLength(2);
	});

	it("fails when no reply is usable; nothing is guessed", async () => {
		const { model } = modelReplying({ distinct: [9] });
		await expect(
			askWhatIsDistinct({ high: said("x y"), low: said("z"), prompt, model }),
		).rejects.toMatchObject({ code: "reply_invalid" });
	});

	it("asks nothing when a side is empty", async () => {
		const { model, asked } = modelReplying({ distinct: [] });
		const noLow = await askWhatIsDistinct({
			high: said("a b", "c d"),
			low: [],
			prompt,
			model,
		});
		expect([...noLow.distinct]).toEqual([0, 1]);
		const noHigh = await askWhatIsDistinct({
			high: [],
			low: said("a b"),
			prompt,
			model,
		});
		expect([noHigh.distinct.size, noHigh.callIds, asked]).toEqual([0, [], []]);
	});
});
