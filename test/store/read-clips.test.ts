import { expect, test } from "vitest";
import {
	sampleProbeSet,
	startSampleRun,
	temporaryStore,
} from "../support/temporary-store.ts";

test("the clips of a run's recording come in column order, a page at a time", () => {
	const store = temporaryStore();
	const run = startSampleRun(store, { clips: 5 });
	const clips = sampleProbeSet(5).clips.map((clip) => ({
		...clip,
		captionSources: null,
	}));
	expect(store.readRecordingClips(run, { from: 0, count: 10 })).toEqual(clips);
	expect(store.readRecordingClips(run, { from: 3, count: 1 })).toEqual([
		clips[3],
	]);
	expect(store.readRecordingClips(run, { from: 5, count: 2 })).toEqual([]);
});

test("columns may leave clips out and stand in another order", () => {
	const store = temporaryStore();
	const run = startSampleRun(store);
	const recording = {
		id: "turned",
		networkHash: "network-hash",
		probeSetHash: "probe-set-of-6",
		identity: {},
		path: store.directory,
		clips: ["clip-4", "clip-0"],
		excluded: [],
		warnings: [],
		layers: [],
	};
	store.putRecording(recording);
	const other = store.startRun({
		key: "fedcba9876543210",
		resolved: {},
		asPassed: {},
		toolVersion: "0.0.0",
		seeds: {},
		networkId: store.putNetwork({
			hash: "network-hash",
			name: "tiny",
			descriptor: { file: "tiny.onnx" },
			layers: [],
		}),
		probeSetHash: "probe-set-of-6",
		recordingId: "turned",
		conceptSet: { name: "concepts", hash: "concepts-hash" },
		layers: [],
	}).id;
	const ids = (id: string) =>
		store
			.readRecordingClips(id, { from: 0, count: 9 })
			.map((clip) => [clip.id, clip.sourceRecording]);
	expect(ids(other)).toEqual([
		["clip-4", null],
		["clip-0", "source"],
	]);
	expect(ids(run)).toHaveLength(6);
});

test("an unknown run is an error with its name", () => {
	expect(() =>
		temporaryStore().readRecordingClips("nothing", { from: 0, count: 1 }),
	).toThrow(expect.objectContaining({ code: "run_unknown" }));
});
