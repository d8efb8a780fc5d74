/** One similarity function over a recorded layer; prints wall and processor seconds of each round, the floor and the peak of resident memory. Argument: the task as JSON. */
import { open } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { z } from "zod";
import {
	mutualInformation,
	rankReorderClips,
	SIMILARITY_FUNCTIONS,
} from "../../src/modules/closed-set/constants.ts";
import { identifyClosedSet } from "../../src/modules/closed-set/identify.ts";
import { openClosedSetWorkers } from "../../src/modules/closed-set/layer-workers.ts";
import { createMatMul } from "../../src/onnx/matmul.ts";
import { openNpyMatrix } from "../../src/shared/npy-matrix.ts";
import { peakMegabytes } from "../record/memory.ts";

const task = z
	.object({
		activations: z.string(),
		scores: z.string(),
		clips: z.number(),
		concepts: z.number(),
		function: z.enum(SIMILARITY_FUNCTIONS),
		threads: z.number(),
		rounds: z.number(),
		permutations: z.number(),
	})
	.parse(JSON.parse(process.argv[2] ?? "{}"));
const { clips, concepts, threads } = task;

const table = await openNpyMatrix(task.scores);
const scores = await table.readRows(0, clips);
await table.close();
const names = Array.from(
	{ length: concepts },
	(_, index) => `concept ${index}`,
);

/** The activations have been read once: they are in the page cache. */
const first = await readPass();
const before = peakMegabytes();
/** Started once for all layers of a network: not counted. */
const workers = openClosedSetWorkers({ threads });
const wall: number[] = [];
const cpu: number[] = [];
let units = 0;
/** Of the first round: later ones add what is not collected yet. */
let peak = 0;
for (let round = -1; round < task.rounds; round += 1) {
	const processor = process.cpuUsage();
	const start = performance.now();
	units = 0;
	for await (const { result } of identifyClosedSet({
		activations: { path: task.activations },
		scores,
		concepts: names,
		function: task.function,
		permutations: task.permutations,
		seed: 0,
		workers,
	}))
		units += result.ranked.length > 0 ? 1 : 0;
	if (round < 0) {
		peak = peakMegabytes();
		continue;
	}
	wall.push((performance.now() - start) / 1000);
	const { user, system } = process.cpuUsage(processor);
	cpu.push((user + system) / 1e6);
}
await workers.close();
const read = Math.min(first, await readPass(), await readPass());
const floor = read + (2 * multiplyAdds()) / (await productRate());
console.log(JSON.stringify({ wall, cpu, floor, before, peak, units }));

/** Seconds to read every byte of the file once, over the threads that share the work. */
async function readPass(): Promise<number> {
	const file = await open(task.activations);
	const buffer = Buffer.alloc(2 ** 22);
	const start = performance.now();
	for (;;) {
		const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
		if (bytesRead === 0) break;
	}
	const seconds = (performance.now() - start) / 1000;
	await file.close();
	return seconds / threads;
}

/** Multiplications with an addition that the function cannot do without: one for each neuron, concept and clip that counts. */
function multiplyAdds(): number {
	const counted =
		task.function === "rank-reorder"
			? rankReorderClips(clips)
			: task.function === "wpmi" || task.function === "soft-wpmi"
				? mutualInformation(task.function, clips).base.length
				: clips;
	return units * concepts * counted * (1 + task.permutations);
}

/** Operations a second of a square product by onnxruntime on as many threads. */
async function productRate(): Promise<number> {
	const size = 1024;
	const matMul = await createMatMul(threads);
	const matrix = new Float32Array(size * size).fill(0.5);
	let best = Number.POSITIVE_INFINITY;
	for (let round = 0; round < 8; round += 1) {
		const start = performance.now();
		await matMul(matrix, matrix, size, size, size);
		best = Math.min(best, (performance.now() - start) / 1000);
	}
	return (2 * size ** 3) / best;
}
