import { describe, expect, test } from "vitest";
import { openStore } from "../../src/store/open.ts";
import {
	NOW,
	sampleNeuron,
	startSampleRun,
	temporaryFolder,
	temporaryStore,
} from "../support/temporary-store.ts";
import { finished, runScript, saysLine } from "./child.ts";
import { FAILURE, sampleCall } from "./samples.ts";

const KEYS = ["aaaa11112222ffff", "aaaa33334444ffff", "bbbb55556666ffff"];
const unknown = expect.objectContaining({
	name: "StoreError",
	code: "run_unknown",
});

describe("startRun", () => {
	test("a new key is a new run; the same key resumes it and keeps its first config", () => {
		const store = temporaryStore();
		const id = startSampleRun(store);
		expect(id).toBe("0123456789ab");
		expect(store.readRun(id)).toMatchObject({
			id,
			key: "0123456789abcdef",
			status: "running",
			startedAt: NOW,
			finishedAt: null,
			tags: [],
			resolved: { seed: 0 },
			asPassed: {},
			toolVersion: "0.0.0",
			seeds: { seed: 0 },
			conceptSet: { name: "concepts", hash: "concepts-hash" },
			layers: [
				{ name: "first", units: 4, pooling: "mean" },
				{ name: "second", units: 2, pooling: "none" },
			],
			neurons: null,
			counts: null,
			timings: null,
		});
		store.putNeurons(id, [sampleNeuron("first", 0)]);
		store.finishRun(id, "incomplete", { failed: 1 }, { record: 2.5 });
		expect(store.readRun(id)).toMatchObject({
			status: "incomplete",
			finishedAt: NOW,
			counts: { failed: 1 },
			timings: { record: 2.5 },
		});
		expect(startSampleRun(store, { resolved: { seed: 0, other: 1 } })).toBe(id);
		expect(store.readRun(id)).toMatchObject({
			status: "running",
			finishedAt: null,
			resolved: { seed: 0 },
		});
		expect(store.readNeuron(id, "first", 0).unit).toBe(0);
	});

	test("says whether it resumed, and keeps the subset asked for", () => {
		const store = temporaryStore();
		startSampleRun(store);
		const { network: _, ...view } = store.readRun("latest");
		const start = {
			key: "cccccccccccccccc",
			resolved: view.resolved,
			asPassed: view.asPassed,
			toolVersion: "1",
			seeds: {},
			networkId: store.putNetwork({
				hash: "h",
				name: "n",
				descriptor: {},
				layers: [],
			}),
			probeSetHash: view.probeSet.hash,
			recordingId: view.recording.id,
			conceptSet: view.conceptSet,
			layers: view.layers,
			neurons: { first: [1, 2] },
		};
		expect(store.startRun(start)).toEqual({
			id: "cccccccccccc",
			resumed: false,
		});
		expect(store.startRun(start).resumed).toBe(true);
		expect(store.readRun("cccc").neurons).toEqual({ first: [1, 2] });
	});

	test("a key that is not hexadecimal, and a key with the same first 12 digits", () => {
		const store = temporaryStore();
		expect(() => startSampleRun(store, { key: "not a key" })).toThrow(
			expect.objectContaining({ code: "run_key_invalid" }),
		);
		startSampleRun(store);
		expect(() => startSampleRun(store, { key: "0123456789ab0000" })).toThrow(
			expect.objectContaining({ code: "run_key_taken" }),
		);
	});

	test("a number JSON cannot say is refused, not stored as null", () => {
		const store = temporaryStore();
		const id = startSampleRun(store);
		expect(() =>
			store.finishRun(id, "complete", { mean: Number.NaN }, {}),
		).toThrow(
			expect.objectContaining({
				code: "not_json",
				message:
					"the counts of a run cannot be stored as JSON: a hashed number must be finite, got NaN",
			}),
		);
	});

	test("finishing a run that is not there", () => {
		const store = temporaryStore();
		expect(() => store.finishRun("x", "complete", {}, {})).toThrow(unknown);
	});
});

