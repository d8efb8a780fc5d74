import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StoredDescription } from "../../src/store/store.ts";
import type { Outcome } from "../../src/types.ts";
import {
	sampleNeuron,
	startSampleRun,
	temporaryStore,
} from "../support/temporary-store.ts";
import { FAILURE, OPEN_SET, SUMMARIES } from "./samples.ts";

function storeWithNeurons() {
	const store = temporaryStore();
	const run = startSampleRun(store);
	store.putNeurons(run, [
		...[3, 0, 2, 1].map((unit) => sampleNeuron("first", unit)),
		...[0, 1].map((unit) => sampleNeuron("second", unit)),
	]);
	return { store, run };
}

const DESCRIBED: Outcome<unknown> = { status: "described", output: SUMMARIES };
const SKIPPED: Outcome<unknown> = {
	status: "skipped",
	reason: "high_empty",
	evidence: { sentences: 0 },
};
const FAILED: Outcome<unknown> = { status: "failed", error: FAILURE };

const entry = (
	layer: string,
	unit: number,
	outcome: Outcome<unknown>,
): StoredDescription => ({ layer, unit, module: "summarize", outcome });

describe("settledUnits and readOutcomes", () => {
	test("the latest attempt counts: failed ones are to be tried again", () => {
		const { store, run } = storeWithNeurons();
		store.putDescriptions(run, [
			entry("first", 0, DESCRIBED),
			entry("first", 1, SKIPPED),
			entry("first", 2, FAILED),
			entry("second", 1, DESCRIBED),
		]);
		expect(store.settledUnits(run, "first", "summarize")).toEqual(
			new Set([0, 1]),
		);
		expect(store.settledUnits(run, "first", "closed-set")).toEqual(new Set());
		expect([...store.readOutcomes(run, "first", "summarize")]).toEqual([
			[0, DESCRIBED],
			[1, SKIPPED],
			[2, FAILED],
		]);
		store.putDescriptions(run, [
			entry("first", 2, DESCRIBED),
			entry("first", 0, FAILED),
		]);
		expect(store.settledUnits(run, "first", "summarize")).toEqual(
			new Set([1, 2]),
		);
		expect(store.readOutcomes(run, "first", "summarize").get(2)).toEqual(
			DESCRIBED,
		);
	});

	test("property: any sequence of attempts; nothing is overwritten, the last one per neuron counts", () => {
		const outcome = fc.constantFrom(DESCRIBED, SKIPPED, FAILED);
		const attempts = fc.array(
			fc.array(
				fc.record({
					unit: fc.nat({ max: 3 }),
					layer: fc.constantFrom("first", "second"),
					outcome,
				}),
				{ maxLength: 4 },
			),
			{ maxLength: 5 },
		);
		const store = temporaryStore();
		let count = 0;
		fc.assert(
			fc.property(attempts, (batches) => {
				count += 1;
				const run = startSampleRun(store, {
					key: count.toString(16).padStart(12, "0"),
				});
				for (const layer of ["first", "second"])
					store.putNeurons(
						run,
						[0, 1, 2, 3].map((unit) => sampleNeuron(layer, unit)),
					);
				const model = new Map<string, Outcome<unknown>[]>();
				for (const batch of batches) {
					store.putDescriptions(
						run,
						batch.map((one) => entry(one.layer, one.unit, one.outcome)),
					);
					for (const { layer, unit, outcome: last } of batch) {
						const name = `${layer}#${unit}`;
						model.set(name, [...(model.get(name) ?? []), last]);
					}
				}
				const settled = [...model.values()].filter(
					(all) => all.at(-1)?.status !== "failed",
				);
				expect(store.countUnsettled(run, "summarize")).toBe(8 - settled.length);
				expect(store.countUnsettled(run, "closed-set")).toBe(8);
				for (const layer of ["first", "second"]) {
					const expected = [0, 1, 2, 3].flatMap((unit) => {
						const all = model.get(`${layer}#${unit}`);
						const last = all?.at(-1);
						return last === undefined ? [] : [[unit, last] as const];
					});
					expect([...store.readOutcomes(run, layer, "summarize")]).toEqual(
						expected,
					);
					expect([...store.settledUnits(run, layer, "summarize")]).toEqual(
						expected
							.filter(([, last]) => last.status !== "failed")
							.map(([unit]) => unit),
					);
					for (const unit of [0, 1, 2, 3])
						expect(
							store.readNeuron(run, layer, unit).provenance[0]?.attempt ?? 0,
						).toBe(model.get(`${layer}#${unit}`)?.length ?? 0);
				}
			}),
			{ numRuns: 30 },
		);
	});
});

