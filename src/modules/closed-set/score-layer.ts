/** Module A over a recorded layer: a stream of results in unit order, computed in blocks by several threads. */
import { DataError } from "../../errors.ts";
import { openNpyMatrix } from "../../shared/npy-matrix.ts";
import { clipPermutations } from "./clip-shuffle.ts";
import { mutualInformation } from "./constants.ts";
import { priorFactors } from "./information-engine.ts";
import { type LayerPlan, type LayerTask, planLayer } from "./layer-plan.ts";
import type { LayerReply } from "./layer-thread.ts";
import type { LayerRunner } from "./layer-workers.ts";
import { type ScoreSheet, withdrawRanked } from "./score-sheet.ts";
import { requireFiniteScores } from "./similarity.ts";
import { usableClips } from "./usable-clips.ts";

/** Blocks under way for each thread: the next one waits while results are taken. */
const BLOCKS_AHEAD = 3;

export type LayerChunk = {
	readonly units: readonly number[];
	/** Of these units, in their order. */
	readonly sheet: ScoreSheet;
	/** Neurons of the whole task. */
	readonly total: number;
};

export type PreparedLayer = {
	readonly plan: LayerPlan;
	/** The units asked for, ascending. */
	readonly wanted: readonly number[];
};

/**
 * Checks the task and lays out the shared memory. `threads`: the plan has scratch for so many; fewer when there are fewer blocks.
 * Rejects with DataError: `score_not_finite`, `no_clips`, `clips_mismatch`, `unit_unknown`, `closed_set_too_large`, those of `openNpyMatrix`.
 */
export async function prepareLayer(
	task: LayerTask,
	options: {
		readonly threads: number;
		/** For tests. */
		readonly blockUnits?: number | undefined;
	},
): Promise<PreparedLayer & { readonly threads: number }> {
	const { path, concepts, permutations } = task;
	const { clips, kept, scores } = usableClips(task);
	requireFiniteScores(scores, clips, concepts);
	const matrix = await openNpyMatrix(path);
	await matrix.close();
	const { rows } = matrix;
	if (matrix.columns !== task.clips)
		throw new DataError(
			`${path} does not fit the concept scores: expected ${task.clips} clips, got ${matrix.columns}`,
			{
				code: "clips_mismatch",
				hint: "Run `audio-dissect record` again, which makes a recording of the clips there are now.",
				evidence: { expected: task.clips, recorded: matrix.columns },
			},
		);
	const wanted = task.units ?? Array.from({ length: rows }, (_, unit) => unit);
	requireKnownUnits(wanted, rows, path);
	const size = {
		...options,
		path,
		function: task.function,
		clips,
		kept,
		rows,
		columns: matrix.columns,
		concepts,
		permutations,
	};
	const { blockUnits } = planLayer({ ...size, threads: 0 });
	const threads = Math.max(
		1,
		Math.min(options.threads, Math.ceil(rows / blockUnits)),
	);
	const plan = planLayer({ ...size, threads });
	const { buffer } = plan.memory;
	new Float32Array(buffer, plan.regions.scores, scores.length).set(scores);
	const orders = clipPermutations({
		clips,
		count: permutations,
		seed: task.seed,
	});
	for (const [index, order] of orders.entries())
		new Int32Array(buffer, plan.regions.orders + 4 * index * clips, clips).set(
			order,
		);
	return { plan, wanted, threads };
}

/**
 * Chunks in unit order. Results depend neither on the threads nor on which units are asked for; the prior of WPMI and soft-WPMI is over all finite
 * neurons of the file. soft-WPMI with fewer than two of them has no winner (`prior_undefined`): every score would be 0.
 */
export async function* scoreLayer(
	{ plan, wanted }: PreparedLayer,
	runner: LayerRunner,
): AsyncGenerator<LayerChunk> {
	const total = wanted.length;
	if (total === 0) return;
	await Promise.all(
		Array.from({ length: runner.size }, (_, part) =>
			runner.run({ kind: "prepare", part, parts: runner.size }),
		),
	);
	let noPrior = false;
	if (plan.function === "wpmi" || plan.function === "soft-wpmi")
		noPrior =
			(await addPrior(plan, plan.function, runner)) < 2 &&
			plan.function === "soft-wpmi";
	const blocks = blocksOf(wanted, plan.blockUnits);
	let block = 0;
	for await (const reply of inOrder(runner, blocks, (units) =>
		runner.run({ kind: "score", units }),
	)) {
		if (reply.kind !== "scored") continue;
		const units = blocks[block] as readonly number[];
		block += 1;
		// Its scores would all be 0.
		if (noPrior) withdrawRanked(reply.sheet, "prior_undefined");
		yield { units, sheet: reply.sheet, total };
	}
}

/** Sums the products of all neurons of the file, block by block in order, and writes the prior's factors; returns the number of finite neurons. */
async function addPrior(
	plan: LayerPlan,
	similarity: "wpmi" | "soft-wpmi",
	runner: LayerRunner,
): Promise<number> {
	const { rows, blockUnits, width, concepts, regions } = plan;
	const sums = new Float64Array(width);
	let neurons = 0;
	const starts = Array.from(
		{ length: Math.ceil(rows / blockUnits) },
		(_, block) => block * blockUnits,
	);
	for await (const reply of inOrder(runner, starts, (from) =>
		runner.run({
			kind: "sum",
			from,
			count: Math.min(blockUnits, rows - from),
		}),
	)) {
		if (reply.kind !== "summed") continue;
		neurons += reply.neurons;
		for (const [index, sum] of reply.sums.entries())
			sums[index] = (sums[index] as number) + sum;
	}
	if (neurons > 0)
		new Float64Array(plan.memory.buffer, regions.factors, sums.length).set(
			priorFactors({
				sums,
				neurons,
				concepts,
				lambda: mutualInformation(similarity, plan.clips).lambda,
			}),
		);
	return neurons;
}

/** Replies in the order of the items, a bounded number of them under way. */
async function* inOrder<T>(
	runner: LayerRunner,
	items: readonly T[],
	start: (item: T) => Promise<LayerReply>,
): AsyncGenerator<LayerReply> {
	const ahead = runner.size * BLOCKS_AHEAD;
	const running: Promise<LayerReply>[] = [];
	let next = 0;
	while (next < items.length || running.length > 0) {
		while (next < items.length && running.length < ahead) {
			const reply = start(items[next] as T);
			// Told when its turn comes.
			reply.catch(() => undefined);
			running.push(reply);
			next += 1;
		}
		yield await (running.shift() as Promise<LayerReply>);
	}
}

function blocksOf(
	units: readonly number[],
	blockUnits: number,
): (readonly number[])[] {
	return Array.from(
		{ length: Math.ceil(units.length / blockUnits) },
		(_, block) => units.slice(block * blockUnits, (block + 1) * blockUnits),
	);
}

function requireKnownUnits(
	units: readonly number[],
	rows: number,
	path: string,
): void {
	const unknown = units.find(
		(unit) => !Number.isInteger(unit) || unit < 0 || unit >= rows,
	);
	if (unknown !== undefined)
		throw new DataError(
			`${path} has no unit ${unknown}: expected 0 to ${rows - 1}`,
			{
				code: "unit_unknown",
				hint: "Give units within that range.",
				evidence: { unit: unknown, units: rows },
			},
		);
}
