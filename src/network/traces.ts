/** Un-pooled activations: the course of chosen units over the positions of a clip. */
import { TargetNetworkError } from "../errors.ts";
import { openGraph } from "../onnx/open-graph.ts";
import { tapGraph } from "../onnx/tap-graph.ts";
import type { Tensor } from "../onnx/tensor.ts";
import { fromFloat16 } from "../shared/float16.ts";
import { featureSize, feedsOf, startOf, statesAfter } from "./feeds.ts";
import type { TapPlan } from "./tap-plan.ts";
import type { TapOptions } from "./taps.ts";

/** One layer's chosen units over the positions of all rows of a clip. */
type LayerTrace = {
	/** `[units, positions]` row-major; the positions of the first row first. */
	readonly values: Float32Array;
	/** Lengths of the position axes of one row: `[tokens]`, `[time, frequency]` ...; empty when the tensor has none. Row-major in `values`. */
	readonly rowShape: readonly number[];
	readonly positions: number;
};

export type TraceSession = {
	/** Traces by layer name of one clip whose `rows` inputs stand one after the other in `features`. */
	run(
		features: Float32Array,
		rows: number,
		/** Own steps of each row, for a network that is told them; default: all. */
		lengths?: readonly number[],
	): Promise<Record<string, LayerTrace>>;
	close(): Promise<void>;
};

/**
 * Opens the network with the tensors of the layers in `units` as they are. Rows are run one by one, those of a recurrent network from the state that the one
 * before left.
 */
export async function openTraces(
	plan: TapPlan,
	/** Unit indices by layer name, in the order wanted. */
	units: ReadonlyMap<string, readonly number[]>,
	options: TapOptions,
): Promise<TraceSession> {
	const { graph, inputs, fixedBatch } = plan;
	const layers = plan.layers.filter(({ name }) => units.has(name));
	const stateOutputs = inputs.states.map(({ output }) => output);
	const tensors = [...new Set(layers.map(({ tap }) => tap.tensor))];
	const fetches = [...new Set([...tensors, ...stateOutputs])];
	const { bytes } = tapGraph(graph, [], fetches);
	const size = featureSize(inputs);
	const session = await openGraph({ graph, bytes, ...options });
	const batch = fixedBatch ?? 1;

	return {
		async run(features, rows, lengths) {
			const pieces = layers.map((): RowTrace[] => []);
			let state = startOf(inputs);
			for (let row = 0; row < rows; row += 1) {
				const data = new Float32Array(batch * size);
				data.set(features.subarray(row * size, (row + 1) * size));
				const states = Array.from({ length: batch }, (_, index) =>
					index === 0 ? state : startOf(inputs),
				);
				const results = await session.run(
					feedsOf(inputs, data, batch, {
						states,
						lengths: Array.from({ length: batch }, (_, index) =>
							index === 0 ? (lengths?.[row] ?? inputs.length) : inputs.length,
						),
					}),
					fetches,
				);
				for (const [index, { name, tap }] of layers.entries())
					pieces[index]?.push(
						rowTrace({
							tensor: results[tap.tensor],
							batch,
							batchAxis: tap.batchAxis,
							folded: tap.folded,
							unitAxis: tap.unitAxis,
							units: units.get(name) ?? [],
							name,
						}),
					);
				state = statesAfter(inputs, results, batch)?.[0] ?? state;
			}
			return Object.fromEntries(
				layers.map(({ name }, index) => [
					name,
					joined(pieces[index] ?? [], units.get(name)?.length ?? 0),
				]),
			);
		},
		close: () => session.close(),
	};
}

type RowTrace = {
	/** `[units, positions of the row]` */
	readonly values: Float32Array;
	readonly shape: readonly number[];
};

/** The first element of the batch, its chosen units. */
function rowTrace(options: {
	readonly tensor: Tensor | undefined;
	readonly batch: number;
	readonly batchAxis: number;
	readonly folded: readonly number[] | null;
	readonly unitAxis: number;
	readonly units: readonly number[];
	readonly name: string;
}): RowTrace {
	const { tensor, batch, batchAxis, folded, unitAxis, units, name } = options;
	if (tensor === undefined)
		throw new TargetNetworkError(`layer "${name}" gave no tensor`, {
			code: "layer_shape_changed",
			hint: "Check the layer's tensor with `audio-dissect inspect`.",
		});
	const all = firstRow(floatsOf(tensor), tensor.dims, batchAxis);
	const dims =
		folded === null
			? tensor.dims.filter((_, at) => at !== batchAxis)
			: openAxis(folded, all.length / batch);
	const axis = unitAxis - 1;
	const inner = product(dims.slice(axis + 1));
	const count = dims[axis] as number;
	const outer = product(dims.slice(0, axis));
	const values = new Float32Array(units.length * outer * inner);
	for (const [index, unit] of units.entries())
		for (let o = 0; o < outer; o += 1)
			for (let i = 0; i < inner; i += 1)
				values[(index * outer + o) * inner + i] = all[
					(o * count + unit) * inner + i
				] as number;
	return { values, shape: dims.filter((_, at) => at !== axis) };
}

/** Values that begin with the first row's: moved there when the batch is further in. */
function firstRow(
	values: Float32Array,
	dims: readonly number[],
	batchAxis: number,
): Float32Array {
	if (batchAxis === 0) return values;
	const outer = product(dims.slice(0, batchAxis));
	const piece = values.length / outer;
	const share = piece / (dims[batchAxis] as number);
	const row = new Float32Array(outer * share);
	for (let index = 0; index < outer; index += 1)
		row.set(
			values.subarray(index * piece, index * piece + share),
			index * share,
		);
	return row;
}

/** The axes with the one that was left open (-1) filled in. */
function openAxis(axes: readonly number[], total: number): number[] {
	const known = product(axes.filter((axis) => axis >= 0));
	return axes.map((axis) => (axis < 0 ? total / known : axis));
}

function floatsOf({ type, data }: Tensor): Float32Array {
	if (data instanceof Float32Array) return data;
	if (data instanceof Float64Array) return Float32Array.from(data);
	if (type === "float16" && data instanceof Uint16Array)
		return fromFloat16(data);
	throw new TargetNetworkError(`${type} values cannot be traced`, {
		code: "layer_not_float",
		hint: "Name a tensor of floats; `audio-dissect inspect` lists them.",
	});
}

function joined(pieces: readonly RowTrace[], units: number): LayerTrace {
	const lengths = pieces.map(
		({ values }) => values.length / Math.max(1, units),
	);
	const positions = lengths.reduce((sum, length) => sum + length, 0);
	const values = new Float32Array(units * positions);
	for (let unit = 0; unit < units; unit += 1) {
		let offset = unit * positions;
		for (const [index, piece] of pieces.entries()) {
			const length = lengths[index] as number;
			values.set(
				piece.values.subarray(unit * length, (unit + 1) * length),
				offset,
			);
			offset += length;
		}
	}
	return { values, rowShape: pieces[0]?.shape ?? [], positions };
}

function product(values: readonly number[]): number {
	return values.reduce((total, value) => total * value, 1);
}
