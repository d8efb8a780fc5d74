/** The nodes that pool a tensor over its positions. Taps of one tensor share what they have in common. */
import { TargetNetworkError } from "../errors.ts";
import { floatConstant, int64Constant, node } from "./build.ts";
import { DataType, type NodeProto, type TensorProto } from "./proto/types.ts";
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

/** A tensor with three axes: `[batch, units, positions]` when units come first, else `[batch, positions, units]`. */
type Positioned = {
	readonly tensor: string;
	readonly tap: Tap;
	readonly unitsFirst: boolean;
	/** 2 or 1. */
	readonly axis: number;
};

/** `prefix` starts every name that is added; `opset` is the version of the default operator set. */
export function createPooler(prefix: string, opset: number): Pooler {
	const nodes: NodeProto[] = [];
	const constants: TensorProto[] = [];
	const made = new Map<string, string>();

	/** The name made for `key`, made once. */
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
		attributes: NonNullable<Parameters<typeof node>[0]["attributes"]> = {},
	): string {
		const name = `${prefix}${nodes.length}_${operator}`;
		const outputs = operator === "TopK" ? [name, `${name}_indices`] : [name];
		nodes.push(node({ operator, inputs, outputs, attributes }));
		return name;
	}
	function ints(values: number | readonly number[]): string {
		return once(`ints ${JSON.stringify(values)}`, () => {
			const name = `${prefix}c${constants.length}`;
			constants.push(int64Constant(name, values));
			return name;
		});
	}
	function floats(dims: readonly number[], values: Float32Array): string {
		return once(`floats ${[dims.join(), ...values].join(" ")}`, () => {
			const name = `${prefix}c${constants.length}`;
			constants.push(floatConstant(name, dims, values));
			return name;
		});
	}
	const scalar = (value: number): string =>
		floats([], Float32Array.from([value]));
	const toFloat = (tensor: string): string =>
		step("Cast", [tensor], { to: DataType.float });

	function float32(tap: Tap): string {
		if (tap.type === "float32") return tap.tensor;
		return once(`float32 ${tap.tensor}`, () => toFloat(tap.tensor));
	}

	function positioned(tap: Tap): Positioned {
		const last = tap.rank - 1;
		const unitsFirst = tap.unitAxis === 1 && tap.rank > 2;
		const tensor = once(`positioned ${tap.tensor} ${tap.unitAxis}`, () => {
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
		});
		return { tensor, tap, unitsFirst, axis: unitsFirst ? 2 : 1 };
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

	/** `[batch, units, positions]`: TopK and maximum are about five times as fast along the last axis. */
	const positionsLast = (of: Positioned): string =>
		of.unitsFirst
			? of.tensor
			: once(`turned ${of.tensor}`, () =>
					step("Transpose", [of.tensor], { perm: [0, 2, 1] }),
				);

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

	/**
	 * numpy.quantile(values, 0.95): with n positions the quantile lies at 0.95 (n - 1) = whole + rest/100 in ascending order. The n - whole largest
	 * values end with that position, and the one before it is the upper neighbour.
	 */
	function p95(of: Positioned): string {
		const { tap } = of;
		const values = positionsLast(of);
		const axis = 2;
		const at = (sorted: string, index: string): string =>
			flat(step("Gather", [sorted, index], { axis }), of);
		if (tap.positions !== null) {
			const hundredths = 95 * (tap.positions - 1);
			const kept = tap.positions - Math.floor(hundredths / 100);
			const rest = hundredths % 100;
			const sorted = step("TopK", [values, ints([kept])], { axis });
			const lower = at(sorted, ints([kept - 1]));
			if (rest === 0) return withNaN(lower, of);
			const upper = at(sorted, ints([kept - 2]));
			return withNaN(between(lower, upper, scalar(rest / 100)), of);
		}
		const hundred = ints([100]);
		const one = ints([1]);
		const hundredths = step("Mul", [step("Sub", [count(of), one]), ints([95])]);
		const whole = step("Div", [hundredths, hundred]);
		const rest = step("Sub", [hundredths, step("Mul", [whole, hundred])]);
		const kept = step("Sub", [count(of), whole]);
		const sorted = step("TopK", [values, kept], { axis });
		const last = step("Sub", [kept, one]);
		// Without a rest the upper neighbour is the value itself.
		const hasRest = step("Greater", [rest, ints([0])]);
		const before = step("Sub", [
			last,
			step("Cast", [hasRest], { to: DataType.int64 }),
		]);
		const share = step("Mul", [toFloat(rest), scalar(0.01)]);
		return withNaN(between(at(sorted, last), at(sorted, before), share), of);
	}
	const between = (lower: string, upper: string, share: string): string =>
		step("Add", [lower, step("Mul", [step("Sub", [upper, lower]), share])]);

	function pool(tap: Tap): string {
		const oldest = OLDEST_OPSET[tap.pooling] ?? 0;
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

	return {
		nodes,
		constants,
		pool: (tap) =>
			once(`pool ${tap.tensor} ${tap.unitAxis} ${tap.pooling}`, () =>
				pool(tap),
			),
	};
}
