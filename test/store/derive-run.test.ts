import { describe, expect, test } from "vitest";
import type { ModuleName } from "../../src/types.ts";
import {
	sampleNeuron,
	startSampleRun,
	temporaryStore,
} from "../support/temporary-store.ts";
import { sampleCall } from "./samples.ts";

const KEY = "fedcba9876543210";
const call = sampleCall({ operation: "acoustic-filter" });
const openSet = (...lemmas: readonly string[]) => ({
	adjectives: lemmas.map((lemma) => ({
		lemma,
		support: 1,
		acoustic: "yes" as const,
	})),
	nouns: [],
	verbs: [],
	prepositions: [],
	negated: [],
	captionLength: 1,
	description: null,
});
const closedSet = {
	method: "db" as const,
	function: "cos-cubed" as const,
	ranked: [{ concept: "rain", score: 0.5 }],
	margin: null,
	null: { permutations: 0, seed: 0, p95: null },
	aboveNull: null,
};

/** A run with two neurons: a closed set, a failed summary that was tried twice, an open set with its call. */
function sourceRun(store: ReturnType<typeof temporaryStore>) {
	const source = startSampleRun(store);
	store.putNeurons(source, [
		sampleNeuron("first", 0),
		sampleNeuron("second", 1),
	]);
	const callId = store.recordCall(call);
	const failed = {
		layer: "first",
		unit: 0,
		module: "summarize",
		outcome: {
			status: "failed",
			error: { name: "LanguageModelError", code: "refused", message: "no" },
		},
	} as const;
	store.putDescriptions(source, [
		failed,
		{
			layer: "first",
			unit: 0,
			module: "closed-set",
			outcome: { status: "described", output: closedSet },
		},
		{
			layer: "second",
			unit: 1,
			module: "open-set-extraction",
			outcome: { status: "described", output: openSet("high-pitched") },
			callIds: [callId],
		},
	]);
	store.putDescriptions(source, [failed]);
	store.putEvaluation(source, "last-layer", { top1: 1 });
	return { source, callId };
}
function derive(
	store: ReturnType<typeof temporaryStore>,
	source: string,
	modules: readonly ModuleName[] = ["closed-set", "summarize"],
) {
	const derived = store.deriveRun({
		source,
		key: KEY,
		resolved: { changed: true },
		asPassed: {},
		toolVersion: "1.0.0",
	});
	const copied = ["first", "second"].map((layer) =>
		store.copyNeurons(derived.id, {
			source,
			layer,
			from: 0,
			count: 2,
			modules,
		}),
	);
	return { ...derived, copied };
}

describe("deriveRun", () => {
	test("has the inputs, neurons and exemplars of its source, and the modules that were asked for", () => {
		const store = temporaryStore();
		const { source } = sourceRun(store);
		const { id, resumed, copied } = derive(store, source);
		expect(resumed).toBe(false);
		expect(copied).toEqual([1, 1]);
		const [old, made] = [store.readRun(source), store.readRun(id)];
		expect(made).toEqual({
			...old,
			id: KEY.slice(0, 12),
			key: KEY,
			source,
			resolved: { changed: true },
			asPassed: {},
			toolVersion: "1.0.0",
			status: "running",
			startedAt: made.startedAt,
		});
		const before = store.readNeuron(source, "first", 0);
		expect(store.readNeuron(id, "first", 0)).toEqual({
			...before,
			provenance: before.provenance.map((entry) => ({ ...entry, attempt: 1 })),
		});
		const { openSet: none, high, low } = store.readNeuron(id, "second", 1);
		expect(none).toBeNull();
		expect({ high, low }).toEqual({
			high: store.readNeuron(source, "second", 1).high,
			low: store.readNeuron(source, "second", 1).low,
		});
		expect(store.neuronsWithConcept(id, "rain")).toEqual(
			store.neuronsWithConcept(source, "rain"),
		);
		expect(store.readEvaluations(id)).toEqual({});
		expect(store.readRun("latest").id).toBe(id);
	});

	test("copies calls with the descriptions they belong to", () => {
		const store = temporaryStore();
		const { source, callId } = sourceRun(store);
		const { id } = derive(store, source, ["open-set-extraction"]);
		expect([...store.runCalls(id)].map((row) => row.id)).toEqual([callId]);
		expect(store.neuronsWithConcept(id, "high pitched")).toHaveLength(1);
	});

	test("a block is of the units from `from` on", () => {
		const store = temporaryStore();
		const { source } = sourceRun(store);
		const { id } = store.deriveRun({
			source,
			key: KEY,
			resolved: {},
			asPassed: {},
			toolVersion: "1.0.0",
		});
		const block = { source, layer: "second", modules: [] };
		for (const [from, count, copied] of [
			[0, 1, 0],
			[2, 5, 0],
			[1, 1, 1],
			[0, 5, 0],
		] as const)
			expect(store.copyNeurons(id, { ...block, from, count })).toBe(copied);
	});

	test("the second time it goes on with what is there, and it outlives its source", async () => {
		const store = temporaryStore();
		const { source } = sourceRun(store);
		const first = derive(store, source);
		store.finishRun(first.id, "complete", {}, {});
		expect(derive(store, source)).toEqual({
			id: first.id,
			resumed: true,
			copied: [0, 0],
		});
		await store.removeRun(source);
		expect(store.readRun(first.id).source).toBe(source);
		expect(store.readNeuron(first.id, "first", 0).high).toHaveLength(2);
	});

	test("of a run that is not there: run_unknown, and nothing is left behind", () => {
		const store = temporaryStore();
		expect(() => derive(store, "nothing")).toThrow(
			expect.objectContaining({ code: "run_unknown" }),
		);
		expect(store.listRuns()).toEqual([]);
	});
});

test("judgesOfRun: those whose verdicts stand on the run's calls, most first", () => {
	const store = temporaryStore();
	const { source, callId } = sourceRun(store);
	const other = store.recordCall({ ...call, key: "other" });
	const verdict = (lemma: string, id: number) => ({
		lemma,
		acoustic: true,
		callId: id,
	});
	store.putJudgements("b", [verdict("loud", callId)]);
	store.putJudgements("a", [verdict("loud", callId), verdict("low", callId)]);
	store.putJudgements("c", [verdict("loud", other)]);
	expect(store.judgesOfRun(source)).toEqual(["a", "b"]);
});

test("a concept is found in every spelling, but not by what only means the same", () => {
	const store = temporaryStore();
	const { source } = sourceRun(store);
	for (const word of ["high-pitched", "high pitched", "High_Pitched"])
		expect(store.neuronsWithConcept(source, word)).toHaveLength(1);
	for (const word of ["shrill", "low-pitched"])
		expect(store.neuronsWithConcept(source, word)).toEqual([]);
});
