/** The nodes that pool a tensor over its positions. Taps of one tensor share what they have in common. */
import { TargetNetworkError } from "../errors.ts";
import { createNodeWriter } from "./node-writer.ts";
import { type OwnPositions, ownPositions } from "./own-positions.ts";
import type { NodeProto, TensorProto } from "./proto/types.ts";
import { quantile95 } from "./quantile.ts";
import type { Tap } from "./tap.ts";

export type Pooler = {
	/** The output that holds the tap as float32 `[batch, units]`. Equal taps give the same output. */
	readonly pool: (tap: Tap) => string;
	readonly nodes: readonly NodeProto[];
	readonly constants: readonly TensorProto[];
};

/** The largest float32. */
const MAX_FLOAT = 3.4028234663852886e38;

/** Oldest operator set with the operators of a pooling: IsNaN and Where are of 9, TopK with a computed count is of 10. */
const OLDEST_OPSET: Partial<Record<Tap["pooling"], number>> = {
	max: 9,
	firing: 9,
	p95: 10,
};
/** The same where padding is left out: Less of int64 and Where are of 9, GatherElements is of 11. */
const OLDEST_OPSET_WITHOUT_PADDING: typeof OLDEST_OPSET = {
	mean: 9,
	max: 9,
	firing: 9,
	p95: 11,
};

/** A tensor with three axes: `[batch, units, positions]` when units come first, else `[batch, positions, units]`. */
type Positioned = {
	readonly tensor: string;
	readonly tap: Tap;
	readonly unitsFirst: boolean;
	/** 2 or 1. */
	readonly axis: number;
	/** Which positions count; null: all. `tensor` is 0 at the others. */
	readonly own: OwnPositions | null;
};

/**
 * `prefix` starts every name that is added; `opset` is the version of the default operator set; `lengths` is the graph input that taps with a `time`
 * read: see `ownPositions`.
 */
