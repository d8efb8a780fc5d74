/** Runs the target network over the probe set and writes the recording; resumable, at most one part is recomputed. */

import { rm } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { basename, join } from "node:path";
import { DataError, throwIfInterrupted } from "../errors.ts";
import { frontEndDims } from "../network/front-ends/front-end.ts";
import type { TargetNetwork } from "../network/load.ts";
import { writeFileAtomically } from "../shared/files.ts";
import type { Precision } from "../shared/npy.ts";
import type { LongOptions, ProbeSet } from "../types.ts";
import { usableClips, writeLayerFile } from "./assemble.ts";
import { openClipPool } from "./clip-pool.ts";
import type { ClipFinding } from "./findings.ts";
import {
	type Execution,
	hashClipInputs,
	layerAddresses,
	type Provider,
	recordingId,
} from "./identity.ts";
import { importRecording } from "./import/import-recording.ts";
import { layerFileName } from "./layer-file.ts";
import { lockRecording } from "./lock.ts";
import type { Part } from "./parts.ts";
import {
	FORMAT_VERSION,
	loadPlan,
	type PlanBase,
	type RecordingPlan,
	storePlan,
} from "./plan.ts";
import {
	openRecording,
	type Recording,
	type RecordingFile,
} from "./recording.ts";
import { sourceExists } from "./reuse/find-sources.ts";
import { planWork } from "./reuse/plan-work.ts";
import { runJob } from "./run-job.ts";
import { chooseSizes } from "./sizes.ts";
import { openTapPool, type TapPool } from "./tap-pool.ts";

export type RecordOptions = LongOptions &
	RecordingSettings & {
		readonly network: TargetNetwork;
		readonly probeSet: ProbeSet;
		/** Folder of all recordings; this one gets a subfolder named by its id. Finished ones in it serve what they already hold. */
		readonly directory: string;
	};

/** How a network is run over clips. */
export type RecordingSettings = {
	/**
	 * Clips in one inference, 1 and up; kept for the life of the recording. Default 1 on a CPU: a clip's values then depend on no other clip, and later
	 * recordings can take them over.
	 */
	readonly batchSize?: number | undefined;
	/** Threads of inference, 1 and up. Default: the processors the process may use, at most 8. */
	readonly threads?: number | undefined;
	/** Threads that decode and compute front ends, 1 and up. Default: as many. */
	readonly clipThreads?: number | undefined;
	/** Of the stored values. Default float32. */
	readonly precision?: Precision | undefined;
	/** Where onnxruntime computes. Default cpu. */
	readonly provider?: Provider | undefined;
};

const MOST_THREADS = 8;

/**
 * The finished recording, from disk when it is there. Clips that cannot be decoded are left out and listed. What finished recordings in `directory` hold
 * of the same network, layers and clips is taken over when it is bit by bit what would be computed.
 * Throws DataError `no_usable_clips` when none is left, `float16_overflow`; StoreError `recording_locked` while another process makes the same recording;
 * InterruptedError when the signal fires.
 */
export async function record(options: RecordOptions): Promise<Recording> {
	const { network, probeSet } = options;
	const execution = {
		precision: options.precision ?? "float32",
		provider: options.provider ?? "cpu",
	};
	const clipHashes = await hashClipInputs(network, probeSet.clips);
	const id = recordingId(network, clipHashes, execution);
	const directory = join(options.directory, id.slice(0, 16));
	const finished = await openRecording(directory, probeSet);
	if (finished !== undefined) return finished;
	if (probeSet.clips.length === 0) throw noUsableClips(probeSet);
	const release = lockRecording(directory);
	try {
		// Another process may have finished it just now.
		const meanwhile = await openRecording(directory, probeSet);
		if (meanwhile !== undefined) return meanwhile;
		await makeRecording(options, { id, directory, execution, clipHashes });
	} finally {
		release();
	}
	const made = await openRecording(directory, probeSet);
	if (made === undefined) throw new Error(`${directory} was just written`);
	return made;
}

type Target = {
	readonly id: string;
	readonly directory: string;
	readonly execution: Execution;
	readonly clipHashes: string[];
};

