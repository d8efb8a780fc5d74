/** Runs the target network over the probe set and writes the recording; resumable, at most one batch is recomputed. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError, throwIfInterrupted } from "../errors.ts";
import type { TapSession, TargetNetwork } from "../network/load.ts";
import { writeFileAtomically } from "../shared/files.ts";
import type { LongOptions, ProbeSet } from "../types.ts";
import { type ClipPool, openClipPool } from "./clip-pool.ts";
import type { ClipReply } from "./clip-worker.ts";
import {
	type ClipFinding,
	type Part,
	type PartHeader,
	partPath,
	readPart,
	writePart,
} from "./parts.ts";
import { loadOrCreatePlan, type RecordingPlan, recordingId } from "./plan.ts";
import {
	openRecording,
	type Recording,
	type RecordingFile,
} from "./recording.ts";
import { writeLayerFile } from "./transpose.ts";

export type RecordOptions = LongOptions & {
	readonly network: TargetNetwork;
	readonly probeSet: ProbeSet;
	/** Folder of all recordings; this one gets a subfolder named by its id. */
	readonly directory: string;
	/** Clips per inference, 1 and up; kept for the life of the recording. Default 16. */
	readonly batchSize?: number | undefined;
	/** Threads of one inference, 1 and up. Default 2. */
	readonly threads?: number | undefined;
	/** Threads that decode and compute front ends, 1 and up. Default 2. */
	readonly clipThreads?: number | undefined;
};

const DEFAULT_BATCH_SIZE = 16;
const DEFAULT_THREADS = 2;

/**
 * The finished recording, from disk when it is there. Clips that cannot be decoded are left out and listed.
 * Throws DataError `no_usable_clips` when none is left, InterruptedError when the signal fires.
 */
export async function record(options: RecordOptions): Promise<Recording> {
	const { network, probeSet } = options;
	const id = recordingId(network, probeSet);
	const directory = join(options.directory, id.slice(0, 16));
	const finished = await openRecording(directory, probeSet);
	if (finished !== undefined) return finished;
	if (probeSet.clips.length === 0) throw noUsableClips(probeSet);

	const plan = await loadOrCreatePlan({
		directory,
		id,
		network,
		probeSet,
		batchSize: options.batchSize ?? DEFAULT_BATCH_SIZE,
	});
	const parts = await recordParts(options, plan, directory);
	if (parts.every((part) => part.clips.length === 0))
		throw noUsableClips(
			probeSet,
			parts.flatMap((part) => part.excluded),
		);

	const layers: RecordingFile["layers"] = [];
	let firstRow = 0;
	for (const [index, { name, units }] of plan.layers.entries()) {
		throwIfInterrupted(options.signal);
		const file = layerFileName(index, name);
		const path = join(directory, file);
		await writeLayerFile({ path, parts, firstRow, units });
		layers.push({ name, units, file });
		firstRow += units;
	}
	const recording: RecordingFile = {
		id,
		batchSize: plan.batchSize,
		layers,
		columns: parts.flatMap((part) => part.clips),
		excluded: parts.flatMap((part) => part.excluded),
		warnings: parts.flatMap((part) => part.warnings),
	};
	await writeFileAtomically(join(directory, "recording.json"), [
		JSON.stringify(recording),
	]);
	await rm(join(directory, "parts"), { recursive: true, force: true });
	const opened = await openRecording(directory, probeSet);
	if (opened === undefined) throw new Error(`${directory} was just written`);
	return opened;
}

function layerFileName(index: number, name: string): string {
	const slug = name.replaceAll(/[^A-Za-z0-9._-]+/g, "_").slice(-80);
	return `${String(index).padStart(3, "0")}-${slug}.npy`;
}

function noUsableClips(
	probeSet: ProbeSet,
	findings: readonly ClipFinding[] = [],
): DataError {
	const first = probeSet.excluded[0]?.message ?? findings[0]?.message;
	return new DataError(
		`probe set "${probeSet.name}" has no clip that can be used: expected at least 1, got 0 of ${probeSet.clips.length + probeSet.excluded.length}${first === undefined ? "" : ` (the first: ${first})`}`,
		{
			code: "no_usable_clips",
			hint: "Check the paths of the manifest: they are relative to the manifest's own folder.",
		},
	);
}