describe("putNeurons", () => {
	test("a neuron that is there is left as it is", () => {
		const { store, run } = storeWithNeurons();
		const before = store.readNeuron(run, "first", 0);
		store.putNeurons(run, [
			{
				neuron: { layer: "first", unit: 0 },
				status: {
					status: "skipped",
					reason: "dead",
					evidence: { value: 0, clips: 6 },
				},
				high: [{ rank: 3, clip: 5, activation: 9 }],
				low: [],
			},
		]);
		expect(store.readNeuron(run, "first", 0)).toEqual(before);
		// Nor does its exemplar go to another neuron.
		for (const unit of [1, 2, 3])
			expect(store.readNeuron(run, "first", unit).high).toHaveLength(2);
		expect(store.readNeuron(run, "second", 1).high).toHaveLength(2);
	});

	test("every status and the largest activations come back", () => {
		const store = temporaryStore();
		const run = startSampleRun(store);
		const statuses = [
			{ status: "ok", marks: ["few_clips"] },
			{
				status: "skipped",
				reason: "constant",
				evidence: { value: 2.5, clips: 6 },
			},
			{
				status: "skipped",
				reason: "non_finite",
				evidence: { nonFinite: 3, clips: 6 },
			},
		] as const;
		store.putNeurons(
			run,
			statuses.map((status, unit) => ({
				...sampleNeuron("first", unit),
				status,
				high: [{ rank: 1, clip: 5, activation: Number.POSITIVE_INFINITY }],
				low: [{ rank: 1, clip: 0, activation: -Number.MAX_VALUE }],
			})),
		);
		const views = store.readLayerNeurons(run, "first", { from: 0, count: 9 });
		expect(views.map(({ status }) => status)).toEqual(statuses);
		expect(views[0]?.high[0]?.activation).toBe(Number.POSITIVE_INFINITY);
		expect(views[0]?.low[0]?.activation).toBe(-Number.MAX_VALUE);
	});

	test("is one transaction: a clip that is no column stores nothing", () => {
		const store = temporaryStore();
		const run = startSampleRun(store);
		expect(() =>
			store.putNeurons(run, [
				sampleNeuron("first", 0),
				{
					...sampleNeuron("first", 1),
					low: [{ rank: 1, clip: 6, activation: 0 }],
				},
			]),
		).toThrow(
			expect.objectContaining({
				code: "clip_unknown",
				message: "first#1: clip 6 is not a column of the run's recording",
			}),
		);
		expect(store.readLayerNeurons(run, "first", { from: 0, count: 9 })).toEqual(
			[],
		);
	});
});

describe("putDescriptions", () => {
	test("is one transaction: an unknown neuron, layer or call stores nothing", () => {
		const { store, run } = storeWithNeurons();
		for (const [bad, problem] of [
			[
				entry("first", 9, DESCRIBED),
				{
					code: "neuron_unknown",
					message: `neuron first#9 is not in run ${run}`,
				},
			],
			[
				entry("frist", 0, DESCRIBED),
				{ code: "layer_unknown", hint: 'did you mean "first"?' },
			],
			[
				{ ...entry("first", 0, DESCRIBED), callIds: [77] },
				{ code: "SQLITE_CONSTRAINT_FOREIGNKEY" },
			],
		] as const) {
			expect(() =>
				store.putDescriptions(run, [entry("first", 0, DESCRIBED), bad]),
			).toThrow(expect.objectContaining(problem));
			expect(store.settledUnits(run, "first", "summarize").size).toBe(0);
		}
	});

	test("an output with a number JSON cannot say is refused", () => {
		const { store, run } = storeWithNeurons();
		expect(() =>
			store.putDescriptions(run, [
				entry("first", 0, {
					status: "described",
					output: { cosine: Number.NaN },
				}),
			]),
		).toThrow(
			expect.objectContaining({
				code: "not_json",
				message: expect.stringMatching(/^the summarize of first#0 cannot/),
			}),
		);
	});

	test("an output of the wrong shape is refused where concepts are read from it", () => {
		const { store, run } = storeWithNeurons();
		expect(() =>
			store.putDescriptions(run, [
				{
					layer: "first",
					unit: 0,
					module: "open-set-extraction",
					outcome: {
						status: "described",
						output: { ...OPEN_SET, nouns: ["rain"] },
					},
				},
			]),
		).toThrow(expect.objectContaining({ code: "row_invalid" }));
		expect(store.settledUnits(run, "first", "open-set-extraction").size).toBe(
			0,
		);
	});
});

test("an unknown run is named in every method that takes one", () => {
	const store = temporaryStore();
	const unknown = expect.objectContaining({ code: "run_unknown" });
	for (const call of [
		() => store.putNeurons("x", [sampleNeuron("first", 0)]),
		() => store.putDescriptions("x", [entry("first", 0, DESCRIBED)]),
		() => store.settledUnits("x", "first", "summarize"),
		() => store.countUnsettled("x", "summarize"),
		() => store.readOutcomes("x", "first", "summarize"),
		() => store.hashOutcomes("x", "first", "summarize"),
		() => store.readStatuses("x", "first"),
		() => store.readLayerNeurons("x", "first", { from: 0, count: 1 }),
		() => store.readNeuron("x", "first", 0),
		() => store.neuronsWithConcept("x", "rain"),
		() => store.countStatuses("x"),
		() => store.putEvaluation("x", "accuracy", 1),
		() => store.readEvaluations("x"),
	])
		expect(call).toThrow(unknown);
});

test("evaluations: the latest of each name counts", () => {
	const { store, run } = storeWithNeurons();
	expect(store.readEvaluations(run)).toEqual({});
	store.putEvaluation(run, "accuracy", { top1: 0.5 });
	store.putEvaluation(run, "other", null);
	store.putEvaluation(run, "accuracy", { top1: 0.75, reason: null });
	expect(store.readEvaluations(run)).toEqual({
		accuracy: { top1: 0.75, reason: null },
		other: null,
	});
});
