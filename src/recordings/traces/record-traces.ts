/** Records time courses: the activations of chosen neurons at every position of chosen clips, beside a finished recording. */

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConfigError, DataError, throwIfInterrupted } from "../../errors.ts";
import type { TargetNetwork } from "../../network/load.ts";
import { writeFileAtomically } from "../../shared/files.ts";
import { hashJson } from "../../shared/hash.ts";
import { npyBytes } from "../../shared/npy.ts";
import { didYouMean } from "../../shared/suggest.ts";
import { defaultThreads } from "../../shared/threads.ts";
import type { HashedClip, LongOptions } from "../../types.ts";
import { openClipPool } from "../clip-pool.ts";
import type { Provider } from "../identity.ts";
import { layerFileName } from "../layer-file.ts";
import { lockRecording } from "../lock.ts";
import type { Recording } from "../recording.ts";
import {
	readTraceIndex,
	type TraceEntry,
	tracesFolder,
	writeTraceIndex,
} from "./trace-index.ts";

/** Clips after which the index is written: what a killed process has recorded of fewer is recorded again. */
const CLIPS_PER_LISTING = 32;

export type RecordTracesOptions = LongOptions & {
	/** The one the recording was made with; it has the layers that are asked for. */
	readonly network: TargetNetwork;
	readonly recording: Recording;
	/** Units by layer name. */
	readonly neurons: ReadonlyMap<string, Iterable<number>>;
	/** Ids of clips of the recording. Default: all of them. */
	readonly clips?: readonly string[] | undefined;
	/** Threads of one inference. Default: one per physical core, at most 8. */
	readonly threads?: number | undefined;
	readonly provider?: Provider | undefined;
};

/**
 * Writes what is not there yet and returns the index entries of everything asked for: one `.npy` `[units, positions]` for each clip and layer, float32.
 * A clip of several rows has their positions one after the other; rows are run one by one.
 * Throws ConfigError `neuron_unknown`, `clip_unknown`; DataError for a clip that has changed or cannot be read; StoreError `recording_locked` while another
 * process adds traces to the same recording; InterruptedError.
 */
export async function recordTraces(
	options: RecordTracesOptions,
): Promise<readonly TraceEntry[]> {
	const { network, recording } = options;
	const units = wantedUnits(options);
	const clips = wantedClips(options);
	const asked = clips.flatMap((clip) =>
		[...units].map(([layer, wanted]) => ({
			clip,
			layer,
			file: traceFile(clip, layer, wanted, network),
		})),
	);
	const files = new Set(asked.map(({ file }) => file));
	const askedFor = (known: readonly TraceEntry[]): readonly TraceEntry[] =>
		known.filter(({ file }) => files.has(file));
	const before = askedFor(await readTraceIndex(recording));
	if (before.length === files.size) return before;
	await mkdir(tracesFolder(recording), { recursive: true });
	const release = await lockRecording(recording.directory, {
		signal: options.signal,
	});
	try {
		return askedFor(await recordMissing(options, units, asked));
	} finally {
		release();
	}
}

type Asked = {
	readonly clip: HashedClip;
	readonly layer: string;
	readonly file: string;
};

