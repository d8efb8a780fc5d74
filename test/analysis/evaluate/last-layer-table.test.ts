import { expect, it } from "vitest";
import {
	type LastLayerTableOptions,
	lastLayerTable,
} from "../../../src/analysis/evaluate/last-layer-table.ts";
import {
	startSampleRun,
	temporaryStore,
} from "../../support/temporary-store.ts";
import { names, namesModel } from "./names-model.ts";

function tableOf(
	classNames: readonly (string | null)[],
	rankings: LastLayerTableOptions["rankings"],
) {
	const store = temporaryStore();
	const run = startSampleRun(store);
	const table = lastLayerTable({
		store,
		run,
		layer: "second",
		classNames,
		concepts: names,
		conceptScores: "softmax",
		conceptTemplate: "the sound of {concept}",
		rankings,
		embeddings: namesModel(),
		seed: 3,
	});
	return { store, run, table };
}

const softmaxFactors = { conceptScores: 100, similarity: null };
const classNames = ["dog", "rain", "wind", "siren", null, "cello"];
const ranked = [
	["dog", "rain"],
	["dog", "wind", "siren", "cello", "rain"],
	// The sixth is not among the first five.
	["dog", "rain", "siren", "cello", "piano", "wind"],
	// Skipped: a miss, and no first concept to compare with the class name.
	[],
	// No class name: not counted.
	["rain"],
	// Failed: not counted.
	null,
];

it("scores a method as worked by hand", async () => {
	const { table } = tableOf(classNames, [
		{
			method: "db",
			function: "cos-cubed",
			softmaxFactors,
			reason: null,
			ranked,
		},
	]);
	const [row] = (await table).rows;
	expect(row).toMatchObject({
		method: "db",
		function: "cos-cubed",
		reason: null,
		top1: { value: 1 / 4, nValid: 4, nFailed: 1, coverage: 0.8, chance: 1 / 7 },
		top5: { value: 2 / 4, nValid: 4, nFailed: 1, chance: 5 / 7 },
		// The skipped unit has no cosine: of the five labelled ones, one failed and one has nothing to compare.
		cosine: {
			nValid: 3,
			nFailed: 2,
			nWithout: 1,
			coverage: 3 / 5,
			chance: null,
		},
	});
	// Wilson, z = 1.959964: 1 of 4, and 2 of 4.
	expect(row?.top1?.ci95?.[0]).toBeCloseTo(0.045587, 5);
	expect(row?.top1?.ci95?.[1]).toBeCloseTo(0.699358, 5);
	expect(row?.top5?.ci95?.[0]).toBeCloseTo(0.150036, 4);
	expect(row?.top5?.ci95?.[1]).toBeCloseTo(0.849964, 4);
	// First concepts dog, dog, dog and none: 1, 0, 0. However the names are shuffled, one of the three is right.
	expect(row?.cosine?.value).toBeCloseTo(1 / 3, 12);
	expect(row?.cosine?.null.value).toBeCloseTo(1 / 3, 12);
	// Expected with shuffled names: (1/4 + 1/4 + 1/4 + 0) / 4, and (2/4 + 4/4 + 3/4 + 0) / 4; 1,000 shuffles are within 0.02 of it.
	const off = (value: number | null | undefined, expected: number): number =>
		Math.abs((value ?? Number.NaN) - expected);
	expect(off(row?.top1?.null.value, 3 / 16)).toBeLessThan(0.02);
	expect(off(row?.top5?.null.value, 9 / 16)).toBeLessThan(0.02);
});

it("keeps a row without scores with its reason, says which methods are absent, and is stored with the run", async () => {
	const made = tableOf(classNames, [
		{
			method: "db",
			function: "rank-reorder",
			softmaxFactors,
			reason: "few_clips",
			ranked: ranked.map(() => []),
		},
		{ method: "db", function: "cosine", softmaxFactors, reason: null, ranked },
		// Every call failed.
		{
			method: "icl",
			function: null,
			softmaxFactors: null,
			reason: null,
			ranked: ranked.map(() => null),
		},
	]);
	const table = await made.table;
	expect(table).toMatchObject({
		layer: "second",
		units: 6,
		concepts: 7,
		conceptScores: "softmax",
		conceptTemplate: "the sound of {concept}",
		seed: 3,
	});
	const [none, , failed] = table.rows;
	expect(none).toEqual({
		method: "db",
		function: "rank-reorder",
		softmaxFactors,
		reason: "few_clips",
		top1: null,
		top5: null,
		cosine: null,
	});
	const empty = {
		value: null,
		reason: "no_valid_units",
		nValid: 0,
		nFailed: 5,
		coverage: 0,
		null: { value: null },
	};
	expect(failed).toMatchObject({
		reason: null,
		top1: empty,
		top5: empty,
		cosine: empty,
	});
	expect(table.absent).toEqual([
		{ method: "tab", why: expect.stringContaining("textAudio") },
	]);
	expect(made.store.readEvaluations(made.run)["last-layer-table"]).toEqual(
		JSON.parse(JSON.stringify(table)),
	);
});

it("has no score for units without a class name", async () => {
	const { table } = tableOf(
		[null, null],
		[
			{
				method: "db",
				function: "cosine",
				softmaxFactors,
				reason: null,
				ranked: [["dog"], ["rain"]],
			},
		],
	);
	const [row] = (await table).rows;
	for (const score of [row?.top1, row?.top5, row?.cosine])
		expect(score).toMatchObject({
			value: null,
			reason: "no_labels",
			coverage: null,
		});
});
