/** What a thread does for a layer, whatever the similarity function. */
import type { MatMul, ProductWith } from "../../onnx/matmul.ts";
import type { Kernels } from "./kernels/kernels.ts";
import type { LayerPlan } from "./layer-plan.ts";
import type { RowSource } from "./layer-rows.ts";
import type { ScoreSheet } from "./score-sheet.ts";

export type EngineTools = {
	readonly plan: LayerPlan;
	readonly kernels: Kernels;
	/** Address of this worker's scratch. */
	readonly base: number;
	/** True: the results are not wanted any more. Asked now and then. */
	readonly isClosing: () => boolean;
	readonly products: Products;
};

/** Matrix products, by one thread each: several workers multiply at a time instead. */
export type Products = {
	/** Opened when first used. */
	matMul(): Promise<MatMul>;
	/** `b` is float32 `[k, n]`. To be closed by whoever asks. */
	productWith(b: Float32Array, k: number, n: number): Promise<ProductWith>;
};

/** One part of what every neuron is compared with; the parts together are done before the first neuron. */
type Prepare = (part: number, parts: number) => void;

export type Engine = {
	readonly prepare: Prepare;
	/** WPMI family: float64 `[width]`, sums of the products of these neurons; `neurons`: how many of them are finite. */
	readonly sumProducts?: (
		units: readonly number[],
		rows: RowSource,
	) => { readonly sums: Float64Array; readonly neurons: number };
	/** Results of these neurons. */
	readonly score: (
		units: readonly number[],
		rows: RowSource,
	) => Promise<ScoreSheet>;
	/** After the last of these. */
	readonly close?: () => Promise<void>;
};

/** The share of `count` things that is part `part` of `parts`. */
export function shareOf(
	count: number,
	part: number,
	parts: number,
): readonly [number, number] {
	return [
		Math.floor((count * part) / parts),
		Math.floor((count * (part + 1)) / parts),
	];
}

/** Views of the whole memory; it never grows. */
export function viewsOf(plan: LayerPlan) {
	const { buffer } = plan.memory;
	return {
		floats: new Float32Array(buffer),
		doubles: new Float64Array(buffer),
		integers: new Int32Array(buffer),
		bytes: new Uint8Array(buffer),
	};
}

/** Mean and standard deviation. */
export type Moments = { readonly mean: number; readonly deviation: number };

/** Of the activations at the address `row`; null when one of them is not finite. */
export function momentsOf(
	{ plan, kernels, base }: EngineTools,
	doubles: Float64Array,
	row: number,
): Moments | null {
	const { clips, rowValues, scratch } = plan;
	const numbers = base + scratch.numbers;
	kernels.moments(row, row + 4 * rowValues, numbers);
	const mean = (doubles[numbers / 8] as number) / clips;
	const squares = doubles[numbers / 8 + 1] as number;
	// float32 values cannot overflow it.
	if (!Number.isFinite(squares)) return null;
	return {
		mean,
		deviation: Math.sqrt(Math.max(0, squares / clips - mean * mean)),
	};
}

/** Whether all `clips` values from `start` on are equal; known after two values for most. */
export function isConstant(
	floats: Float32Array,
	start: number,
	clips: number,
): boolean {
	const first = floats[start] as number;
	for (let place = 1; place < clips; place += 1)
		if (floats[start + place] !== first) return false;
	return true;
}
