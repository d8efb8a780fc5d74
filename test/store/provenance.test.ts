import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { StoredRecording } from "../../src/store/store.ts";
import {
	sampleNeuron,
	sampleProbeSet,
	startSampleRun,
	temporaryStore,
} from "../support/temporary-store.ts";

const network = {
	hash: "file-hash",
	name: "tiny",
	descriptor: { file: "tiny.onnx" },
	layers: [{ name: "first" }],
};

test("a network is one row per file and descriptor, with the same id every time", () => {
	const store = temporaryStore();
	const id = store.putNetwork(network);
	expect(store.putNetwork(network)).toBe(id);
	const other = store.putNetwork({
		...network,
		descriptor: { pooling: "max" },
	});
	expect(other).not.toBe(id);
	const first = startSampleRun(store, { networkId: id });
	const second = startSampleRun(store, {
		networkId: other,
		key: "fedcba9876543210",
	});
	expect(store.readRun(first).network).toEqual({
		hash: "file-hash",
		name: "tiny",
		descriptor: { file: "tiny.onnx" },
	});
	expect(store.readRun(second).network.descriptor).toEqual({ pooling: "max" });
});

test("prompts may be put again", () => {
	const store = temporaryStore();
	const prompt = { hash: "h", name: "summarize", version: "1", source: "..." };
	store.putPrompts([prompt]);
	store.putPrompts([prompt]);
	const run = startSampleRun(store);
	store.putNeurons(run, [sampleNeuron("first", 0)]);
	const description = {
		layer: "first",
		unit: 0,
		module: "summarize" as const,
		outcome: { status: "skipped" as const, reason: "x", evidence: null },
	};
	store.putDescriptions(run, [{ ...description, promptHash: "h", model: "m" }]);
	expect(store.readNeuron(run, "first", 0).provenance).toEqual([
		{
			module: "summarize",
			promptHash: "h",
			model: "m",
			callIds: [],
			attempt: 1,
		},
	]);
	expect(() =>
		store.putDescriptions(run, [{ ...description, promptHash: "unknown" }]),
	).toThrow(/FOREIGN KEY/);
});

describe("putProbeSet", () => {
	test("who wrote the captions comes back with the clips, and the latest counts", () => {
		const store = temporaryStore();
		const run = startSampleRun(store);
		store.putNeurons(run, [sampleNeuron("first", 0)]);
		const sourcesOf = () => [
			store.readNeuron(run, "first", 0).high[0]?.clip.captionSources,
			store.readRecordingClips(run, { from: 0, count: 1 })[0]?.captionSources,
		];
		expect(sourcesOf()).toEqual([null, null]);
		const source = {
			provider: "openai",
			model: "hears",
			baseUrl: "http://localhost:1/v1",
			promptHash: "hash",
			sample: 0,
		};
		const probeSet = sampleProbeSet(6);
		store.putProbeSet({
			...probeSet,
			clips: probeSet.clips.map((clip) => ({
				...clip,
				captionSources: [source, null],
			})),
		});
		expect(sourcesOf()).toEqual([
			[source, null],
			[source, null],
		]);
		store.putProbeSet(probeSet);
		expect(sourcesOf()).toEqual([null, null]);
	});

	test("clips that have moved are found at their new place", () => {
		const store = temporaryStore();
		const run = startSampleRun(store);
		store.putNeurons(run, [sampleNeuron("first", 0)]);
		const probeSet = sampleProbeSet(6);
		store.putProbeSet({
			...probeSet,
			name: "moved",
			excluded: [
				{
					id: "gone",
					path: "/new/gone.wav",
					code: "clip_missing",
					message: "m",
				},
			],
			clips: probeSet.clips.map((clip) => ({
				...clip,
				path: clip.path.replace("/clips", "/new"),
			})),
		});
		expect(store.readNeuron(run, "first", 0).high[0]?.clip.path).toBe(
			"/new/clip-0.flac",
		);
		expect(store.readRun(run).probeSet).toMatchObject({
			name: "moved",
			clips: 6,
			excluded: [{ id: "gone" }],
		});
	});

	test.each(["clips/rain.flac", "../rain.flac", "/clips/a\0b.flac"])(
		"refuses the path %j, and stores nothing",
		(path) => {
			const store = temporaryStore();
			const probeSet = sampleProbeSet(2);
			const [first, second] = probeSet.clips;
			if (first === undefined || second === undefined) throw new Error();
			const bad = { ...probeSet, clips: [first, { ...second, path }] };
			expect(() => store.putProbeSet(bad)).toThrow(
				expect.objectContaining({
					name: "StoreError",
					code: "path_relative",
					message: `clip "clip-1": expected an absolute path, got "${path}"`,
				}),
			);
			expect(() => store.putRecording(recordingOf({ clips: [] }))).toThrow(
				/FOREIGN KEY/,
			);
		},
	);
});

