/** A network in plain code and probe sets of tones, for tests of recordings. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TargetNetwork } from "../../src/network/load.ts";
import { sha256 } from "../../src/shared/hash.ts";
import type { HashedClip, Layer, ProbeSet } from "../../src/types.ts";
import { sine, writeWav } from "../support/wav.ts";

/** Samples of one input; longer clips become several rows. */
export const INPUT_SAMPLES = 1600;

export type FakeNetwork = TargetNetwork & {
	/** Rows of every inference, in order. */
	readonly runs: number[];
	/** Layers of every session that was opened. */
	readonly sessions: string[][];
};

type RowFunction = (samples: Float32Array, unit: number) => number;

const peak = (samples: Float32Array): number =>
	samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Layer name to number of units and value of a row: "a" is (unit + 1) x the peak, "b" the mean square, "c" the peak again, pooled by maximum. */
const LAYERS: Readonly<
	Record<
		string,
		{
			readonly units: number;
			readonly windows: "mean" | "max";
			readonly value: RowFunction;
		}
	>
> = {
	a: {
		units: 3,
		windows: "mean",
		value: (samples, unit) => (unit + 1) * peak(samples),
	},
	b: {
		units: 1,
		windows: "mean",
		value: (samples) =>
			samples.reduce((sum, value) => sum + value * value, 0) / samples.length,
	},
	c: { units: 2, windows: "max", value: (samples) => peak(samples) },
};

export function fakeNetwork(
	options: {
		readonly failAtRun?: number;
		/** Called at each inference. */
		readonly onRun?: () => void;
		readonly layers?: readonly string[];
		/** Added to every value: another version of the runtime, say. */
		readonly drift?: number;
		/** Added to every value of a session that taps so many layers. */
		readonly driftWithLayers?: number;
		readonly recurrent?: boolean;
	} = {},
): FakeNetwork {
	const { drift = 0, recurrent = false } = options;
	const names = options.layers ?? ["a", "b"];
	const runs: number[] = [];
	const sessions: string[][] = [];
	const layers = names.map(
		(name): Layer => ({
			name,
			tensor: name,
			unitAxis: -1,
			pooling: "none",
			windows: LAYERS[name]?.windows ?? "mean",
			units: LAYERS[name]?.units ?? 1,
			maskPoint: null,
		}),
	);
	const network: FakeNetwork = {
		runs,
		sessions,
		name: "fake",
		descriptorPath: "fake.yaml",
		modelPath: "fake.onnx",
		hash: "0",
		layers,
		classes: null,
		outputLayer: null,
		outputKind: null,
		recurrent,
		rowsPerRun: null,
		frontEnd: {
			kind: "waveform",
			sampleRate: 16_000,
			samples: INPUT_SAMPLES,
			lead: 0,
			normalise: "none",
			long: "windows",
		},
		identity: {
			fake: 1,
			layers: layers.map(({ name, tensor, pooling, windows }) => ({
				name,
				tensor,
				pooling,
				windows,
			})),
		},
		openTraces: async () => {
			throw new Error("the fake network has no traces");
		},
		openTaps: async ({ layers: tapped = names }) => {
			sessions.push([...tapped]);
			const shift = drift + (options.driftWithLayers === tapped.length ? 1 : 0);
			return {
				run: async (features, count, { clipRows } = {}) => {
					if (runs.length === options.failAtRun) throw new Error("power cut");
					options.onRun?.();
					if (recurrent && clipRows === undefined)
						throw new Error("which rows are a clip?");
					runs.push(count);
					const length = features.length / count;
					const rows = Array.from({ length: count }, (_, row) =>
						features.slice(row * length, (row + 1) * length),
					);
					return Object.fromEntries(
						tapped.map((name) => {
							const { units, value } = LAYERS[name] as (typeof LAYERS)[string];
							return [
								name,
								Float32Array.from(
									{ length: count * units },
									(_, i) =>
										shift +
										value(
											rows[Math.floor(i / units)] as Float32Array,
											i % units,
										),
								),
							];
						}),
					);
				},
				close: async () => {},
			};
		},
	};
	return network;
}

/** A tone of `amplitude` / 2, written to `folder`; `seconds`: 0.1 is one row. */
export function tone(
	folder: string,
	name: string,
	amplitude: number,
	seconds = 0.1,
): HashedClip {
	const path = join(folder, name);
	writeWav(
		path,
		sine(440, seconds).map((value) => value * amplitude),
	);
	return clipOf(path, name);
}

/** The clip of a file that is there. */
export function clipOf(path: string, id: string): HashedClip {
	return {
		id,
		path,
		hash: sha256(readFileSync(path)),
		label: null,
		captions: ["a tone"],
		attributes: {},
		sourceRecording: null,
	};
}

export function probeSetOf(clips: readonly HashedClip[]): ProbeSet {
	return { name: "tones", hash: "h", clips, excluded: [] };
}
