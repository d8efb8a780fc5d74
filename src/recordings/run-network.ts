/** Plans a recording and runs the network for what it has to compute. */
import { totalmem } from "node:os";
import { basename } from "node:path";
import { frontEndDims } from "../network/front-ends/front-end.ts";
import { defaultThreads } from "../shared/threads.ts";
import { openClipPool } from "./clip-pool.ts";
import { type Execution, layerAddresses } from "./identity.ts";
import type { RecordOptions } from "./options.ts";
import type { Part } from "./parts.ts";
import {
	FORMAT_VERSION,
	loadPlan,
	type PlanBase,
	type RecordingPlan,
	storePlan,
} from "./plan.ts";
import { sourceExists } from "./reuse/find-sources.ts";
import { planWork } from "./reuse/plan-work.ts";
import { runJob } from "./run-job.ts";
import { chooseSizes } from "./sizes.ts";
import { openTapPool, type TapPool } from "./tap-pool.ts";

/** The recording that is made. */
export type Target = {
	readonly id: string;
	readonly directory: string;
	readonly execution: Execution;
	readonly clipHashes: string[];
};

/** The plan and the parts of each of its jobs. */
export async function runNetwork(
	options: RecordOptions,
	target: Target,
): Promise<{
	readonly plan: RecordingPlan;
	readonly parts: readonly (readonly Part[])[];
}> {
	const { network, probeSet, signal, onProgress } = options;
	const { directory } = target;
	const threads = options.threads ?? defaultThreads();
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
		signal: options.signal,
	});
	const plan: RecordingPlan = {
		formatVersion: FORMAT_VERSION,
		...base,
		...work,
	};
	await storePlan(directory, plan);
	return plan;
}
