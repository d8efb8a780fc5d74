/** What a network is fed: the features, constants, and the state of a recurrent network. */
import { DataType } from "../onnx/proto/types.ts";
import type { Tensor, TensorData } from "../onnx/tensor.ts";

/** Element types that can be fed, by `TensorProto.DataType`. */
const ELEMENTS = {
	[DataType.float]: { type: "float32", array: Float32Array },
	[DataType.uint8]: { type: "uint8", array: Uint8Array },
	[DataType.int8]: { type: "int8", array: Int8Array },
	[DataType.int32]: { type: "int32", array: Int32Array },
	[DataType.int64]: { type: "int64", array: BigInt64Array },
	[DataType.bool]: { type: "bool", array: Uint8Array },
	[DataType.float16]: { type: "float16", array: Uint16Array },
	[DataType.double]: { type: "float64", array: Float64Array },
} as const;

type ElementType = keyof typeof ELEMENTS;

export function isFeedable(
	elementType: number | null,
): elementType is ElementType {
	return elementType !== null && elementType in ELEMENTS;
}

/** An input that gets the same values in every run. `dims` has "batch" for the rows of the run, in at most one place. */
export type ConstantInput = {
	readonly name: string;
	readonly elementType: ElementType;
	readonly dims: readonly (number | "batch")[];
	/** One value fills the tensor; else as many as one row (the batch counted as 1) has. */
	readonly values: readonly number[];
};

/** An input that is zero at the start of a clip and then what the row before left in `output`. */
export type StateInput = {
	readonly input: string;
	readonly output: string;
	readonly elementType: ElementType;
	/** Axes for one row. */
	readonly dims: readonly number[];
	/** Axis that indexes the rows of a run; null: one row at a time. */
	readonly batchAxis: number | null;
};

/** An input that tells where a row's own sound ends and padding begins. */
export type LengthInput = {
	readonly name: string;
	/** `mask` 1 for own steps, `padding-mask` 1 for padding, `length` own steps, `share` their share of the row. */
	readonly kind: "mask" | "padding-mask" | "length" | "share";
	readonly elementType: ElementType;
	/** "batch" for the rows of the run, first when there is such an axis; the others hold the steps of a mask, or are 1. */
	readonly dims: readonly (number | "batch")[];
};

export type NetworkInputs = {
	/** The input that takes the features, `[batch, ...dims]` float32. */
	readonly name: string;
	readonly dims: readonly number[];
	/** Steps of one row along the front end's axis of time (samples or frames): what lengths of rows are counted in. */
	readonly length: number;
	readonly constants: readonly ConstantInput[];
	readonly states: readonly StateInput[];
	readonly lengths: readonly LengthInput[];
};

/** The state of one row, by input name: its bytes, row-major. */
export type RowState = Readonly<Record<string, Uint8Array>>;

/** Values in one row's features. */
export function featureSize(inputs: NetworkInputs): number {
	return product(inputs.dims);
}

/**
 * The feeds of a run of `batch` rows. `states` (one per row): without them every state is at its start. `lengths`: own steps of each row, from 1 to
 * `inputs.length`; without them no row is padded.
 */
export function feedsOf(
	inputs: NetworkInputs,
	features: Float32Array,
	batch: number,
	{
		states,
		lengths,
	}: {
		readonly states?: readonly RowState[] | undefined;
		readonly lengths?: readonly number[] | undefined;
	} = {},
): Record<string, Tensor> {
	const feeds: Record<string, Tensor> = {
		[inputs.name]: {
			type: "float32",
			dims: [batch, ...inputs.dims],
			data: features,
		},
	};
	for (const constant of inputs.constants)
		feeds[constant.name] = constantTensor(constant, batch);
	const own = lengths ?? new Array<number>(batch).fill(inputs.length);
	for (const input of inputs.lengths)
		feeds[input.name] = lengthTensor(input, own, inputs.length);
	const rows = states ?? Array.from({ length: batch }, () => startOf(inputs));
	for (const state of inputs.states)
		feeds[state.input] = joinRows(
			state,
			rows.map((row) => row[state.input] as Uint8Array),
		);
	return feeds;
}

/** Zeros for every state of one row. */
export function startOf(inputs: NetworkInputs): RowState {
	return Object.fromEntries(
		inputs.states.map((state) => [
			state.input,
			new Uint8Array(product(state.dims) * bytesOf(state)),
		]),
	);
}

