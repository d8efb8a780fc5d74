/** Runs the network over the clips of a job and writes its parts, those it has when it is interrupted too: preparing, inference and writing go on at the same time. */

import { DataError, throwIfInterrupted } from "../errors.ts";
import type { TargetNetwork } from "../network/load.ts";
import type { HashedClip } from "../types.ts";
import type { ClipPool } from "./clip-pool.ts";
import type { ClipReply } from "./clip-worker.ts";
import { storedFinding } from "./findings.ts";
import { type ClipFeatures, inferClips } from "./infer-clips.ts";
import { openPartWriter, type Range } from "./part-writer.ts";
import {
	type Part,
	type PartHeader,
	type PlacedPart,
	readParts,
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
	const layers = job.layers.map((layer) => plan.layers[layer] as PlannedLayer);
	const units = layers.reduce((sum, layer) => sum + layer.units, 0);
	const clips = jobClips(plan, job);
	const found = await readParts(
		directory,
		number,
		clips,
		units,
		plan.precision,
	);
	for (const { start, end } of found) options.onClips(end - start);
	const missing = gapsBetween(found, clips.length);
	const made =
		missing.length === 0
			? []
			: await runGaps(options, { layers, units, clips, missing });
	return [...found, ...made]
		.sort((a, b) => a.start - b.start)
		.map(({ part }) => part);
}

function gapsBetween(found: readonly Range[], clips: number): Range[] {
	const starts = [0, ...found.map(({ end }) => end)];
	const ends = [...found.map(({ start }) => start), clips];
	return starts
		.map((start, index) => ({ start, end: ends[index] as number }))
		.filter(({ start, end }) => start < end);
}

type JobWork = {
	readonly layers: readonly PlannedLayer[];
	/** Of all layers. */
	readonly units: number;
	/** Of the job, as indices into the plan's. */
	readonly clips: readonly number[];
	/** What to run, ascending. Starts are multiples of the plan's `clipsPerRun`. */
	readonly missing: readonly Range[];
};

/** An inference under way, and what became of each of its clips. */
type Running = Range & {
	readonly values: Promise<Float32Array[]>;
	readonly header: PartHeader;
	/** No clip follows, or one that is on disk. */
	readonly last: boolean;
	done: boolean;
};

async function runGaps(
	options: JobOptions,
	work: JobWork,
): Promise<readonly PlacedPart[]> {
	const { plan, network, pool, signal } = options;
	const taps = await options.openTaps();
	const writer = openPartWriter({ ...options, units: work.units });
	const running: Running[] = [];
	const settle = async (): Promise<void> => {
		const run = running[0] as Running;
		const values = await run.values;
		running.shift();
		await writer.add(run, run.header, values);
		if (run.last) await writer.end();
		options.onClips(run.end - run.start);
	};
	const prepared = prepareClips({
		pool,
		clips: options.clips,
		wanted: work.missing.flatMap(({ start, end }) =>
			work.clips.slice(start, end),
		),
		frontEnd: network.frontEnd,
		ahead: options.ahead,
	});
	try {
		for (const gap of work.missing) {
			for (let start = gap.start; start < gap.end; start += plan.clipsPerRun) {
				const end = Math.min(start + plan.clipsPerRun, gap.end);
				const header: PartHeader = {
					clips: [],
					padding: [],
					excluded: [],
					warnings: [],
				};
				const inputs: ClipFeatures[] = [];
				for (let place = start; place < end; place += 1) {
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
				const last = end === gap.end;
				const run: Running = { start, end, values, header, last, done: false };
				// A rejection is looked at when its turn comes; until then it is not unhandled.
				values.then(
					() => {
						run.done = true;
					},
					() => undefined,
				);
				running.push(run);
				// Two for each session: one it works on and one it finds when it is done.
				while (running.length > 2 * taps.size) await settle();
			}
		}
		while (running.length > 0) await settle();
	} finally {
		// Nothing is left here unless the work was interrupted or failed: what is finished by then is kept.
		while (running[0]?.done) await settle();
		await writer.end();
		await writer.close();
	}
	return writer.written;
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
	if (reply.status === "ok") header.padding.push(reply.padding);
	for (const warning of reply.status === "ok" ? reply.warnings : [])
		header.warnings.push(storedFinding(clip, path, warning));
	return input;
}

/** Throws DataError for a clip that could not be read this time. */
export function usable(
	reply: Exclude<ClipReply, { status: "excluded" }>,
): ClipFeatures {
	if (reply.status === "ok")
		return {
			features: reply.features,
			rows: reply.rows,
			lengths: reply.lengths,
		};
	throw new DataError(reply.message, {
		code: reply.code,
		hint: "Run the same command again: clips are then read anew, finished batches are kept.",
	});
}
