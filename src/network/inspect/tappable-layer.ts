/** A tensor of a network that can be tapped as a layer. */
import type { LayerKind } from "./candidates.ts";
import type { LayerRole } from "./roles.ts";

export type TappableLayer = {
	/** By module path, shortened while it stays distinct. */
	readonly name: string;
	readonly tensor: string;
	readonly kind: LayerKind;
	/** What it is in a transformer block; null when it is in none or the structure does not say. */
	readonly role: LayerRole | null;
	/** ONNX operator that makes the tensor. */
	readonly operator: string;
	/** Element type: float32, float16 or float64. */
	readonly type: string;
	/** Axis 0 is the batch; the others as seen in one run. */
	readonly dims: readonly ["batch", ...number[]];
	/** In the file, the first two axes of `dims` are one (`[batch x windows, ...]`). */
	readonly folded: boolean;
	/** Axis of the batch in the file: 0, or 1 in a network that works with time first; `dims` has it first. */
	readonly batchAxis: number;
	/** Of `dims`, from 1 up. */
	readonly unitAxis: number;
	readonly units: number;
	/** Weights and biases of the layer; null when it has none of its own or they cannot be counted. */
	readonly parameters: number | null;
	/** Other layers that use the same weights: masking weights of one would change all. */
	readonly sharesWeightsWith: readonly string[];
	/** Part of the suggested block. */
	readonly suggested: boolean;
};
