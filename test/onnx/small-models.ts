/** ONNX models of a few hundred bytes, built by hand, and plain arithmetic to compare them with. */
import {
	buildModel,
	floatConstant,
	int64Constant,
	node,
	valueInfo,
} from "../../src/onnx/build.ts";
import { seededRandom } from "../../src/shared/random.ts";

/** Reproducible values in [-1, 1). */
export function noise(length: number, seed: number): Float32Array {
	const random = seededRandom(seed);
	return Float32Array.from({ length }, () => 2 * random() - 1);
}

/** `x [batch, ...dims]` -> `y = x * 2` (or an operator of its own), declared as the only output `y`. */
export function doublingModel(
	dims: readonly (number | string)[],
	options: { readonly opset?: number; readonly batch?: number | string } = {},
): Uint8Array {
	const { batch = "batch", opset = 17 } = options;
	return buildModel(
		{
			node: [
				node({ operator: "Add", inputs: ["x", "x"], outputs: ["hidden"] }),
				node({ operator: "Relu", inputs: ["hidden"], outputs: ["y"] }),
			],
			input: [valueInfo("x", [batch, ...dims])],
			output: [valueInfo("y", [batch, ...dims])],
		},
		opset,
	);
}

export const CONV = { channels: 4, height: 6, width: 5, kernel: 3 } as const;

/**
 * A convolution network: x [batch, 1, 6, 5] -> Conv 4 channels -> Relu -> mean over positions -> Gemm -> logits [batch, 3].
 * With `waveform`, x is [batch, 30] and reshaped.
 */
export function convolutionModel(
	options: { readonly waveform?: boolean } = {},
): Uint8Array {
	const { channels, height, width, kernel } = CONV;
	const { waveform = false } = options;
	const image = waveform ? "image" : "x";
	return buildModel({
		node: [
			...(waveform
				? [
						node({
							operator: "Reshape",
							inputs: ["x", "image.shape"],
							outputs: [image],
							name: "/Reshape",
						}),
					]
				: []),
			node({
				operator: "Conv",
				inputs: [image, "conv.weight", "conv.bias"],
				outputs: ["/conv/Conv_output_0"],
				attributes: { kernel_shape: [kernel, kernel] },
				name: "/conv/Conv",
			}),
			node({
				operator: "Relu",
				inputs: ["/conv/Conv_output_0"],
				outputs: ["/act/Relu_output_0"],
				name: "/act/Relu",
			}),
			node({
				operator: "GlobalAveragePool",
				inputs: ["/act/Relu_output_0"],
				outputs: ["/pool/GlobalAveragePool_output_0"],
				name: "/pool/GlobalAveragePool",
			}),
			node({
				operator: "Flatten",
				inputs: ["/pool/GlobalAveragePool_output_0"],
				outputs: ["/Flatten_output_0"],
				name: "/Flatten",
			}),
			node({
				operator: "Gemm",
				inputs: ["/Flatten_output_0", "fc.weight", "fc.bias"],
				outputs: ["logits"],
				attributes: { transB: 1 },
				name: "/fc/Gemm",
			}),
		],
		initializer: [
			floatConstant("conv.weight", [channels, 1, 3, 3], convWeights()),
			floatConstant("conv.bias", [channels], noise(channels, 2)),
			floatConstant("fc.weight", [3, channels], noise(3 * channels, 3)),
			floatConstant("fc.bias", [3], noise(3, 4)),
			...(waveform
				? [int64Constant("image.shape", [-1, 1, height, width])]
				: []),
		],
		input: [
			valueInfo(
				"x",
				waveform ? ["batch", height * width] : ["batch", 1, height, width],
			),
		],
		output: [valueInfo("logits", ["batch", 3])],
	});
}

function convWeights(): Float32Array {
	return noise(CONV.channels * 9, 1);
}

/** The convolution's output `[4, 4, 3]` for one clip `[6, 5]`, by the definition. */
export function naiveConvolution(x: Float32Array): Float64Array {
	const { channels, height, width, kernel } = CONV;
	const weights = convWeights();
	const bias = noise(channels, 2);
	const rows = height - kernel + 1;
	const columns = width - kernel + 1;
	const result = new Float64Array(channels * rows * columns);
	for (let c = 0; c < channels; c += 1)
		for (let row = 0; row < rows; row += 1)
			for (let column = 0; column < columns; column += 1) {
				let sum = bias[c] as number;
				for (let i = 0; i < kernel; i += 1)
					for (let j = 0; j < kernel; j += 1)
						sum +=
							(x[(row + i) * width + column + j] as number) *
							(weights[c * 9 + i * kernel + j] as number);
				result[(c * rows + row) * columns + column] = sum;
			}
	return result;
}

/**
 * Pools a row-major tensor `dims` (batch first) over all axes but 0 and `unitAxis`, position by position in row-major order: `[batch, units]`.
 */
export function naivePool(options: {
	readonly values: ArrayLike<number>;
	readonly dims: readonly number[];
	readonly unitAxis: number;
	readonly pooling: "mean" | "max" | "first" | "p95" | "firing";
}): Float64Array {
	const { values, dims, unitAxis, pooling } = options;
	const batch = dims[0] as number;
	const units = dims[unitAxis] as number;
	const lists = Array.from({ length: batch * units }, (): number[] => []);
	for (let flat = 0; flat < values.length; flat += 1) {
		let rest = flat;
		const index = new Array<number>(dims.length).fill(0);
		for (let axis = dims.length - 1; axis >= 0; axis -= 1) {
			const dim = dims[axis] as number;
			index[axis] = rest % dim;
			rest = Math.floor(rest / dim);
		}
		const slot = (index[0] as number) * units + (index[unitAxis] as number);
		lists[slot]?.push(values[flat] as number);
	}
	return Float64Array.from(lists, (list) => {
		if (pooling === "first") return list[0] as number;
		if (pooling === "max") return Math.max(...list);
		if (pooling === "firing")
			return list.filter((value) => value > 0).length / list.length;
		if (pooling === "p95") return quantile(list, 0.95);
		return list.reduce((sum, value) => sum + value, 0) / list.length;
	});
}

/** By the definition: sorted values, linear interpolation between the neighbours of position `share` (n - 1). */
function quantile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	const position = share * (sorted.length - 1);
	const below = sorted[Math.floor(position)] as number;
	const above = sorted[Math.ceil(position)] as number;
	return below + (above - below) * (position - Math.floor(position));
}

/** Largest absolute difference; fails on different lengths. */
export function maxDifference(
	a: ArrayLike<number>,
	b: ArrayLike<number>,
): number {
	if (a.length !== b.length)
		throw new Error(`lengths differ: ${a.length} and ${b.length}`);
	let max = 0;
	for (let i = 0; i < a.length; i += 1) {
		const difference = Math.abs((a[i] as number) - (b[i] as number));
		if (!(difference <= max)) max = difference;
	}
	return max;
}
