import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { StoredDescription } from "../../src/store/store.ts";
import type { ModuleName, Outcome } from "../../src/types.ts";
import {
	sampleNeuron,
	sampleProbeSet,
	startSampleRun,
	temporaryStore,
} from "../support/temporary-store.ts";
import {
	CALIBRATED,
	CLOSED_SET,
	FAILURE,
	OPEN_SET,
	SUMMARIES,
	sampleCall,
} from "./samples.ts";

const described = (output: unknown): Outcome<unknown> => ({
	status: "described",
	output,
});
const FAILED: Outcome<unknown> = { status: "failed", error: FAILURE };

function storeWithNeurons() {
	const store = temporaryStore();
	const run = startSampleRun(store);
	store.putNeurons(run, [
		...[3, 1, 0].map((unit) => sampleNeuron("first", unit)),
		sampleNeuron("second", 1),
	]);
	const put = (
		layer: string,
		unit: number,
		module: ModuleName,
		outcome: Outcome<unknown>,
		more: Partial<StoredDescription> = {},
	) => store.putDescriptions(run, [{ layer, unit, module, outcome, ...more }]);
	return { store, run, put };
}

describe("readNeuron", () => {
	test("a neuron no module has reached has its exemplars and nulls", () => {
		const { store, run } = storeWithNeurons();
		const clip = (index: number) => {
			const { sourceRecording: _, ...rest } = sampleProbeSet(6).clips[
				index
			] as ReturnType<typeof sampleProbeSet>["clips"][number];
			return { ...rest, captionSources: null };
		};
		expect(store.readNeuron(run, "first", 1)).toEqual({
			layer: "first",
			unit: 1,
			status: { status: "ok", marks: [] },
			high: [
				{ rank: 1, activation: 0.75, clip: clip(0) },
				{ rank: 2, activation: 0.5, clip: clip(1) },
			],
			low: [
				{ rank: 1, activation: -1.5, clip: clip(3) },
				{ rank: 2, activation: -0.25, clip: clip(2) },
			],
			closedSet: null,
			summaries: null,
			calibrated: null,
			openSet: null,
			provenance: [],
		});
	});

	test("every output comes back as it was put, with where it came from in pipeline order", () => {
		const { store, run, put } = storeWithNeurons();
		store.putPrompts([{ hash: "p", name: "n", version: "1", source: "s" }]);
		const call = store.recordCall(sampleCall());
		put("first", 0, "open-set-extraction", described(OPEN_SET));
		put("first", 0, "summary-calibration", described(CALIBRATED));
		put("first", 0, "summarize", FAILED);
		put("first", 0, "summarize", described(SUMMARIES), {
			promptHash: "p",
			model: "small",
			callIds: [call],
		});
		put("first", 0, "closed-set", described(CLOSED_SET));
		const neuron = store.readNeuron(run, "first", 0);
		expect(neuron.closedSet).toEqual(described(CLOSED_SET));
		expect(neuron.summaries).toEqual(described(SUMMARIES));
		expect(neuron.calibrated).toEqual(described(CALIBRATED));
		expect(neuron.openSet).toEqual(described(OPEN_SET));
		const none = { promptHash: null, model: null, callIds: [], attempt: 1 };
		expect(neuron.provenance).toEqual([
			{ module: "closed-set", ...none },
			{
				module: "summarize",
				promptHash: "p",
				model: "small",
				callIds: [call],
				attempt: 2,
			},
			{ module: "summary-calibration", ...none },
			{ module: "open-set-extraction", ...none },
		]);
	});

	test("fields a later version adds to an output are passed on", () => {
		const { store, run, put } = storeWithNeurons();
		const more = described({ ...CLOSED_SET, temperature: 100 });
		put("first", 0, "closed-set", more);
		expect(store.readNeuron(run, "first", 0).closedSet).toEqual(more);
	});

	test("a neuron or layer that is not there", () => {
		const { store, run } = storeWithNeurons();
		expect(() => store.readNeuron(run, "first", 2)).toThrow(
			expect.objectContaining({
				name: "StoreError",
				code: "neuron_unknown",
				message: `neuron first#2 is not in run ${run}`,
			}),
		);
		expect(() => store.readNeuron(run, "third", 2)).toThrow(
			expect.objectContaining({
				code: "layer_unknown",
				message: `layer "third" is not in run ${run}`,
				hint: expect.stringMatching(/did you mean|first, second/),
			}),
		);
	});

	test("a row that something else has changed is an error, not a wrong value", () => {
		const { store, run, put } = storeWithNeurons();
		put("first", 0, "closed-set", described(CLOSED_SET));
		const database = new Database(join(store.directory, "audio-dissect.db"));
		database.exec(
			`UPDATE descriptions SET outcome = json_set(outcome, '$.output.margin', 'wide')`,
		);
		database.close();
		expect(() => store.readNeuron(run, "first", 0)).toThrow(
			expect.objectContaining({
				code: "row_invalid",
				message: expect.stringContaining("a row of descriptions"),
			}),
		);
	});
});