function recordingOf(changes: Partial<StoredRecording>): StoredRecording {
	return {
		id: "recording",
		networkHash: "n",
		probeSetHash: "probe-set-of-2",
		identity: {},
		path: "/elsewhere/recording",
		clips: ["clip-0", "clip-1"],
		excluded: [],
		warnings: [],
		layers: [{ name: "first", units: 4 }],
		...changes,
	};
}

describe("putRecording", () => {
	test("keeps its path relative to the store, so that a store can be moved", () => {
		const store = temporaryStore();
		const inside = startSampleRun(store);
		expect(store.readRun(inside).recording).toEqual({
			id: "recording-of-6",
			path: join(store.directory, "recordings", "recording-of-6"),
		});
		store.putProbeSet(sampleProbeSet(2));
		store.putRecording(recordingOf({}));
		const outside = startSampleRun(store, {
			key: "fedcba9876543210",
			recordingId: "recording",
			probeSetHash: "probe-set-of-2",
		});
		expect(store.readRun(outside).recording.path).toBe("/elsewhere/recording");
	});

	test("counts the clips recorded, and lists those left out before and while recording, once", () => {
		const store = temporaryStore();
		const excluded = (id: string, code: string) => ({
			id,
			path: `/${id}`,
			code,
			message: "m",
		});
		store.putProbeSet(sampleProbeSet(2, [excluded("gone", "clip_missing")]));
		store.putRecording(
			recordingOf({
				clips: ["clip-1"],
				excluded: [
					excluded("gone", "clip_missing"),
					excluded("clip-0", "audio_corrupt"),
				],
				warnings: [{ id: "clip-1", code: "silent", message: "m" }],
			}),
		);
		const run = startSampleRun(store, {
			recordingId: "recording",
			probeSetHash: "probe-set-of-2",
		});
		// startSampleRun has put its own probe set of 6; this run has that of 2.
		expect(store.readRun(run).probeSet).toMatchObject({
			clips: 1,
			excluded: [{ id: "gone" }, { id: "clip-0" }],
			warnings: [{ id: "clip-1", code: "silent" }],
		});
		store.putNeurons(run, [
			{
				...sampleNeuron("first", 0),
				high: [{ rank: 1, clip: 0, activation: 1 }],
				low: [],
			},
		]);
		expect(store.readNeuron(run, "first", 0).high[0]?.clip.id).toBe("clip-1");
	});

	test("may be put again with the same content; other clips or layers are a conflict", () => {
		const store = temporaryStore();
		store.putProbeSet(sampleProbeSet(2));
		store.putRecording(recordingOf({}));
		store.putRecording(recordingOf({ path: "/moved" }));
		for (const changes of [
			{ clips: ["clip-1", "clip-0"] },
			{ clips: ["clip-0"] },
			{ layers: [{ name: "first", units: 5 }] },
		])
			expect(() => store.putRecording(recordingOf(changes))).toThrow(
				expect.objectContaining({ code: "recording_conflict" }),
			);
	});

	test("a clip that is not in the probe set is an error, and nothing is stored", () => {
		const store = temporaryStore();
		store.putProbeSet(sampleProbeSet(2));
		expect(() =>
			store.putRecording(recordingOf({ clips: ["clip-0", "clip-7"] })),
		).toThrow(
			expect.objectContaining({
				code: "clip_unknown",
				message:
					'recording recording: clip "clip-7" is not in probe set probe-set-of-2',
			}),
		);
		store.putRecording(recordingOf({}));
	});
});
