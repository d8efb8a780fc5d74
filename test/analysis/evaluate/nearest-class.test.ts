import { describe, expect, it } from "vitest";
import { nearestClassAccuracy } from "../../../src/analysis/evaluate/nearest-class.ts";
import { namesModel } from "./names-model.ts";

const classNames = ["dog", "church_organ", "rain", "wind"];
const embed = (texts: readonly string[]) => model.embed(texts);
const model = namesModel();

describe("nearestClassAccuracy", () => {
	it("compares summaries and captions with the unit's own class", async () => {
		const { summary, captions } = await nearestClassAccuracy({
			classNames,
			summaries: [
				["A dog barks.", "The dog is in the rain."],
				["A church organ plays."],
				["A dog barks.", "There is wind, and a dog."],
				[],
			],
			captions: [
				["rain"],
				["church organ", "dog", "church organ"],
				[],
				["dog"],
			],
			embed,
			seed: 1,
		});
		expect(summary).toMatchObject({
			correct: 2,
			of: 4,
			without: 1,
			failed: 0,
			chance: 0.25,
			nearest: ["dog", "church_organ", "dog", null],
		});
		expect(summary.value).toBe(0.5);
		expect(captions).toMatchObject({
			correct: 1,
			of: 4,
			without: 1,
			nearest: ["rain", "church_organ", null, "dog"],
		});
	});

	it("embeds a summary as one text, captions one by one", async () => {
		const asked: (readonly string[])[] = [];
		const { summary, captions } = await nearestClassAccuracy({
			classNames,
			summaries: [["A dog.", "Rain, rain, rain."]],
			captions: [["dog dog dog", "rain", "rain"]],
			embed: async (texts) => {
				asked.push(texts);
				return embed(texts);
			},
			seed: 1,
		});
		expect(asked).toEqual([
			["dog", "church organ", "rain", "wind"],
			["A dog. Rain, rain, rain."],
			["dog dog dog", "rain", "rain"],
		]);
		expect(summary.nearest).toEqual(["rain"]);
		// Each caption weighs the same, however long its vector.
		expect(captions.nearest).toEqual(["rain"]);
	});

	it("gives ties to the class that comes first", async () => {
		const { summary } = await nearestClassAccuracy({
			classNames,
			summaries: [["wind and rain"]],
			captions: [[]],
			embed,
			seed: 1,
		});
		expect(summary.nearest).toEqual(["rain"]);
	});

	it("takes a subset of units and shuffles their classes for chance", async () => {
		const { summary } = await nearestClassAccuracy({
			classNames,
			units: [3, 1],
			summaries: [["wind"], ["church organ"]],
			captions: [[], []],
			embed,
			seed: 1,
		});
		expect(summary).toMatchObject({ correct: 2, of: 2, value: 1 });
		// Two units: half of the permutations leave both in place.
		expect(summary.null.value).toBeGreaterThan(0.4);
		expect(summary.null.value).toBeLessThan(0.6);
	});

	it("a unit without a text is a miss, for the value and for its null", async () => {
		const { summary } = await nearestClassAccuracy({
			classNames,
			summaries: [[], []],
			captions: [[], []],
			embed,
			seed: 1,
		});
		expect(summary).toMatchObject({
			correct: 0,
			of: 2,
			without: 2,
			value: 0,
			null: { value: 0 },
			nearest: [null, null],
		});
	});

	it("failed units are counted apart; with nothing but failures there is no value", async () => {
		const { summary } = await nearestClassAccuracy({
			classNames,
			units: [],
			summaries: [],
			captions: [],
			failed: 4,
			embed,
			seed: 1,
		});
		expect(summary).toMatchObject({
			correct: 0,
			of: 0,
			failed: 4,
			value: null,
			reason: "no_valid_units",
			ci95: null,
			null: { value: null },
		});
	});

	it("refuses lists that do not fit and units without a class", async () => {
		await expect(
			nearestClassAccuracy({
				classNames,
				summaries: [[]],
				captions: [],
				embed,
				seed: 1,
			}),
		).rejects.toThrow(
			"Expected `summaries` and `captions` to have 1 units, got `1` and `0`",
		);
		await expect(
			nearestClassAccuracy({
				classNames,
				units: [4],
				summaries: [[]],
				captions: [[]],
				embed,
				seed: 1,
			}),
		).rejects.toThrow("Expected `units` to be within 0 to 3, got `4`");
	});
});