/** Records what the index does not list; the whole index afterwards. The recording is locked by the caller. */
async function recordMissing(
	options: RecordTracesOptions,
	units: ReadonlyMap<string, readonly number[]>,
	asked: readonly Asked[],
): Promise<readonly TraceEntry[]> {
	const { network, recording, signal, onProgress, provider } = options;
	const folder = tracesFolder(recording);
	// Another process may have added to it while this one waited.
	const known = [...(await readTraceIndex(recording))];
	const there = new Set(known.map(({ file }) => file));
	const byClip = new Map<HashedClip, Asked[]>();
	for (const one of asked)
		if (!there.has(one.file))
			byClip.set(one.clip, [...(byClip.get(one.clip) ?? []), one]);
	if (byClip.size === 0) return known;
	const pool = openClipPool(1);
	const session = await network.openTraces(units, {
		threads: options.threads ?? defaultThreads(),
		provider,
	});
	let unlisted = 0;
	const list = async (): Promise<void> => {
		if (unlisted === 0) return;
		await writeTraceIndex(recording, known);
		unlisted = 0;
	};
	let done = 0;
	try {
		for (const [clip, missing] of byClip) {
			throwIfInterrupted(signal);
			const { id, path, hash } = clip;
			const reply = await pool.prepare({
				id,
				path,
				hash,
				frontEnd: network.frontEnd,
			});
			if (reply.status !== "ok")
				throw new DataError(reply.message, {
					code: reply.code,
					hint: "`audio-dissect inputs check` lists every clip that cannot be used.",
				});
			const { rows } = reply;
			const traces = await session.run(reply.features, rows, reply.lengths);
			for (const { layer, file } of missing) {
				const trace = traces[layer];
				if (trace === undefined) continue;
				const { values, rowShape, positions } = trace;
				const wanted = [...(units.get(layer) ?? [])];
				await mkdir(join(folder, dirname(file)), { recursive: true });
				await writeFileAtomically(join(folder, file), [
					npyBytes(values, [wanted.length, positions]),
				]);
				known.push({
					clip: id,
					layer,
					units: wanted,
					file,
					rows,
					rowShape: [...rowShape],
					positions,
				});
			}
			unlisted += 1;
			if (unlisted === CLIPS_PER_LISTING) await list();
			done += 1;
			onProgress?.({ stage: "traces", done, total: byClip.size });
		}
	} finally {
		// Those of an interrupted call too.
		await Promise.all([list(), pool.close(), session.close()]);
	}
	return known;
}

/** Distinct for each clip, layer and choice of units. */
function traceFile(
	clip: HashedClip,
	layer: string,
	units: readonly number[],
	network: TargetNetwork,
): string {
	const place = network.layers.findIndex(({ name }) => name === layer);
	const choice = hashJson(units).slice(0, 8);
	const clipKey = hashJson([clip.id, clip.hash]).slice(0, 16);
	const name = layerFileName(place, layer).replace(/\.npy$/, "");
	return `${clipKey}/${name}-${choice}.npy`;
}

/** Ascending, without repetition; layers that share a tensor keep their own names. */
function wantedUnits({
	network,
	neurons,
}: RecordTracesOptions): ReadonlyMap<string, readonly number[]> {
	const wanted = new Map<string, readonly number[]>();
	for (const [name, chosen] of neurons) {
		const layer = network.layers.find((one) => one.name === name);
		if (layer === undefined)
			throw new ConfigError(`layer "${name}" is not in ${network.name}`, {
				code: "neuron_unknown",
				hint:
					didYouMean(
						name,
						network.layers.map((one) => one.name),
					) ?? "Name a layer of its descriptor.",
			});
		const units = [...new Set(chosen)].sort((a, b) => a - b);
		const wrong = units.find(
			(unit) => !Number.isInteger(unit) || unit < 0 || unit >= layer.units,
		);
		if (wrong !== undefined)
			throw new ConfigError(
				`"${name}#${wrong}" is no neuron: layer "${name}" has units 0 to ${layer.units - 1}`,
				{ code: "neuron_unknown", hint: "Give units within that range." },
			);
		if (units.length > 0) wanted.set(name, units);
	}
	return wanted;
}

function wantedClips({
	recording,
	clips,
}: RecordTracesOptions): readonly HashedClip[] {
	if (clips === undefined) return recording.clips;
	const byId = new Map(recording.clips.map((clip) => [clip.id, clip]));
	return [...new Set(clips)].map((id) => {
		const clip = byId.get(id);
		if (clip === undefined)
			throw new ConfigError(`clip "${id}" is not in the recording`, {
				code: "clip_unknown",
				hint:
					didYouMean(id, byId.keys()) ??
					"Give the `id` of a clip of the probe set.",
			});
		return clip;
	});
}