describe("names of runs", () => {
	function threeRuns() {
		const store = temporaryStore();
		const ids = KEYS.map((key) => startSampleRun(store, { key }));
		return { store, ids };
	}

	test("id, start of an id, tag, latest", () => {
		const { store, ids } = threeRuns();
		const [a = "", b = "", c = ""] = ids;
		store.tagRun(a, "baseline");
		for (const [name, id] of [
			[b, b],
			["aaaa3", b],
			["bbbb", c],
			["baseline", a],
			["latest", c],
		] as const)
			expect(store.readRun(name).id).toBe(id);
		startSampleRun(store, { key: KEYS[0] ?? "" });
		expect(store.readRun("latest").id).toBe(a);
		expect(store.listRuns().map(({ id }) => id)).toEqual([a, c, b]);
	});

	test("an unknown run has a suggestion", () => {
		const { store, ids } = threeRuns();
		store.tagRun(ids[0] ?? "", "baseline");
		expect(() => store.readRun("basline")).toThrow(
			expect.objectContaining({
				name: "StoreError",
				code: "run_unknown",
				message: `run "basline" is not in store ${store.directory}`,
				hint: 'did you mean "baseline"?',
			}),
		);
		expect(() => store.readRun("zzz")).toThrow(
			expect.objectContaining({
				hint: "`audio-dissect runs list` shows what is there.",
			}),
		);
		// Three digits are too few to be the start of an id.
		expect(() => store.readRun("bbb")).toThrow(unknown);
	});

	test("in an empty store the hint is another", () => {
		const store = temporaryStore();
		expect(() => store.readRun("latest")).toThrow(
			expect.objectContaining({
				code: "run_unknown",
				message: `run "latest" is not in store ${store.directory}: there are no runs yet`,
				hint: "`audio-dissect dissect` makes one.",
			}),
		);
	});

	test("a start of several ids is ambiguous", () => {
		const { store } = threeRuns();
		expect(() => store.readRun("aaaa")).toThrow(
			expect.objectContaining({
				code: "run_ambiguous",
				message: '"aaaa" is the start of 2 run ids: aaaa33334444, aaaa11112222',
			}),
		);
	});
});

describe("tags", () => {
	test("are listed with the run, sorted, and freed by removeTag", () => {
		const store = temporaryStore();
		const id = startSampleRun(store);
		store.tagRun(id, "b");
		store.tagRun(id, "a");
		store.tagRun(id, "a");
		expect(store.readRun(id).tags).toEqual(["a", "b"]);
		expect(store.listRuns()[0]?.tags).toEqual(["a", "b"]);
		expect(store.removeTag("a")).toBe(id);
		expect(store.removeTag("a")).toBeNull();
		expect(store.readRun(id).tags).toEqual(["b"]);
	});

	test("belong to one run", () => {
		const store = temporaryStore();
		const [a = "", b = ""] = KEYS.map((key) => startSampleRun(store, { key }));
		store.tagRun(a, "baseline");
		expect(() => store.tagRun(b, "baseline")).toThrow(
			expect.objectContaining({
				code: "tag_taken",
				message: `run ${a} has the tag "baseline"`,
				hint: expect.stringContaining("runs untag baseline"),
			}),
		);
	});

	test.each([
		"latest",
		"",
		"-x",
		"a b",
		"abcd",
		"0123456789ab",
		"caption",
		"llm-check",
		"llm-check-0123456789ab",
		"x".repeat(65),
	])("%j cannot be a tag", (tag) => {
		const store = temporaryStore();
		const id = startSampleRun(store);
		expect(() => store.tagRun(id, tag)).toThrow(
			expect.objectContaining({ code: "tag_invalid" }),
		);
	});

	test("need a run", () => {
		expect(() => temporaryStore().tagRun("x", "tag")).toThrow(unknown);
	});
});

