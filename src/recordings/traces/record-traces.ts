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
import type { Recording } from "../recording.ts";
import {
	readTraceIndex,
	type TraceEntry,
	tracesFolder,
	writeTraceIndex,
} from "./trace-index.ts";

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
 * Throws ConfigError `neuron_unknown`, `clip_unknown`; DataError for a clip that has changed or cannot be read; InterruptedError.
 */
export async function recordTraces(
	options: RecordTracesOptions,
): Promise<readonly TraceEntry[]> {
	const { network, recording, signal, onProgress, provider } = options;
	const units = wantedUnits(options);
	const clips = wantedClips(options);
	const folder = tracesFolder(recording);
	await mkdir(folder, { recursive: true });
	const known = [...(await readTraceIndex(recording))];
	const files = new Set(known.map(({ file }) => file));
	const fileOf = (clip: HashedClip, layer: string): string =>
		traceFile(clip, layer, units.get(layer) ?? [], network);
	const missing = clips.filter((clip) =>
		[...units.keys()].some((layer) => !files.has(fileOf(clip, layer))),
	);
	if (missing.length > 0) {
		const pool = openClipPool(1);
		const session = await network.openTraces(units, {
			threads: options.threads ?? defaultThreads(),
			provider,
		});
		try {
			for (const [index, clip] of missing.entries()) {
				throwIfInterrupted(signal);
				const { id, path, hash } = clip;
				const reply = await pool.prepare({
					id,
					path,
					hash,
					frontEnd: network.frontEnd,
				});
				if (reply.status !== "ok")
					throw new DataError(reply.message, { code: reply.code });
				const traces = await session.run(reply.features, reply.rows);
				for (const [layer, wanted] of units) {
					const file = fileOf(clip, layer);
					const trace = traces[layer];
					if (files.has(file) || trace === undefined) continue;
					const { values, rowShape, positions } = trace;
					await mkdir(join(folder, dirname(file)), { recursive: true });
					await writeFileAtomically(join(folder, file), [
						npyBytes(values, [wanted.length, positions]),
					]);
					known.push({
						clip: id,
						layer,
						units: [...wanted],
						file,
						rows: reply.rows,
						rowShape: [...rowShape],
						positions,
					});
					files.add(file);
				}
				await writeTraceIndex(recording, known);
				onProgress?.({
					stage: "traces",
					done: index + 1,
					total: missing.length,
				});
			}
		} finally {
			await Promise.all([pool.close(), session.close()]);
		}
	}
	const asked = new Set(
		clips.flatMap((clip) =>
			[...units.keys()].map((layer) => fileOf(clip, layer)),
		),
	);
	return known.filter(({ file }) => asked.has(file));
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
				hint: didYouMean(
					name,
					network.layers.map((one) => one.name),
				),
			});
		const units = [...new Set(chosen)].sort((a, b) => a - b);
		const wrong = units.find(
			(unit) => !Number.isInteger(unit) || unit < 0 || unit >= layer.units,
		);
		if (wrong !== undefined)
			throw new ConfigError(
				`"${name}#${wrong}" is no neuron: layer "${name}" has units 0 to ${layer.units - 1}`,
				{ code: "neuron_unknown" },
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
				hint: didYouMean(id, byId.keys()),
			});
		return clip;
	});
}