test("readLayerNeurons gives pages in unit order", () => {
	const { store, run } = storeWithNeurons();
	const units = (from: number, count: number) =>
		store
			.readLayerNeurons(run, "first", { from, count })
			.map(({ unit }) => unit);
	expect(units(0, 10)).toEqual([0, 1, 3]);
	expect(units(1, 1)).toEqual([1]);
	expect(units(2, 5)).toEqual([3]);
	expect(units(3, 5)).toEqual([]);
});

test("neuronsWithConcept finds neurons of the run by word, in network order", () => {
	const { store, run, put } = storeWithNeurons();
	put("second", 1, "open-set-extraction", described(OPEN_SET));
	put("first", 3, "open-set-extraction", described(OPEN_SET));
	put("first", 0, "closed-set", described(CLOSED_SET));
	const base = { score: null, support: 3, acoustic: null };
	expect(store.neuronsWithConcept(run, "Rain")).toEqual([
		{
			layer: "first",
			unit: 0,
			kind: "closed-set",
			rank: 2,
			score: 0.5,
			support: null,
			acoustic: "yes",
		},
		{ layer: "first", unit: 3, kind: "noun", rank: 1, ...base },
		{ layer: "second", unit: 1, kind: "noun", rank: 1, ...base },
	]);
	expect(
		store.neuronsWithConcept(run, " water  drops ", "closed-set"),
	).toMatchObject([{ layer: "first", unit: 0, rank: 1, score: 0.75 }]);
	expect(store.neuronsWithConcept(run, "green", "adjective")).toMatchObject([
		{ unit: 3, rank: 2, acoustic: "no" },
		{ unit: 1, rank: 2, acoustic: "no" },
	]);
	expect(store.neuronsWithConcept(run, "rain", "verb")).toEqual([]);
	// By word, never by substring.
	expect(store.neuronsWithConcept(run, "rai")).toEqual([]);
	// A later attempt without the concept takes it away.
	put("first", 3, "open-set-extraction", FAILED);
	expect(store.neuronsWithConcept(run, "rain", "noun")).toMatchObject([
		{ layer: "second", unit: 1 },
	]);
	const other = startSampleRun(store, { key: "ffffffffffff" });
	expect(store.neuronsWithConcept(other, "rain")).toEqual([]);
});

test.each([
	[true, "yes"],
	[false, "no"],
	[null, "unjudged"],
] as const)("closed set above its null: %s is %s", (aboveNull, acoustic) => {
	const { store, run, put } = storeWithNeurons();
	put("first", 0, "closed-set", described({ ...CLOSED_SET, aboveNull }));
	expect(store.neuronsWithConcept(run, "rain")).toMatchObject([{ acoustic }]);
});

test("countStatuses counts the latest attempts per layer and module", () => {
	const { store, run, put } = storeWithNeurons();
	put("first", 0, "closed-set", FAILED);
	put("first", 0, "closed-set", described(CLOSED_SET));
	put("first", 1, "closed-set", FAILED);
	put("first", 3, "closed-set", {
		status: "skipped",
		reason: "constant",
		evidence: {},
	});
	put("first", 0, "summarize", FAILED);
	const none = { described: 0, skipped: 0, failed: 0 };
	expect(store.countStatuses(run)).toEqual([
		{
			layer: "first",
			neurons: 3,
			modules: {
				"closed-set": { described: 1, skipped: 1, failed: 1 },
				summarize: { described: 0, skipped: 0, failed: 1 },
				"summary-calibration": none,
				"open-set-extraction": none,
			},
		},
		{
			layer: "second",
			neurons: 1,
			modules: {
				"closed-set": none,
				summarize: none,
				"summary-calibration": none,
				"open-set-extraction": none,
			},
		},
	]);
});

test("listRuns counts neurons and names what a run is about", () => {
	const { store, run } = storeWithNeurons();
	expect(store.listRuns()).toEqual([
		{
			id: run,
			status: "running",
			startedAt: "2024-05-06T07:08:09.000Z",
			finishedAt: null,
			tags: [],
			network: "tiny",
			probeSet: "sample",
			conceptSet: "concepts",
			neurons: 4,
		},
	]);
});
