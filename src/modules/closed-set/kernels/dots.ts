/** Products of a neuron's column with columns of concepts in float64, five at a time: as many as are reported. Addresses in bytes; ranges are multiples of 8 values. */
import {
	type FunctionDefinition,
	when,
} from "../../../shared/kernels/assemble.ts";
import {
	type Code,
	f64,
	f64x2,
	i32,
	v128,
} from "../../../shared/kernels/instructions.ts";
import { addTo, type Entry, setEntry, total, vectors } from "./columns.ts";

/** Columns at a time. */
export const DOTS = 5;
const columns = [0, 1, 2, 3, 4] as const;
/** Pairs of values in a group of eight. */
const pairs = [0, 1, 2, 3] as const;
/** Bytes of the neuron's values after which the next partial sums follow: what they are multiplied with stays in the first-level cache until then. */
const BLOCK = 1024;

/**
 * Five float64 to `out`: sums of products of the entries of the float32 in [from, end) (see `columns.ts`) with the float64 from `b0`, ... `b4` on. Each is
 * the sum of four partial sums, of every fourth pair of values. Twenty do not fit in the registers, five do: a block is gone over four times.
 */
const dotsOf = (name: string, entry: Entry): FunctionDefinition => {
	const partial = (column: number, pair: number): string => `s${column}${pair}`;
	return {
		name,
		parameters: {
			from: "i32",
			end: "i32",
			centre: "f64",
			out: "i32",
			...Object.fromEntries(
				columns.map((column) => [`b${column}`, "i32" as const]),
			),
		},
		locals: {
			...vectors(["c", "d"]),
			...vectors(
				columns.flatMap((column) => pairs.map((pair) => partial(column, pair))),
			),
			p: "i32",
			stop: "i32",
		},
		body: (locals) => {
			const { get, set, while: loop } = locals;
			/** A float64 is twice as long as a float32. */
			const twice = (address: string): Code => i32.shl(get(address), i32.of(1));
			const addProducts = (pair: number): Code => [
				set("p", get("from")),
				loop("p", get("stop"), 32, [
					setEntry(entry, { from: get("p"), pair }, locals),
					...columns.map((column) =>
						addTo(
							partial(column, pair),
							f64x2.mul(
								get("d"),
								v128.load(i32.add(get(`b${column}`), twice("p")), 16 * pair),
							),
							locals,
						),
					),
				]),
			];
			return [
				set("c", f64x2.splat(get("centre"))),
				// From here on `b + 2 p` is the address that goes with `p`.
				...columns.map((column) =>
					set(`b${column}`, i32.sub(get(`b${column}`), twice("from"))),
				),
				loop("from", get("end"), BLOCK, [
					set("stop", i32.add(get("from"), i32.of(BLOCK))),
					when(i32.ltU(get("end"), get("stop")), [set("stop", get("end"))]),
					...pairs.map(addProducts),
				]),
				...columns.map((column) =>
					f64.store(
						get("out"),
						total(
							[
								partial(column, 0),
								partial(column, 1),
								partial(column, 2),
								partial(column, 3),
							],
							locals,
						),
						8 * column,
					),
				),
			];
		},
	};
};
export const dots = dotsOf("dots", "value");
export const dotsOfCubes = dotsOf("dotsOfCubes", "cube");
