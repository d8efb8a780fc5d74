/** Stores for tests, removed when the test is over, and a small run to put in one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openStore } from "../../src/store/open.ts";
import type { StartRun, Store } from "../../src/store/store.ts";
import type {
	ExcludedClip,
	NeuronExemplars,
	ProbeSet,
} from "../../src/types.ts";

/** The time of every row of a temporary store. */
export const NOW = "2024-05-06T07:08:09.000Z";

/** An empty folder that is removed when the running test is over. Resolved: no symbolic links in it. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "audio-dissect-test-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** An open store in a folder of its own; closed and removed when the running test is over. */
export function temporaryStore(
	options: { readonly directory?: string } = {},
): Store {
	const directory = options.directory ?? temporaryFolder();
	const store = openStore({ directory, now: () => NOW });
	onTestFinished(() => store.close());
	return store;
}

/** A probe set of clips `clip-0` ... with two captions each. */
export function sampleProbeSet(
	clips: number,
	excluded: readonly ExcludedClip[] = [],
): ProbeSet {
	return {
		name: "sample",
		hash: `probe-set-of-${clips}`,
		excluded,
		clips: Array.from({ length: clips }, (_, index) => ({
			id: `clip-${index}`,
			path: `/clips/clip-${index}.flac`,
			hash: `hash-${index}`,
			label: index % 2 === 0 ? "rain" : null,
			captions: [`caption ${index}`, `another caption ${index}`],
			attributes: { pitch: index, tags: ["a", index] },
			sourceRecording: index === 0 ? "source" : null,
		})),
	};
}

/** Starts a run over the layers `first` (4 units, mean) and `second` (2 units, none), everything it refers to included. Returns its id. */
export function startSampleRun(
	store: Store,
	options: Partial<StartRun> & {
		/** In the probe set; default 6. */
		readonly clips?: number;
	} = {},
): string {
	const { clips = 6, ...run } = options;
	const probeSet = sampleProbeSet(clips);
	store.putProbeSet(probeSet);
	const networkId = store.putNetwork({
		hash: "network-hash",
		name: "tiny",
		descriptor: { file: "tiny.onnx" },
		layers: [],
	});
	const recordingId = `recording-of-${clips}`;
	store.putRecording({
		id: recordingId,
		networkHash: "network-hash",
		probeSetHash: probeSet.hash,
		identity: { frontEnd: "waveform" },
		path: join(store.directory, "recordings", recordingId),
		clips: probeSet.clips.map(({ id }) => id),
		excluded: [],
		warnings: [],
		layers: [
			{ name: "first", units: 4 },
			{ name: "second", units: 2 },
		],
	});
	return store.startRun({
		key: "0123456789abcdef",
		resolved: { seed: 0 },
		asPassed: {},
		toolVersion: "0.0.0",
		seeds: { seed: 0 },
		networkId,
		probeSetHash: probeSet.hash,
		recordingId,
		conceptSet: { name: "concepts", hash: "concepts-hash" },
		layers: [
			{ name: "first", units: 4, pooling: "mean" },
			{ name: "second", units: 2, pooling: "none" },
		],
		...run,
	}).id;
}

/** A neuron with two exemplars a side: clips 0, 1 (high) and 3, 2 (low). */
export function sampleNeuron(layer: string, unit: number): NeuronExemplars {
	return {
		neuron: { layer, unit },
		status: { status: "ok", marks: [] },
		high: [
			{ rank: 1, clip: 0, activation: 0.75 },
			{ rank: 2, clip: 1, activation: 0.5 },
		],
		low: [
			{ rank: 1, clip: 3, activation: -1.5 },
			{ rank: 2, clip: 2, activation: -0.25 },
		],
	};
}
