/** What a thread does for a layer, whatever the similarity function. */
import type { MatMul } from "../../onnx/matmul.ts";
import type { Kernels } from "./kernels/kernels.ts";
import type { LayerPlan } from "./layer-plan.ts";
import type { ScoreSheet } from "./score-sheet.ts";

export type EngineTools = {
	readonly plan: LayerPlan;
	readonly kernels: Kernels;
	/** Address of this worker's scratch. */
	readonly base: number;
	/** True: the results are not wanted any more. Asked now and then. */
	readonly isClosing: () => boolean;
	/** Opened when first used. */
	readonly matMul: () => Promise<MatMul>;
};

/** One part of what every neuron is compared with; the parts together are done before the first neuron. */
type Prepare = (part: number, parts: number) => void;

export type Engine = {
	readonly prepare: Prepare;
	/** WPMI family: float64 `[1 + permutations, width]`, sums of the products of these neurons; `neurons`: how many of them are finite. */
	readonly sumProducts?: (
		units: readonly number[],
		rows: RowSource,
	) => { readonly sums: Float64Array; readonly neurons: number };
	/** Results of these neurons. */
	readonly score: (
		units: readonly number[],
		rows: RowSource,
	) => Promise<ScoreSheet>;
};

/** Activations over all clips of the file, of the neuron at an index of the block. */
export type RowSource = (index: number) => Float32Array;

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

/** Copies the used clips of a neuron into the scratch row at `row`, padded with zeros. */
export function loadRow(options: {
	readonly tools: EngineTools;
	readonly floats: Float32Array;
	/** Activations over all clips of the file. */
	readonly values: Float32Array;
	readonly row: number;
}): void {
	const { tools, floats, values, row } = options;
	const { kept, clips, rowValues } = tools.plan;
	const start = row / 4;
	if (kept === null) floats.set(values, start);
	else
		for (let place = 0; place < clips; place += 1)
			floats[start + place] = values[kept[place] as number] as number;
	floats.fill(0, start + clips, start + rowValues);
}

/** `loadRow`, and the float64 sum of the values; it is not finite exactly when a value is not (float32 values cannot overflow it). */
export function loadAndSum(options: Parameters<typeof loadRow>[0]): number {
	const { tools, row } = options;
	loadRow(options);
	return tools.kernels.sum(row, row + 4 * tools.plan.rowValues);
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