async function makeRecording(
	options: RecordOptions,
	target: Target,
): Promise<void> {
	const { network, probeSet } = options;
	const { directory } = target;
	if (network.imported !== undefined)
		return importRecording({
			...target,
			...target.execution,
			network,
			imported: network.imported,
			probeSet,
			signal: options.signal,
			onProgress: options.onProgress,
		});
	const { plan, parts } = await runNetwork(options, target);
	const columns = usableClips(plan, parts);
	const excluded = parts.flat().flatMap((part) => part.excluded);
	if (columns.length === 0) throw noUsableClips(probeSet, excluded);
	const layers: RecordingFile["layers"] = [];
	for (const [layer, { name, units }] of plan.layers.entries()) {
		throwIfInterrupted(options.signal);
		const file = layerFileName(layer, name);
		await writeLayerFile({
			path: join(directory, file),
			layer,
			plan,
			parts,
			columns,
			recordings: options.directory,
		});
		layers.push({ name, units, file });
	}
	const recording: RecordingFile = {
		id: plan.id,
		precision: plan.precision,
		clipsPerRun: plan.clipsPerRun,
		layers,
		columns,
		excluded: inClipOrder(excluded),
		warnings: inClipOrder([
			...plan.sources.flatMap(({ warnings }) => warnings),
			...parts.flat().flatMap((part) => part.warnings),
		]),
	};
	await writeFileAtomically(join(directory, "recording.json"), [
		JSON.stringify(recording),
	]);
	await rm(join(directory, "parts"), { recursive: true, force: true });
}

/** By clip; what is said twice about a clip (whose layers come from two places) is kept once. */
function inClipOrder(findings: readonly ClipFinding[]): ClipFinding[] {
	const once = new Map(
		findings.map((finding) => [JSON.stringify(finding), finding]),
	);
	return [...once.values()].sort((a, b) => a.clip - b.clip);
}

/** The plan and the parts of each of its jobs. */
async function runNetwork(
	options: RecordOptions,
	target: Target,
): Promise<{
	readonly plan: RecordingPlan;
	readonly parts: readonly (readonly Part[])[];
}> {
	const { network, probeSet, signal, onProgress } = options;
	const { directory } = target;
	const threads =
		options.threads ?? Math.min(MOST_THREADS, availableParallelism());
	const clipThreads = options.clipThreads ?? threads;
	const pool = openClipPool(clipThreads);
	const opened = new Map<string, TapPool>();
	const openTaps = async (indices: readonly number[]): Promise<TapPool> => {
		const key = indices.join();
		const taps =
			opened.get(key) ??
			(await openTapPool(network, {
				threads,
				provider: options.provider,
				layers: indices.map((index) => network.layers[index]?.name ?? ""),
			}));
		opened.set(key, taps);
		return taps;
	};
	try {
		const stored = await loadPlan(directory, (name) =>
			sourceExists(options.directory, name),
		);
		const plan = stored ?? (await newPlan(options, target, pool, openTaps));
		const clips = probeSet.clips;
		let done = plan.clipHashes.length - clipsToRun(plan);
		const parts: Part[][] = [];
		for (const [number, job] of plan.jobs.entries())
			parts.push(
				await runJob({
					plan,
					job,
					number,
					directory,
					network,
					clips,
					pool,
					openTaps: () => openTaps(job.layers),
					ahead: 2 * (clipThreads + threads),
					signal,
					onClips: (count) => {
						done += count;
						onProgress?.({ stage: "record", done, total: clips.length });
					},
				}),
			);
		return { plan, parts };
	} finally {
		await Promise.all([
			pool.close(),
			...[...opened.values()].map((taps) => taps.close()),
		]);
	}
}

function clipsToRun({ jobs, clipHashes }: RecordingPlan): number {
	return jobs.reduce((sum, { clips }) => sum + (clips ?? clipHashes).length, 0);
}

async function newPlan(
	options: RecordOptions,
	{ id, directory, execution, clipHashes }: Target,
	pool: ReturnType<typeof openClipPool>,
	openTaps: (layers: readonly number[]) => Promise<TapPool>,
): Promise<RecordingPlan> {
	const { network, probeSet } = options;
	const sizes = chooseSizes({
		inputSize: frontEndDims(network.frontEnd).reduce(
			(size, dim) => size * dim,
			1,
		),
		units: network.layers.reduce((sum, { units }) => sum + units, 0),
		memory: totalmem(),
		onCpu: execution.provider === "cpu",
		fixedBatch: network.rowsPerRun,
		clipsPerRun: options.batchSize,
	});
	const addresses = layerAddresses(network, execution, sizes);
	const base: PlanBase = {
		...sizes,
		id,
		precision: execution.precision,
		layers: network.layers.map(({ name, units, windows }, index) => ({
			name,
			units,
			windows,
			address: addresses[index] ?? null,
		})),
		clipHashes,
	};
	const work = await planWork({
		plan: base,
		network,
		clips: probeSet.clips,
		pool,
		openTaps,
		recordings: options.directory,
		skip: basename(directory),
	});
	const plan: RecordingPlan = {
		formatVersion: FORMAT_VERSION,
		...base,
		...work,
	};
	await storePlan(directory, plan);
	return plan;
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
