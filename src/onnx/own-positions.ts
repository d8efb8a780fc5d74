/** Leaves padding out of a pooling: which positions of a tensor are the clip's own, told in the graph from each row's length. */
import type { NodeWriter } from "./node-writer.ts";
import type { TimeAxis } from "./tap.ts";

/** A tensor with its positions on one axis, of which only the first of each row count. */
export type OwnPositions = {
	/** The tensor with 0 at padding. */
	readonly tensor: string;
	/** The tensor with minus infinity at padding. */
	readonly lowest: () => string;
	/** `[rows, 1, positions]` (or `[rows, positions, 1]` when units come first): 1/own at the clip's positions, else 0. */
	readonly row: () => string;
	/** How many positions are the clip's own: `[rows, 1, 1]` int64. */
	readonly count: string;
};

/**
 * `tensor` is `[rows, units, positions]` when `unitsFirst`, else `[rows, positions, units]`, its positions those of the time axis and whatever lies
 * inside and around it, row-major. `lengths` is the graph input with each row's own samples or frames, `[rows]` int64 from 1 up; `time.own` makes steps of
 * the tensor of them.
 */
export function ownPositions(
	writer: NodeWriter,
	options: {
		readonly tensor: string;
		readonly time: TimeAxis;
		readonly positions: number;
		readonly unitsFirst: boolean;
		readonly lengths: string;
	},
): OwnPositions {
	const { tensor, time, positions, unitsFirst, lengths } = options;
	const { once, step, ints, scalar, toFloat } = writer;
	const { steps, inner } = time;
	const { times, plus, per } = time.own;
	const key = `${steps} ${inner} ${times} ${plus} ${per} ${positions} ${unitsFirst}`;
	const own = once(`own steps ${steps} ${times} ${plus} ${per}`, () => {
		const scaled = step("Mul", [lengths, ints([times])]);
		const quotient = step("Div", [
			step("Add", [scaled, ints([plus])]),
			ints([per]),
		]);
		// Division rounds towards 0, which below 1 makes no difference.
		const atLeastOne = step("Where", [
			step("Less", [quotient, ints([1])]),
			ints([1]),
			quotient,
		]);
		const share = step("Where", [
			step("Less", [atLeastOne, ints([steps])]),
			atLeastOne,
			ints([steps]),
		]);
		return step("Reshape", [share, ints([-1, 1, 1])]);
	});
	const keep = once(`keep ${key}`, () => {
		const stepOf = Array.from(
			{ length: positions },
			(_, position) => Math.floor(position / inner) % steps,
		);
		const shape = unitsFirst ? [1, 1, positions] : [1, positions, 1];
		const index = step("Reshape", [ints(stepOf), ints(shape)]);
		return step("Less", [index, own]);
	});
	const count = once(`own count ${key}`, () =>
		step("Mul", [own, ints([positions / steps])]),
	);
	return {
		tensor: once(`clean ${tensor} ${key}`, () =>
			step("Where", [keep, tensor, scalar(0)]),
		),
		lowest: () =>
			once(`lowest ${tensor} ${key}`, () =>
				step("Where", [keep, tensor, scalar(Number.NEGATIVE_INFINITY)]),
			),
		row: () =>
			once(`own row ${key}`, () => {
				const share = step("Reciprocal", [toFloat(count)]);
				const row = step("Where", [keep, share, scalar(0)]);
				// As a factor it has the positions on the other axis.
				return step("Transpose", [row], { perm: [0, 2, 1] });
			}),
		count,
	};
}
