/** A tensor to tap: which, along which axis, pooled how. */
import type { Pooling } from "../types.ts";

/** Where time is among the positions of a tensor, row-major: position p is step floor(p / inner) mod steps. */
export type TimeAxis = {
	/** Of the tensor, from 1 up. */
	readonly steps: number;
	/** Positions of the axes behind the one of time. */
	readonly inner: number;
	/** How many of its steps are a clip's whose length is `length` samples or frames of the input: floor((times * length + plus) / per), from 1 to `steps`. */
	readonly own: {
		readonly times: number;
		readonly plus: number;
		readonly per: number;
	};
};

/** A tensor to tap. Every axis but the batch and the unit axis is a position axis. */
export type Tap = {
	readonly tensor: string;
	/** onnxruntime's name of the element type; anything but float32 is cast. */
	readonly type: string;
	/** Axis of the batch in the file. The fields below are about the tensor with the batch moved to the front. */
	readonly batchAxis: number;
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
	/**
	 * Positions beyond the clip's share of a row are left out of the pooling; null: all positions count. Needs `positions`, and an input with the rows'
	 * lengths: see `tapGraph`.
	 */
	readonly time: TimeAxis | null;
	/** Positions of one clip; null when they may differ from run to run (they are then counted in the graph). */
	readonly positions: number | null;
};