export function createPooler(
	prefix: string,
	opset: number,
	lengths: string,
): Pooler {
	const writer = createNodeWriter(prefix);
	const { once, step, ints, floats, scalar, toFloat } = writer;

	function float32(tap: Tap): string {
		const { tensor, type, batchAxis, rank } = tap;
		const values =
			type === "float32"
				? tensor
				: once(`float32 ${tensor}`, () => toFloat(tensor));
		if (batchAxis === 0) return values;
		return once(`batch first ${tensor} ${batchAxis}`, () => {
			const axes = Array.from({ length: rank }, (_, axis) => axis);
			const perm = [batchAxis, ...axes.filter((axis) => axis !== batchAxis)];
			return step("Transpose", [values], { perm });
		});
	}

	function positioned(tap: Tap): Positioned {
		const last = tap.rank - 1;
		const unitsFirst = tap.unitAxis === 1 && tap.rank > 2;
		const tensor = once(
			`positioned ${tap.tensor} ${tap.batchAxis} ${tap.unitAxis}`,
			() => {
				let current = float32(tap);
				if (tap.folded !== null)
					current = step("Reshape", [current, ints([-1, ...tap.folded])]);
				if (tap.rank === 2)
					return step("Reshape", [current, ints([-1, 1, tap.units])]);
				if (!unitsFirst && tap.unitAxis !== last) {
					const others = Array.from({ length: last }, (_, i) => i + 1);
					const perm = [
						0,
						...others.filter((i) => i !== tap.unitAxis),
						tap.unitAxis,
					];
					current = step("Transpose", [current], { perm });
				}
				if (tap.rank === 3) return current;
				const shape = unitsFirst ? [0, tap.units, -1] : [0, -1, tap.units];
				return step("Reshape", [current, ints(shape)]);
			},
		);
		const axis = unitsFirst ? 2 : 1;
		const { time, positions } = tap;
		if (time === null || positions === null || tap.pooling === "first")
			return { tensor, tap, unitsFirst, axis, own: null };
		const own = ownPositions(writer, {
			tensor,
			time,
			positions,
			unitsFirst,
			lengths,
		});
		return { tensor: own.tensor, tap, unitsFirst, axis, own };
	}

	/** Number of positions of this run, `[1]` int64. */
	const count = ({ tensor, axis }: Positioned): string =>
		once(`count ${tensor} ${axis}`, () =>
			step("Gather", [step("Shape", [tensor]), ints([axis])], { axis: 0 }),
		);

	/** A row of 1/positions, to multiply with. */
	function row(of: Positioned): string {
		const { tap, unitsFirst, tensor } = of;
		const { positions } = tap;
		if (of.own !== null) return of.own.row();
		if (positions !== null)
			return floats(
				unitsFirst ? [positions, 1] : [1, positions],
				new Float32Array(positions).fill(1 / positions),
			);
		return once(`row ${tensor}`, () => {
			const share = step("Reciprocal", [toFloat(count(of))]);
			const one = ints([1]);
			const shape = unitsFirst ? [count(of), one] : [one, count(of)];
			return step("Expand", [share, step("Concat", shape, { axis: 0 })]);
		});
	}

	/** Mean over positions of `tensor`, which has the axes of `of`: `[batch, units]`. */
	function mean(tensor: string, of: Positioned): string {
		const factors = of.unitsFirst ? [tensor, row(of)] : [row(of), tensor];
		return flat(step("MatMul", factors), of);
	}
	const flat = (tensor: string, { tap }: Positioned): string =>
		step("Reshape", [tensor, ints([-1, tap.units])]);

	/** `pooled` where a unit has no NaN, else NaN: the operators used here pass over NaN, each in its own way. */
	function withNaN(pooled: string, of: Positioned): string {
		const spoilt = once(`spoilt ${of.tensor}`, () =>
			step("Greater", [
				mean(toFloat(step("IsNaN", [of.tensor])), of),
				scalar(0),
			]),
		);
		return step("Where", [spoilt, scalar(Number.NaN), pooled]);
	}

	/** `[batch, units, positions]`, padding that does not count at the bottom: TopK and maximum are about five times as fast along the last axis. */
	function positionsLast(of: Positioned): string {
		const tensor = of.own?.lowest() ?? of.tensor;
		if (of.unitsFirst) return tensor;
		return once(`turned ${tensor}`, () =>
			step("Transpose", [tensor], { perm: [0, 2, 1] }),
		);
	}

	function max(of: Positioned): string {
		const pooled = flat(step("GlobalMaxPool", [positionsLast(of)]), of);
		// The operator starts from the lowest finite number, which then stands for minus infinity.
		const above = step("Greater", [pooled, scalar(-MAX_FLOAT)]);
		return withNaN(
			step("Where", [above, pooled, scalar(Number.NEGATIVE_INFINITY)]),
			of,
		);
	}

	const firing = (of: Positioned): string =>
		withNaN(mean(toFloat(step("Greater", [of.tensor, scalar(0)])), of), of);

	const p95 = (of: Positioned): string =>
		withNaN(
			quantile95(writer, {
				values: positionsLast(of),
				units: of.tap.units,
				positions: of.tap.positions,
				counts: () => count(of),
				own: of.own?.count ?? null,
			}),
			of,
		);

	function pool(tap: Tap): string {
		const oldest =
			(tap.time === null ? OLDEST_OPSET : OLDEST_OPSET_WITHOUT_PADDING)[
				tap.pooling
			] ?? 0;
		if (opset < oldest)
			throw new TargetNetworkError(
				`pooling ${tap.pooling} of tensor "${tap.tensor}" needs an ONNX file of opset ${oldest} or newer, this one has ${opset}`,
				{
					code: "pooling_unsupported",
					hint: "Export the network again with a newer opset, or use `pooling: mean`.",
				},
			);
		if (tap.pooling === "none") return float32(tap);
		const of = positioned(tap);
		if (tap.pooling === "first")
			return step("Gather", [of.tensor, ints(0)], { axis: of.axis });
		if (tap.pooling === "mean") return mean(of.tensor, of);
		return tap.pooling === "max"
			? max(of)
			: tap.pooling === "p95"
				? p95(of)
				: firing(of);
	}

	const key = ({ tensor, batchAxis, unitAxis, pooling, time }: Tap): string =>
		`pool ${tensor} ${batchAxis} ${unitAxis} ${pooling} ${JSON.stringify(time)}`;
	return {
		nodes: writer.nodes,
		constants: writer.constants,
		pool: (tap) => once(key(tap), () => pool(tap)),
	};
}
