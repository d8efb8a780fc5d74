/** What the tests of tapped graphs share: a tap to change, and what taps give for an input. */
import { openDirectSession } from "../../src/onnx/direct-session.ts";
import { graphOfBytes } from "../../src/onnx/read-graph.ts";
import type { Tap } from "../../src/onnx/tap.ts";
import { tapGraph } from "../../src/onnx/tap-graph.ts";
import { CONV } from "./small-models.ts";

export const POOLINGS = ["mean", "max", "first", "p95", "firing"] as const;

/** The mean over counted positions of `hidden` of `doublingModel([positions, 2])`, but for `changes`. */
export function tapOf(changes: Partial<Tap> = {}): Tap {
	return {
		tensor: "hidden",
		type: "float32",
		rank: 3,
		unitAxis: 2,
		units: 2,
		pooling: "mean",
		folded: null,
		batchAxis: 0,
		time: null,
		positions: null,
		...changes,
	};
}

/** The mean over the positions of the convolution of `convolutionModel`, but for `changes`. */
export const convolutionTap = (changes: Partial<Tap> = {}): Tap =>
	tapOf({
		tensor: "/conv/Conv_output_0",
		rank: 4,
		unitAxis: 1,
		units: CONV.channels,
		positions: 12,
		...changes,
	});

/** Runs the model with its taps on `x` and returns what each tap gives. */
export async function runTaps(
	model: Uint8Array,
	taps: readonly Tap[],
	x: { readonly dims: readonly number[]; readonly data: Float32Array },
): Promise<
	{ readonly dims: readonly number[]; readonly data: Float32Array }[]
> {
	const { bytes, outputs } = tapGraph(graphOfBytes(model, "test.onnx"), taps);
	const session = await openDirectSession({ model: bytes, threads: 1 });
	const results = await session.run({ x: { type: "float32", ...x } }, [
		...new Set(outputs),
	]);
	await session.close();
	return outputs.map((name) => {
		const tensor = results[name];
		if (!(tensor?.data instanceof Float32Array)) throw new Error("not float32");
		return { dims: tensor.dims, data: tensor.data };
	});
}
