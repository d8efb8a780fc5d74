/** Small pieces of ONNX graphs built in code: nodes, constants, inputs, whole models. */
import { encodeModel } from "./proto/codec.ts";
import {
	type AttributeProto,
	AttributeType,
	DataType,
	type GraphProto,
	type NodeProto,
	type TensorProto,
	type ValueInfoProto,
} from "./proto/types.ts";

/** A float attribute is written `{ float: 1.5 }`, because a JavaScript number does not say which of int and float it is. */
export type AttributeValue =
	| number
	| string
	| readonly number[]
	| { readonly float: number };

/** A node; `name` defaults to its first output. Attribute numbers are ints, arrays of them int lists. */
export function node(options: {
	readonly operator: string;
	readonly inputs: readonly string[];
	readonly outputs: readonly string[];
	readonly attributes?: Readonly<Record<string, AttributeValue>>;
	readonly name?: string;
}): NodeProto {
	const attributes = Object.entries(options.attributes ?? {});
	return {
		opType: options.operator,
		name: options.name ?? options.outputs[0] ?? options.operator,
		input: [...options.inputs],
		output: [...options.outputs],
		attribute: attributes.map(([name, value]) => attribute(name, value)),
	};
}

function attribute(name: string, value: AttributeValue): AttributeProto {
	if (typeof value === "number")
		return { name, type: AttributeType.int, i: value };
	if (typeof value === "string")
		return { name, type: AttributeType.string, s: Buffer.from(value) };
	if ("float" in value)
		return { name, type: AttributeType.float, f: value.float };
	return { name, type: AttributeType.ints, ints: [...value] };
}

/** A float32 constant, row-major. Throws RangeError when the number of values does not fit the shape. */
export function floatConstant(
	name: string,
	dims: readonly number[],
	values: Float32Array,
): TensorProto {
	checkSize(name, dims, values.length);
	const copy = values.slice();
	const rawData = new Uint8Array(copy.buffer);
	return { name, dims: [...dims], dataType: DataType.float, rawData };
}

/** An int64 constant: a vector, or a scalar when `values` is a number. */
export function int64Constant(
	name: string,
	values: number | readonly number[],
): TensorProto {
	const list = typeof values === "number" ? [values] : values;
	const rawData = new Uint8Array(BigInt64Array.from(list.map(BigInt)).buffer);
	const dims = typeof values === "number" ? [] : [list.length];
	return { name, dims, dataType: DataType.int64, rawData };
}

function checkSize(
	name: string,
	dims: readonly number[],
	length: number,
): void {
	const expected = dims.reduce((product, dim) => product * dim, 1);
	if (expected !== length)
		throw new RangeError(
			`constant "${name}" [${dims.join(", ")}] needs ${expected} values, got ${length}`,
		);
}

/** A graph input or output of a given type (float32 by default); a string is a symbolic axis. */
export function valueInfo(
	name: string,
	dims: readonly (number | string)[],
	elemType: number = DataType.float,
): ValueInfoProto {
	const dim = dims.map((value) =>
		typeof value === "number" ? { dimValue: value } : { dimParam: value },
	);
	return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** The bytes of a model with this graph. IR version 8; opset 17 of the default domain unless told. */
export function buildModel(graph: GraphProto, opset = 17): Uint8Array {
	return encodeModel({
		irVersion: 8,
		producerName: "audio-dissect",
		opsetImport: [{ domain: "", version: opset }],
		graph: { name: "graph", ...graph },
	});
}
