/** The nodes of the 0.95 quantile over positions. */
import type { NodeWriter } from "./node-writer.ts";
import { DataType } from "./proto/types.ts";

/** The last axis of what is looked at. */
const AXIS = 2;

/**
 * numpy.quantile(values, 0.95) over the last axis of `values` `[rows, units, positions]`, as `[rows, units]`. With n positions the quantile lies at
 * 0.95 (n - 1) = whole + rest/100 in ascending order. The n - whole largest values end with that position, and the one before it is the upper
 * neighbour. `positions`: n when it is fixed; else `counts()`, `[1]` int64, counts it in the graph. `own` (`[rows, 1, 1]` int64): every row has its own
 * n of the fixed number, and the values that do not count are the lowest.
 */
export function quantile95(
	writer: NodeWriter,
	options: {
		readonly values: string;
		readonly units: number;
		readonly positions: number | null;
		readonly counts: () => string;
		readonly own: string | null;
	},
): string {
	const { values, units, positions, counts, own } = options;
	const { step, ints, scalar } = writer;
	const flat = (tensor: string): string =>
		step("Reshape", [tensor, ints([-1, units])]);
	const between = (lower: string, upper: string, share: string): string =>
		step("Add", [lower, step("Mul", [step("Sub", [upper, lower]), share])]);

	if (positions !== null && own !== null) {
		const sorted = step("TopK", [values, ints([positions])], { axis: AXIS });
		const rowsAndUnits = step(
			"Gather",
			[step("Shape", [values]), ints([0, 1])],
			{ axis: 0 },
		);
		const shape = step("Concat", [rowsAndUnits, ints([1])], { axis: 0 });
		const at = (index: string): string =>
			flat(
				step("GatherElements", [sorted, step("Expand", [index, shape])], {
					axis: AXIS,
				}),
			);
		const { last, before, share } = places(writer, own);
		const rowShare = step("Reshape", [share, ints([-1, 1])]);
		return between(at(last), at(before), rowShare);
	}
	const gather = (sorted: string, index: string): string =>
		flat(step("Gather", [sorted, index], { axis: AXIS }));
	if (positions !== null) {
		const hundredths = 95 * (positions - 1);
		const kept = positions - Math.floor(hundredths / 100);
		const rest = hundredths % 100;
		const sorted = step("TopK", [values, ints([kept])], { axis: AXIS });
		const lower = gather(sorted, ints([kept - 1]));
		if (rest === 0) return lower;
		const upper = gather(sorted, ints([kept - 2]));
		return between(lower, upper, scalar(rest / 100));
	}
	const { last, before, share } = places(writer, counts());
	const kept = step("Add", [last, ints([1])]);
	const sorted = step("TopK", [values, kept], { axis: AXIS });
	return between(gather(sorted, last), gather(sorted, before), share);
}

/** In descending order of `counts` (int64, any shape) values: the places of the quantile's neighbours, and its share of the way to the upper one. */
function places(
	{ step, ints, scalar, toFloat }: NodeWriter,
	counts: string,
): { readonly last: string; readonly before: string; readonly share: string } {
	const hundred = ints([100]);
	const one = ints([1]);
	const hundredths = step("Mul", [step("Sub", [counts, one]), ints([95])]);
	const whole = step("Div", [hundredths, hundred]);
	const rest = step("Sub", [hundredths, step("Mul", [whole, hundred])]);
	const last = step("Sub", [step("Sub", [counts, whole]), one]);
	// Without a rest the upper neighbour is the value itself.
	const hasRest = step("Greater", [rest, ints([0])]);
	const before = step("Sub", [
		last,
		step("Cast", [hasRest], { to: DataType.int64 }),
	]);
	return { last, before, share: step("Mul", [toFloat(rest), scalar(0.01)]) };
}
