/** Runs the network over the clips of a job and writes its parts: preparing, inference and writing go on at the same time. */

import { DataError, throwIfInterrupted } from "../errors.ts";
import type { TargetNetwork } from "../network/load.ts";
import type { HashedClip } from "../types.ts";
import type { ClipPool } from "./clip-pool.ts";
import type { ClipReply } from "./clip-worker.ts";
import { storedFinding } from "./findings.ts";
import { type ClipFeatures, inferClips } from "./infer-clips.ts";
import {
	type Part,
	type PartHeader,
	partPath,
	readPart,
	storedValues,
	transpose,
	writePart,
} from "./parts.ts";
import {
	jobClips,
	type PlannedLayer,
	type RecordingJob,
	type RecordingPlan,
} from "./plan.ts";
import { type PreparedClip, prepareClips } from "./prepare.ts";
import type { TapPool } from "./tap-pool.ts";

export type JobOptions = {
	readonly plan: RecordingPlan;
	readonly job: RecordingJob;
	/** Its place in the plan. */
	readonly number: number;
	readonly directory: string;
	readonly network: TargetNetwork;
	readonly clips: readonly HashedClip[];
	readonly pool: ClipPool;
	/** Opened when there is something to run. */
	readonly openTaps: () => Promise<TapPool>;
	/** Clips begun ahead of inference, 1 and up. */
	readonly ahead: number;
	readonly signal?: AbortSignal | undefined;
	/** So many more clips are through. */
	readonly onClips: (count: number) => void;
};

/** The parts of the job in order; those that are on disk are kept as they are. */
export async function runJob(options: JobOptions): Promise<Part[]> {
	const { plan, job, number, directory } = options;
	const layers = layersOf(plan, job);
	const units = layers.reduce((sum, layer) => sum + layer.units, 0);
	const clips = jobClips(plan, job);
	const parts: Part[] = [];
	const missing: number[] = [];
	for (let part = 0; part * plan.clipsPerPart < clips.length; part += 1) {
		const path = partPath(directory, number, part);
		const found = await readPart(path, units, plan.precision);
		if (found === undefined) missing.push(part);
		else {
			parts[part] = found;
			options.onClips(clipsOfPart(plan, clips, part).length);
		}
	}
	if (missing.length > 0)
		await runParts(options, { layers, clips, missing, parts });
	return parts;
}

function layersOf(plan: RecordingPlan, job: RecordingJob): PlannedLayer[] {
	return job.layers.map((layer) => plan.layers[layer] as PlannedLayer);
}

function clipsOfPart(
	plan: RecordingPlan,
	clips: readonly number[],
	part: number,
): readonly number[] {
	const start = part * plan.clipsPerPart;
	return clips.slice(start, start + plan.clipsPerPart);
}

type JobWork = {
	readonly layers: readonly PlannedLayer[];
	/** Of the job, as indices into the plan's. */
	readonly clips: readonly number[];
	/** Parts to make, ascending. */
	readonly missing: readonly number[];
	/** Filled. */
	readonly parts: Part[];
};

/** An inference under way. */
type Running = {
	readonly values: Promise<Float32Array[]>;
	/** Clips it is for, the excluded ones too. */
	readonly clips: number;
	/** Set on the last one of a part. */
	readonly ends: { readonly part: number; readonly header: PartHeader } | null;
};

async function runParts(options: JobOptions, work: JobWork): Promise<void> {
	const { plan, network, pool, signal } = options;
	const taps = await options.openTaps();
	const writer = openPartWriter(options, work);
	const running: Running[] = [];
	const settle = async (): Promise<void> => {
		const { values, clips, ends } = running.shift() as Running;
		writer.add(await values);
		if (ends !== null) await writer.end(ends.part, ends.header);
		options.onClips(clips);
	};
	const wanted = work.missing.flatMap((part) => [
		...clipsOfPart(plan, work.clips, part),
	]);
	const prepared = prepareClips({
		pool,
		clips: options.clips,
		wanted,
		frontEnd: network.frontEnd,
		ahead: options.ahead,
	});
	try {
		for (const part of work.missing) {
			const members = clipsOfPart(plan, work.clips, part);
			const header: PartHeader = { clips: [], excluded: [], warnings: [] };
			for (let start = 0; start < members.length; start += plan.clipsPerRun) {
				const count = Math.min(plan.clipsPerRun, members.length - start);
				const inputs: ClipFeatures[] = [];
				for (let index = 0; index < count; index += 1) {
					throwIfInterrupted(signal);
					const { value } = await prepared.next();
					const input = noted(value as PreparedClip, options.clips, header);
					if (input !== undefined) inputs.push(input);
				}
				const values =
					inputs.length === 0
						? Promise.resolve([])
						: inferClips({
								session: taps.next(),
								layers: work.layers,
								clips: inputs,
								maxRows: plan.maxRows,
								recurrent: network.recurrent,
							});
				// Looked at when its turn comes; until then a rejection is not unhandled.
				values.catch(() => undefined);
				const last = start + count >= members.length;
				running.push({
					values,
					clips: count,
					ends: last ? { part, header } : null,
				});
				// Two for each session: one it works on and one it finds when it is done.
				while (running.length > 2 * taps.size) await settle();
			}
		}
		while (running.length > 0) await settle();
	} finally {
		await writer.close();
	}
}

/** Notes what became of a clip; its inputs when it can be used. Throws DataError when nothing can be concluded about it. */
function noted(
	{ clip, reply }: PreparedClip,
	clips: readonly HashedClip[],
	header: PartHeader,
): ClipFeatures | undefined {
	const path = (clips[clip] as HashedClip).path;
	if (reply.status === "excluded") {
		header.excluded.push(storedFinding(clip, path, reply));
		return undefined;
	}
	const input = usable(reply);
	header.clips.push(clip);
	for (const warning of reply.status === "ok" ? reply.warnings : [])
		header.warnings.push(storedFinding(clip, path, warning));
	return input;
}

/** Throws DataError for a clip that could not be read this time. */
export function usable(
	reply: Exclude<ClipReply, { status: "excluded" }>,
): ClipFeatures {
	if (reply.status === "ok")
		return { features: reply.features, rows: reply.rows };
	throw new DataError(reply.message, {
		code: reply.code,
		hint: "Run the same command again: clips are then read anew, finished batches are kept.",
	});
}

/** Collects the values of a part's clips; a part is written while the next one is computed. */
function openPartWriter(options: JobOptions, { layers, parts }: JobWork) {
	const { plan, number, directory } = options;
	const units = layers.reduce((sum, layer) => sum + layer.units, 0);
	let collected: Float32Array[] = [];
	let writing: Promise<void> = Promise.resolve();
	return {
		add(values: readonly Float32Array[]): void {
			collected.push(...values);
		},
		async end(part: number, header: PartHeader): Promise<void> {
			const rows = new Float32Array(collected.length * units);
			for (const [clip, values] of collected.entries())
				rows.set(values, clip * units);
			const bytes = storedValues(
				transpose(rows, collected.length, units),
				plan.precision,
			);
			collected = [];
			await writing;
			const path = partPath(directory, number, part);
			writing = writePart(path, header, bytes).then((written) => {
				parts[part] = written;
			});
			writing.catch(() => undefined);
		},
		/** Waits for the last write. */
		async close(): Promise<void> {
			await writing;
		},
	};
}
