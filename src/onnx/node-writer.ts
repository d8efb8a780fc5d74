/** Collects the nodes and constants that an edit adds to a graph, each made once. */
import { floatConstant, int64Constant, node } from "./build.ts";
import { DataType, type NodeProto, type TensorProto } from "./proto/types.ts";

type Attributes = NonNullable<Parameters<typeof node>[0]["attributes"]>;

export type NodeWriter = {
	readonly nodes: readonly NodeProto[];
	readonly constants: readonly TensorProto[];
	/** The name made for `key`, made once. */
	once(key: string, make: () => string): string;
	/** Adds a node and returns its (first) output. */
	step(
		operator: string,
		inputs: readonly string[],
		attributes?: Attributes,
	): string;
	/** An int64 constant: a vector, or a scalar when `values` is a number. */
	ints(values: number | readonly number[]): string;
	/** A float32 constant, row-major. */
	floats(dims: readonly number[], values: Float32Array): string;
	/** A float32 constant without axes. */
	scalar(value: number): string;
	/** `tensor` cast to float32. */
	toFloat(tensor: string): string;
};

/** `prefix` starts every name that is added. */
export function createNodeWriter(prefix: string): NodeWriter {
	const nodes: NodeProto[] = [];
	const constants: TensorProto[] = [];
	const made = new Map<string, string>();

	function once(key: string, make: () => string): string {
		const known = made.get(key);
		if (known !== undefined) return known;
		const name = make();
		made.set(key, name);
		return name;
	}
	function step(
		operator: string,
		inputs: readonly string[],
		attributes: Attributes = {},
	): string {
		const name = `${prefix}${nodes.length}_${operator}`;
		const outputs = operator === "TopK" ? [name, `${name}_indices`] : [name];
		nodes.push(node({ operator, inputs, outputs, attributes }));
		return name;
	}
	function constant(make: (name: string) => TensorProto): string {
		const name = `${prefix}c${constants.length}`;
		constants.push(make(name));
		return name;
	}
	function floats(dims: readonly number[], values: Float32Array): string {
		return once(`floats ${[dims.join(), ...values].join(" ")}`, () =>
			constant((name) => floatConstant(name, dims, values)),
		);
	}

	return {
		nodes,
		constants,
		once,
		step,
		floats,
		ints: (values) =>
			once(`ints ${JSON.stringify(values)}`, () =>
				constant((name) => int64Constant(name, values)),
			),
		scalar: (value) => floats([], Float32Array.from([value])),
		toFloat: (tensor) => step("Cast", [tensor], { to: DataType.float }),
	};
}