/** Computes the parts that are missing. The clips of the next batch are prepared while this one is inferred. */
async function recordParts(
	options: RecordOptions,
	plan: RecordingPlan,
	directory: string,
): Promise<Part[]> {
	const { probeSet, signal, onProgress } = options;
	const total = probeSet.clips.length;
	const units = plan.layers.reduce((sum, layer) => sum + layer.units, 0);
	const batches = Math.ceil(total / plan.batchSize);
	const parts: Part[] = [];
	const missing: number[] = [];
	for (let batch = 0; batch < batches; batch += 1) {
		const part = await readPart(partPath(directory, batch), units);
		if (part === undefined) missing.push(batch);
		else parts[batch] = part;
	}
	if (missing.length === 0) return parts;

	const pool = openClipPool(options.clipThreads ?? 2);
	let taps: TapSession | undefined;
	try {
		taps = await options.network.openTaps({
			threads: options.threads ?? DEFAULT_THREADS,
		});
		let done = total - missing.length * plan.batchSize;
		let upcoming = prepareBatch(options, plan, pool, missing[0] as number);
		for (const [position, batch] of missing.entries()) {
			throwIfInterrupted(signal);
			const prepared = await upcoming;
			const next = missing[position + 1];
			if (next !== undefined)
				upcoming = prepareBatch(options, plan, pool, next);
			const { header, values } = await inferBatch(taps, plan, prepared);
			const path = partPath(directory, batch);
			await writePart(path, header, values);
			parts[batch] = (await readPart(path, units)) as Part;
			done += prepared.length;
			onProgress?.({
				stage: "record",
				done: Math.min(done, total),
				total,
			});
		}
	} finally {
		await Promise.all([pool.close(), taps?.close()]);
	}
	return parts;
}

type PreparedClip = { readonly clip: number; readonly reply: ClipReply };

async function prepareBatch(
	options: RecordOptions,
	plan: RecordingPlan,
	pool: ClipPool,
	batch: number,
): Promise<PreparedClip[]> {
	const start = batch * plan.batchSize;
	const clips = options.probeSet.clips.slice(start, start + plan.batchSize);
	return Promise.all(
		clips.map(async ({ id, path, hash }, index) => ({
			clip: start + index,
			reply: await pool.prepare({
				id,
				path,
				hash,
				frontEnd: options.network.frontEnd,
			}),
		})),
	);
}

/** Runs the usable clips of a batch; `values` is `[units of all layers, usable clips]`. */
async function inferBatch(
	taps: TapSession,
	plan: RecordingPlan,
	prepared: readonly PreparedClip[],
): Promise<{ readonly header: PartHeader; readonly values: Float32Array }> {
	const header: PartHeader = { clips: [], excluded: [], warnings: [] };
	const inputs: Float32Array[] = [];
	for (const { clip, reply } of prepared) {
		if (reply.status !== "ok") {
			const { code, message } = reply;
			if (reply.status === "unreadable")
				throw new DataError(message, {
					code,
					hint: "Run the same command again: clips are then read anew, finished batches are kept.",
				});
			header.excluded.push({ clip, code, message });
			continue;
		}
		header.clips.push(clip);
		inputs.push(reply.features);
		for (const warning of reply.warnings)
			header.warnings.push({ clip, ...warning });
	}
	const count = inputs.length;
	if (count === 0) return { header, values: new Float32Array(0) };

	const length = (inputs[0] as Float32Array).length;
	const features = new Float32Array(count * length);
	for (const [row, input] of inputs.entries())
		features.set(input, row * length);
	const outputs = await taps.run(features, count);

	const units = plan.layers.reduce((sum, layer) => sum + layer.units, 0);
	const values = new Float32Array(units * count);
	let row = 0;
	for (const layer of plan.layers) {
		const output = outputs[layer.name] as Float32Array;
		for (let unit = 0; unit < layer.units; unit += 1, row += 1)
			for (let clip = 0; clip < count; clip += 1)
				values[row * count + clip] = output[
					clip * layer.units + unit
				] as number;
	}
	return { header, values };
}