/** The states that a run of `batch` rows left, one per row. Null when an output has not the size of its input. */
export function statesAfter(
	inputs: NetworkInputs,
	results: Readonly<Record<string, Tensor>>,
	batch: number,
): readonly RowState[] | null {
	const rows = Array.from(
		{ length: batch },
		(): Record<string, Uint8Array> => ({}),
	);
	for (const state of inputs.states) {
		const parts = splitRows(state, results[state.output], batch);
		if (parts === null) return null;
		for (const [index, part] of parts.entries())
			(rows[index] as Record<string, Uint8Array>)[state.input] = part;
	}
	return rows;
}

function constantTensor(constant: ConstantInput, batch: number): Tensor {
	const { type, array } = ELEMENTS[constant.elementType];
	const dims = constant.dims.map((dim) => (dim === "batch" ? batch : dim));
	const size = product(dims);
	const { values } = constant;
	// The batch comes first wherever there are values for a whole row (checked on loading), so a row is repeated.
	const numbers = Array.from(
		{ length: size },
		(_, index) => values[index % values.length] as number,
	);
	return { type, dims, data: arrayOf(array, numbers) };
}

function arrayOf(
	array: (typeof ELEMENTS)[ElementType]["array"],
	numbers: readonly number[],
): TensorData {
	return array === BigInt64Array
		? BigInt64Array.from(numbers, BigInt)
		: (array as Float32ArrayConstructor).from(numbers);
}

/** `own` steps of each row out of `total`. A mask of fewer (or more) steps than the input has keeps the share, rounded up. */
function lengthTensor(
	input: LengthInput,
	own: readonly number[],
	total: number,
): Tensor {
	const { type, array } = ELEMENTS[input.elementType];
	const dims = input.dims.map((dim) => (dim === "batch" ? own.length : dim));
	const steps = product(dims) / own.length;
	const numbers = own.flatMap((length) => {
		if (input.kind === "length") return [length];
		if (input.kind === "share") return [length / total];
		const end = Math.ceil((steps * length) / total);
		const inside = input.kind === "mask" ? 1 : 0;
		return Array.from({ length: steps }, (_, step) =>
			step < end ? inside : 1 - inside,
		);
	});
	return { type, dims, data: arrayOf(array, numbers) };
}

function bytesOf({ elementType }: StateInput): number {
	return ELEMENTS[elementType].array.BYTES_PER_ELEMENT;
}

/** Elements (as bytes) before, at and behind the batch axis of one row: the row is `outer` pieces of `inner` bytes. */
function pieces(state: StateInput): {
	readonly outer: number;
	readonly inner: number;
} {
	const axis = state.batchAxis ?? 0;
	return {
		outer: product(state.dims.slice(0, axis)),
		inner: product(state.dims.slice(axis)) * bytesOf(state),
	};
}

function joinRows(state: StateInput, rows: readonly Uint8Array[]): Tensor {
	const { type, array } = ELEMENTS[state.elementType];
	const { outer, inner } = pieces(state);
	const bytes = new Uint8Array(outer * inner * rows.length);
	for (const [index, row] of rows.entries())
		for (let piece = 0; piece < outer; piece += 1)
			bytes.set(
				row.subarray(piece * inner, (piece + 1) * inner),
				(piece * rows.length + index) * inner,
			);
	return {
		type,
		dims: batchedDims(state, rows.length),
		data: new array(bytes.buffer),
	};
}

function splitRows(
	state: StateInput,
	tensor: Tensor | undefined,
	batch: number,
): readonly Uint8Array[] | null {
	const { outer, inner } = pieces(state);
	if (tensor === undefined || Array.isArray(tensor.data)) return null;
	const { buffer, byteOffset, byteLength } = tensor.data;
	if (byteLength !== outer * inner * batch) return null;
	const bytes = new Uint8Array(buffer, byteOffset, byteLength);
	return Array.from({ length: batch }, (_, index) => {
		const row = new Uint8Array(outer * inner);
		for (let piece = 0; piece < outer; piece += 1) {
			const start = (piece * batch + index) * inner;
			row.set(bytes.subarray(start, start + inner), piece * inner);
		}
		return row;
	});
}

/** Axes of a state for `batch` rows. */
export function batchedDims(state: StateInput, batch: number): number[] {
	return state.dims.map((dim, axis) =>
		axis === state.batchAxis ? dim * batch : dim,
	);
}

function product(dims: readonly number[]): number {
	return dims.reduce((total, dim) => total * dim, 1);
}
