/** Layers scored in the thread of the test. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
	LayerPlan,
	LayerTask,
} from "../../../src/modules/closed-set/layer-plan.ts";
import {
	type LayerJob,
	openLayerThread,
} from "../../../src/modules/closed-set/layer-thread.ts";
import type { LayerRunner } from "../../../src/modules/closed-set/layer-workers.ts";
import {
	prepareLayer,
	scoreLayer,
} from "../../../src/modules/closed-set/score-layer.ts";
import {
	readScores,
	type UnitScores,
} from "../../../src/modules/closed-set/score-sheet.ts";
import { createSessionState } from "../../../src/onnx/exit-guard.ts";
import { createMatMul, createProductWith } from "../../../src/onnx/matmul.ts";
import { fromFloat16, toFloat16 } from "../../../src/shared/float16.ts";
import { npyBytes, npyHeader } from "../../../src/shared/npy.ts";
import type { Matrices } from "./matrices.ts";

/** A folder for recorded layers. */
export function layerFolder() {
	const path = mkdtempSync(join(tmpdir(), "closed-set-"));
	let files = 0;
	return {
		path,
		write({ activations, units, clips }: Matrices): string {
			const file = join(path, `${files++}.npy`);
			writeFileSync(file, npyBytes(activations, [units, clips]));
			return file;
		},
		/** As float16. */
		writeHalf({ activations, units, clips }: Matrices): string {
			const file = join(path, `${files++}.npy`);
			writeFileSync(
				file,
				Buffer.concat([
					npyHeader({ shape: [units, clips], type: "float16" }),
					new Uint8Array(toFloat16(activations).buffer),
				]),
			);
			return file;
		},
		/** The activations as float16 gives them back. */
		halves: ({ activations }: Matrices): Float32Array =>
			fromFloat16(toFloat16(activations)),
		remove: () => rmSync(path, { recursive: true }),
	};
}

/** Threads of a plan, all in this one; they take turns. */
export function directRunner(
	plan: LayerPlan,
	threads: number,
	closing: { readonly after: number } = { after: Number.POSITIVE_INFINITY },
): LayerRunner & { close(): Promise<void> } {
	const state = createSessionState();
	const cancelled = new Int32Array(new SharedArrayBuffer(4));
	const opened = Array.from({ length: threads }, (_, index) =>
		openLayerThread({
			plan,
			index,
			state,
			cancelled,
			products: {
				matMul: () => createMatMul(1),
				productWith: (b, k, n) => createProductWith({ b, k, n, threads: 1 }),
			},
		}),
	);
	const jobs: LayerJob[] = [];
	return {
		size: threads,
		run: (job) => {
			const turn = jobs.length % threads;
			jobs.push(job);
			if (jobs.length > closing.after) cancelled[0] = 1;
			return (opened[turn] as (typeof opened)[number])
				.run(job)
				.then((reply) => {
					if (reply === undefined) throw new Error("closing");
					return reply;
				});
		},
		fail: () => undefined,
		end: () => undefined,
		close: async () => {
			for (const thread of opened) await thread.close();
		},
	};
}

export type ScoreOptions = Partial<LayerTask> & {
	readonly blockUnits?: number;
	readonly threads?: number;
};

/** All results of a layer of `matrices`, recorded at `path`. Without a null unless asked for. */
export async function scoreAll(
	matrices: Matrices,
	path: string,
	options: ScoreOptions = {},
): Promise<UnitScores[]> {
	const { blockUnits, threads = 1, ...task } = options;
	const layer = await prepareLayer(
		{
			path,
			units: null,
			scores: matrices.scores,
			clips: matrices.clips,
			concepts: matrices.concepts,
			function: "cos-cubed",
			permutations: 0,
			seed: 1,
			...task,
		},
		{ threads, blockUnits },
	);
	const runner = directRunner(layer.plan, layer.threads);
	const units: UnitScores[] = [];
	try {
		for await (const chunk of scoreLayer(layer, runner))
			for (const [index, unit] of chunk.units.entries())
				units.push(readScores(chunk.sheet, index, unit));
	} finally {
		await runner.close();
	}
	return units;
}
