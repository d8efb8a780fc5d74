import { describe, expect, it } from "vitest";
import { lastLayerAccuracy } from "../../../src/analysis/evaluate/last-layer.ts";
import { names, namesModel } from "./names-model.ts";

function evaluate(
	classNames: readonly (string | null)[],
	ranked: readonly (readonly string[] | null)[],
	concepts = names,
) {
	return lastLayerAccuracy({
		classNames,
		ranked,
		concepts,
		embeddings: namesModel(),
		seed: 3,
	});
}

describe("lastLayerAccuracy", () => {
	it("counts the first and the first five concepts", async () => {
		const { top1, top5, unlabelled } = await evaluate(
			["dog", "rain", "wind", "siren", null],
			[
				["dog", "rain"],
				["dog", "rain", "wind"],
				["dog", "rain", "siren", "cello", "wind"],
				["dog", "rain", "wind", "cello", "piano", "siren"],
				["rain"],
			],
		);
		expect(top1).toMatchObject({
			metric: "last_layer_top1",
			value: 0.25,
			nValid: 4,
			nFailed: 0,
			coverage: 1,
			chance: 1 / 7,
			seed: 3,
			split: "seen",
		});
		expect(top5).toMatchObject({ metric: "last_layer_top5", value: 0.75 });
		// Wilson interval of 1 of 4, z = 1.959964, worked in Python.
		expect(top1.ci95?.[0]).toBeCloseTo(0.045587, 5);
		expect(top1.ci95?.[1]).toBeCloseTo(0.699358, 5);
		expect(unlabelled).toBe(1);
	});

	it("compares names, not spellings", async () => {
		const { top1, outsideConceptSet } = await evaluate(
			["Church_Organ", "  RAIN ", "dog barks"],
			[["church  organ"], ["Rain"], ["dog"]],
		);
		expect(top1.value).toBeCloseTo(2 / 3, 12);
		expect(outsideConceptSet).toEqual(["dog barks"]);
	});

	it("counts those whose class name is a concept on their own", async () => {
		const { top1, top5, outsideConceptSet, insideConceptSet } = await evaluate(
			["dog", "techno", "rain", "sitar"],
			[["dog"], ["dog"], ["dog", "rain"], null],
		);
		expect(outsideConceptSet).toEqual(["techno", "sitar"]);
		expect(insideConceptSet).toEqual({ units: 2, top1: 1, top5: 2 });
		expect(top1.value).toBeCloseTo(1 / 3, 12);
		// One guess in seven, for the two units of three where a guess can be right.
		expect(top1.chance).toBeCloseTo(2 / 21, 12);
		expect(top5.chance).toBeCloseTo(10 / 21, 12);
	});

	it("is null with a reason when no class name is a concept", async () => {
		const { top1, top5, cosine, insideConceptSet } = await evaluate(
			["techno", "sitar"],
			[["dog"], ["rain"]],
		);
		for (const score of [top1, top5])
			expect(score).toMatchObject({
				value: null,
				reason: "no_class_in_concept_set",
				ci95: null,
				chance: 0,
				nValid: 2,
			});
		expect(insideConceptSet).toEqual({ units: 0, top1: 0, top5: 0 });
		expect(cosine.nValid).toBe(2);
	});

	it("compares accents in either Unicode form", async () => {
		const { top1 } = await evaluate(
			["cafe\u0301"],
			[["caf\u00e9"]],
			["caf\u00e9"],
		);
		expect(top1.value).toBe(1);
	});

	it("leaves failed units out and says so; a unit without a ranking is a miss", async () => {
		const { top1, cosine } = await evaluate(
			["dog", "rain", "wind"],
			[["dog"], null, []],
		);
		expect(top1).toMatchObject({ value: 0.5, nValid: 2, nFailed: 1 });
		expect(top1.coverage).toBeCloseTo(2 / 3, 12);
		expect(cosine).toMatchObject({
			value: 1,
			nValid: 1,
			nFailed: 2,
			nWithout: 1,
			coverage: 1 / 3,
		});
	});

	it("is null with a reason when no unit has a class or none is valid", async () => {
		const none = await evaluate([null, null], [["dog"], ["rain"]]);
		for (const score of [none.top1, none.top5, none.cosine]) {
			expect(score).toMatchObject({
				value: null,
				reason: "no_labels",
				nValid: 0,
				nFailed: 0,
				coverage: null,
				ci95: null,
				null: { value: null, kind: "shuffled_labels" },
			});
		}
		const failed = await evaluate(["dog"], [null]);
		expect(failed.top1).toMatchObject({
			value: null,
			reason: "no_valid_units",
			nFailed: 1,
			coverage: 0,
		});
		expect((await evaluate(["dog"], [["dog"]])).top1).not.toHaveProperty(
			"reason",
		);
	});

	it("shuffles the labels for the null: near 1 / n for all different and right", async () => {
		const { top1, cosine } = await evaluate(
			names,
			names.map((name) => [name]),
		);
		expect(top1.value).toBe(1);
		expect(top1.null.value).toBeCloseTo(1 / 7, 1);
		expect(top1.null.value).not.toBe(1 / 7);
		expect(cosine.value).toBe(1);
		// Names share no direction, so a wrong pair has cosine 0.
		expect(cosine.null.value).toBeCloseTo(top1.null.value as number, 10);
		expect(
			await evaluate(
				names,
				names.map((name) => [name]),
			),
		).toMatchObject({ top1, cosine });
	});

	it("counts a name without direction as failed for the cosine only", async () => {
		const { top1, cosine } = await evaluate(
			["dog", "nothing"],
			[["dog"], ["nothing"]],
		);
		expect(top1).toMatchObject({ value: 1, nValid: 2, nFailed: 0 });
		expect(cosine).toMatchObject({ value: 1, nValid: 1, nFailed: 1 });
		expect(cosine.null.value).toBe(1);
	});

	it("brackets the mean cosine with a bootstrap interval", async () => {
		const { cosine } = await evaluate(
			["dog", "rain", "wind", "siren"],
			[["dog"], ["dog"], ["wind"], ["dog"]],
		);
		expect(cosine.value).toBe(0.5);
		expect(cosine.ci95?.[0]).toBe(0);
		expect(cosine.ci95?.[1]).toBe(1);
	});

	it("refuses lists of different lengths", async () => {
		await expect(evaluate(["dog"], [])).rejects.toThrow(
			"Expected `ranked` to have 1 units, got `0`",
		);
	});
});
