/** The work of one thread for a layer: jobs in, results out. */
import {
	isClosing,
	type SessionState,
	whileBusy,
} from "../../onnx/exit-guard.ts";
import { type NpyMatrix, openNpyMatrix } from "../../shared/npy-matrix.ts";
import { cosineEngine } from "./cosine-engine.ts";
import {
	type Engine,
	type EngineTools,
	type Products,
	viewsOf,
} from "./engine.ts";
import { informationEngine } from "./information-engine.ts";
import { openKernels } from "./kernels/kernels.ts";
import type { LayerPlan } from "./layer-plan.ts";
import { type RowSource, rowSource } from "./layer-rows.ts";
import { rankEngine } from "./rank-engine.ts";
import type { ScoreSheet } from "./score-sheet.ts";

export type LayerJob =
	| { readonly kind: "prepare"; readonly part: number; readonly parts: number }
	| { readonly kind: "sum"; readonly from: number; readonly count: number }
	| { readonly kind: "score"; readonly units: readonly number[] };

export type LayerReply =
	| { readonly kind: "prepared" }
	| {
			readonly kind: "summed";
			/** float64 `[width]`. */
			readonly sums: Float64Array;
			/** Finite neurons among them. */
			readonly neurons: number;
	  }
	| { readonly kind: "scored"; readonly sheet: ScoreSheet };

export type LayerThread = {
	/** One job after the other. Undefined when nobody waits for the reply any more. */
	run(job: LayerJob): Promise<LayerReply | undefined>;
	close(): Promise<void>;
};

export type LayerThreadOptions = {
	readonly plan: LayerPlan;
	/** From 0: which scratch of the plan is this thread's. */
	readonly index: number;
	/** Of the process: closing, or inside of a run. */
	readonly state: SessionState;
	/** One number, shared: 1 when nobody waits for this layer any more. */
	readonly cancelled: Int32Array<SharedArrayBuffer>;
	readonly products: Products;
};

/** The file is opened with the first job that reads it. Throws RangeError for more clips than rank-reorder can take. */
export function openLayerThread(options: LayerThreadOptions): LayerThread {
	const { plan, index, state, cancelled, products } = options;
	const isUnwanted = (): boolean =>
		Atomics.load(cancelled, 0) === 1 || isClosing(state);
	const base = plan.regions.scratch + index * plan.scratchBytes;
	const { floats } = viewsOf(plan);
	const engine = engineOf({
		plan,
		kernels: openKernels(plan.memory),
		base,
		isClosing: isUnwanted,
		products,
	});
	let file: NpyMatrix | undefined;
	const rowsOf = async (units: readonly number[]): Promise<RowSource> => {
		file ??= await openNpyMatrix(plan.path);
		return rowSource({ plan, base, floats, matrix: file, units });
	};
	const work = async (job: LayerJob): Promise<LayerReply> => {
		switch (job.kind) {
			case "prepare":
				engine.prepare(job.part, job.parts);
				return { kind: "prepared" };
			case "sum": {
				if (engine.sumProducts === undefined)
					throw new RangeError(`${plan.function} has no prior`);
				const units = Array.from(
					{ length: job.count },
					(_, index) => job.from + index,
				);
				return {
					kind: "summed",
					...engine.sumProducts(units, await rowsOf(units)),
				};
			}
			case "score":
				return {
					kind: "scored",
					sheet: await engine.score(job.units, await rowsOf(job.units)),
				};
		}
	};
	let last: Promise<unknown> = Promise.resolve();
	return {
		run: (job) => {
			const reply = last.then(async () => {
				const done = await whileBusy(state, async () =>
					isUnwanted() ? undefined : work(job),
				);
				// Perhaps cut short.
				return isUnwanted() ? undefined : done;
			});
			last = reply.catch(() => undefined);
			return reply;
		},
		close: async () => {
			await last;
			await whileBusy(state, async () => engine.close?.());
			await file?.close();
		},
	};
}

function engineOf(tools: EngineTools): Engine {
	switch (tools.plan.function) {
		case "cosine":
		case "cos-cubed":
			return cosineEngine(tools);
		case "wpmi":
		case "soft-wpmi":
			return informationEngine(tools);
		case "rank-reorder":
			return rankEngine(tools);
	}
}
