/** A tensor to tap: which, along which axis, pooled how. */
import type { Pooling } from "../types.ts";

/** A tensor to tap. Axis 0 is the batch; every axis but the batch and the unit axis is a position axis. */
export type Tap = {
	readonly tensor: string;
	/** onnxruntime's name of the element type; anything but float32 is cast. */
	readonly type: string;
	/** Axes of the tensor, batch included: 2 without positions. */
	readonly rank: number;
	/** From 1 to rank - 1. */
	readonly unitAxis: number;
	readonly units: number;
	/** `none` only when the rank is 2; of the others, a tensor of rank 2 takes `firing` (one position). */
	readonly pooling: Pooling;
	/**
	 * Axes behind the batch when the tensor has the batch folded with others into its first axis (`[batch x windows, tokens, units]`): it is first
	 * reshaped to `[batch, ...folded]`, which `rank`, `unitAxis` and `positions` are about. Null: the batch is an axis by itself.
	 */
	readonly folded: readonly number[] | null;
	/** Positions of one clip; null when they may differ from run to run (they are then counted in the graph). */
	readonly positions: number | null;
};