describe("removeRun", () => {
	test("takes what belongs to the run; calls, embeddings and other runs stay", async () => {
		const store = temporaryStore();
		const [a = "", b = ""] = KEYS.map((key) => startSampleRun(store, { key }));
		const call = store.recordCall(sampleCall());
		for (const run of [a, b]) {
			store.putNeurons(run, [sampleNeuron("first", 0)]);
			store.putDescriptions(run, [
				{
					layer: "first",
					unit: 0,
					module: "summarize",
					outcome: { status: "failed", error: FAILURE },
					callIds: [call],
				},
			]);
			store.putEvaluation(run, "accuracy", { top1: 1 });
		}
		store.putEmbeddings("e", [{ textHash: "t", vector: Float32Array.of(1) }]);
		store.tagRun(a, "mine");
		await store.removeRun(a);
		expect(() => store.readRun(a)).toThrow(unknown);
		expect(() => store.readRun("mine")).toThrow(unknown);
		expect(store.findCall("key")?.id).toBe(call);
		expect(store.getEmbeddings("e", ["t"]).size).toBe(1);
		expect(store.readNeuron(b, "first", 0).summaries?.status).toBe("failed");
		expect([...store.runCalls(b)].length).toBe(1);
		// The same key starts from nothing.
		startSampleRun(store, { key: KEYS[0] ?? "" });
		expect(store.readLayerNeurons(a, "first", { from: 0, count: 9 })).toEqual(
			[],
		);
		expect(store.readEvaluations(a)).toEqual({});
	});

	test("not while someone works on it, not when it is not there", async () => {
		const store = temporaryStore();
		const id = startSampleRun(store);
		const release = store.lockRun(id, { pid: 42 });
		await expect(store.removeRun(id)).rejects.toMatchObject({
			code: "run_locked",
		});
		release();
		await store.removeRun(id);
		await expect(store.removeRun(id)).rejects.toThrow(unknown);
	});

	test("cut short it leaves an incomplete run, which the next time is removed", async () => {
		const store = temporaryStore();
		const id = startSampleRun(store, {
			layers: [{ name: "first", units: 500, pooling: "mean" }],
		});
		store.putNeurons(
			id,
			Array.from({ length: 500 }, (_, unit) => sampleNeuron("first", unit)),
		);
		store.tagRun(id, "mine");
		store.finishRun(id, "complete", { neurons: 500 }, {});
		await expect(
			store.removeRun(id, { signal: AbortSignal.abort() }),
		).rejects.toMatchObject({ name: "InterruptedError" });
		const [left] = store.listRuns();
		expect(left).toMatchObject({ status: "incomplete", tags: ["mine"] });
		expect(left?.neurons).toBeGreaterThan(0);
		expect(left?.neurons).toBeLessThan(500);
		expect(store.readRun(id).counts).toBeNull();
		await store.removeRun(id);
		expect(store.listRuns()).toEqual([]);
	});
});

describe("lockRun", () => {
	test("one worker at a time, in this process too; free after release", () => {
		const store = temporaryStore();
		const id = startSampleRun(store);
		const other = startSampleRun(store, { key: KEYS[0] ?? "" });
		const release = store.lockRun(id, { pid: 42 });
		expect(() => store.lockRun(id, { pid: 43 })).toThrow(
			expect.objectContaining({
				name: "StoreError",
				code: "run_locked",
				message: `another audio-dissect is working on run ${id} (process 42)`,
				evidence: { run: id, pid: 42 },
			}),
		);
		store.lockRun(other, { pid: 43 })();
		release();
		release();
		const again = store.lockRun(id, { pid: 43 });
		release();
		expect(() => store.lockRun(id, { pid: 44 })).toThrow(/process 43/);
		again();
	});

	test("a run that is not there", () => {
		expect(() => temporaryStore().lockRun("x", { pid: 1 })).toThrow(unknown);
	});

	test("another process holds it until it ends, also when it is killed", async () => {
		const directory = temporaryFolder();
		const store = openStore({ directory, now: () => NOW });
		const id = startSampleRun(store);
		const child = runScript(`
			const store = openStore({ directory: ${JSON.stringify(directory)}, now: () => "now" });
			store.lockRun(${JSON.stringify(id)}, { pid: process.pid });
			process.stdout.write("locked\\n");
			setInterval(() => {}, 1000);`);
		const ended = finished(child);
		await saysLine(child, "locked");
		expect(() => store.lockRun(id, { pid: 1 })).toThrow(
			`another audio-dissect is working on run ${id} (process ${child.pid})`,
		);
		child.kill("SIGKILL");
		await ended;
		store.lockRun(id, { pid: 1 })();
		store.close();
	});
});
