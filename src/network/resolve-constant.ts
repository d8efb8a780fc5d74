/** An input that gets the same values in every run, checked against what the file declares. */
import { TargetNetworkError } from "../errors.ts";
import { DataType } from "../onnx/proto/types.ts";
import type { Graph, GraphInput } from "../onnx/read-graph.ts";
import { checkDims, showDims } from "../onnx/session-errors.ts";
import type { DescribedConstant } from "./descriptor-schema.ts";
import { type ConstantInput, isFeedable } from "./feeds.ts";

/** `batchAxisName`: first declared axis of the features. Throws TargetNetworkError `constant_invalid`, `input_rank_mismatch`, `input_shape_mismatch`. */
export function resolveConstant(options: {
	readonly graph: Graph;
	readonly input: GraphInput;
	readonly described: DescribedConstant;
	readonly where: string;
	readonly batchAxisName: string | number | undefined;
}): ConstantInput {
	const { graph, input, described, where, batchAxisName } = options;
	const invalid = (problem: string, hint?: string): TargetNetworkError =>
		new TargetNetworkError(
			`${where}constant "${input.name}" of ${graph.path} ${problem}`,
			{ code: "constant_invalid", hint },
		);
	const { elementType } = input;
	if (!isFeedable(elementType))
		throw invalid(`has an element type that cannot be fed (${elementType})`);
	const stated = typeof described === "object" ? described : undefined;
	const values = [stated?.values ?? described].flat().map(Number);
	if (
		[DataType.int64, DataType.int32].some((type) => type === elementType) &&
		!values.every(Number.isInteger)
	)
		throw invalid(`takes integers, got ${values.join(", ")}`);
	const dims =
		stated?.dims ??
		(input.dims ?? []).map((dim, axis) => {
			if (typeof dim === "number") return dim;
			if (axis === 0 || dim === batchAxisName) return "batch" as const;
			throw invalid(
				`has open axes ${showDims(input.dims ?? [])}`,
				"Say which they are: `{ values: 1, dims: [batch, 100] }`.",
			);
		});
	if (input.dims !== null)
		checkDims(
			{ file: graph.path, input: input.name, expected: input.dims },
			dims,
		);
	const batches = dims.filter((dim) => dim === "batch").length;
	const size = dims.reduce<number>(
		(product, dim) => product * (dim === "batch" ? 1 : dim),
		1,
	);
	if (batches > 1) throw invalid(`has two batch axes ${showDims(dims)}`);
	if (values.length > 1 && values.length !== size)
		throw invalid(
			`has ${size} elements a row (shape ${showDims(dims)}), got ${values.length} values`,
		);
	if (values.length > 1 && batches === 1 && dims[0] !== "batch")
		throw invalid(
			`of several values needs its batch axis first, got shape ${showDims(dims)}`,
		);
	return { name: input.name, elementType, dims, values };
}
