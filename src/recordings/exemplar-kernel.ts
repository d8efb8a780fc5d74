/** The clips with the largest and the smallest activations of a neuron, found in one pass: a WebAssembly kernel. */
import {
	type FunctionDefinition,
	when,
	whileTrue,
} from "../shared/kernels/assemble.ts";
import { kernelOpener } from "../shared/kernels/compile.ts";
import {
	type Code,
	f32,
	f32x4,
	i16x8,
	i32,
	i32x4,
	v128,
} from "../shared/kernels/instructions.ts";

type Kernels = {
	/**
	 * Ranks the float32 in [from, end), addresses in bytes. Writes four lists of `listBytes` / 4 to `lists`, which is 4 or more: largest values, smallest
	 * values, indices of the largest, indices of the smallest; best first, equal values by lower index, -0 equal to 0. Filled when all values are finite and
	 * there are as many. Returns how many values are above 0, n; -1 - n when one is NaN or infinite.
	 */
	rankRow(from: number, end: number, lists: number, listBytes: number): number;
};

/** What a side compares with, and where its list of values is. */
type Side = {
	/** Local: four times the value that a better one has to beat. */
	readonly limit: string;
	readonly beats: typeof f32.gt;
	readonly first: string;
	readonly last: string;
};
const HIGH: Side = {
	limit: "top",
	beats: f32.gt,
	first: "lists",
	last: "highLast",
};
const LOW: Side = {
	limit: "bottom",
	beats: f32.lt,
	first: "middle",
	last: "lowLast",
};

const rankRow: FunctionDefinition = {
	name: "rankRow",
	parameters: { from: "i32", end: "i32", lists: "i32", listBytes: "i32" },
	locals: {
		start: "i32",
		middle: "i32",
		highLast: "i32",
		lowLast: "i32",
		/** From the list of values to the list of indices. */
		toIndices: "i32",
		place: "i32",
		p: "i32",
		mask: "i32",
		eights: "i32",
		/** Values above 0: those after the last eight, and in four parts the others. */
		rest: "i32",
		value: "f32",
		top: "v128",
		bottom: "v128",
		a: "v128",
		b: "v128",
		/** Stays 0 while all values are finite: x - x is NaN for others. */
		spoilt: "v128",
		positive: "v128",
		zero: "v128",
	},
	result: "i32",
	body: ({ get, set, while: loop }) => {
		const addressBefore = i32.sub(get("place"), i32.of(4));
		const indexOf = (address: Code): Code => i32.add(address, get("toIndices"));
		/** Puts `value` in when it beats the last one: a later clip goes before an earlier one only when it is strictly better. */
		const offer = ({ limit, beats, first, last }: Side): Code =>
			when(beats(get("value"), f32x4.lane(get(limit), 0)), [
				set("place", get(last)),
				whileTrue(
					// Before the first place is something that can be read.
					i32.and(
						i32.gtU(get("place"), get(first)),
						beats(get("value"), f32.load(addressBefore)),
					),
					[
						f32.store(get("place"), f32.load(addressBefore)),
						i32.store(indexOf(get("place")), i32.load(indexOf(addressBefore))),
						set("place", addressBefore),
					],
				),
				f32.store(get("place"), get("value")),
				i32.store(
					indexOf(get("place")),
					i32.shrU(i32.sub(get("p"), get("start")), i32.of(2)),
				),
				set(limit, f32x4.splat(f32.load(get(last)))),
			]);
		const offerBoth: Code = [
			set("value", f32.load(get("p"))),
			offer(HIGH),
			offer(LOW),
		];
		const noteSpoilt = (local: string): Code =>
			set("spoilt", v128.or(get("spoilt"), f32x4.sub(get(local), get(local))));
		// A comparison that holds is -1.
		const countAbove = (local: string): Code =>
			set(
				"positive",
				i32x4.sub(get("positive"), f32x4.gt(get(local), get("zero"))),
			);
		const beating = (local: string): Code =>
			v128.or(
				f32x4.gt(get(local), get("top")),
				f32x4.lt(get(local), get("bottom")),
			);
		return [
			set("start", get("from")),
			set("middle", i32.add(get("lists"), get("listBytes"))),
			set("highLast", i32.sub(get("middle"), i32.of(4))),
			set("lowLast", i32.add(get("highLast"), get("listBytes"))),
			set("toIndices", i32.shl(get("listBytes"), i32.of(1))),
			set("top", f32x4.splat(f32.of(Number.NEGATIVE_INFINITY))),
			set("bottom", f32x4.splat(f32.of(Number.POSITIVE_INFINITY))),
			set("place", get("lists")),
			loop("place", get("middle"), 4, [
				f32.store(get("place"), f32.of(Number.NEGATIVE_INFINITY)),
				f32.store(
					i32.add(get("place"), get("listBytes")),
					f32.of(Number.POSITIVE_INFINITY),
				),
			]),
			set("eights", i32.sub(get("end"), get("from"))),
			set("eights", i32.add(get("from"), i32.and(get("eights"), i32.of(-32)))),
			loop("from", get("eights"), 32, [
				set("a", v128.load(get("from"))),
				set("b", v128.load(get("from"), 16)),
				["a", "b"].map((local) => [noteSpoilt(local), countAbove(local)]),
				// One bit for each value that beats a limit; nearly all beat none.
				set("mask", i16x8.bitmask(i16x8.narrow(beating("a"), beating("b")))),
				whileTrue(get("mask"), [
					set(
						"p",
						i32.add(get("from"), i32.shl(i32.ctz(get("mask")), i32.of(2))),
					),
					set("mask", i32.and(get("mask"), i32.sub(get("mask"), i32.of(1)))),
					offerBoth,
				]),
			]),
			// The last few, one by one.
			loop("from", get("end"), 4, [
				set("p", get("from")),
				offerBoth,
				set("a", f32x4.splat(get("value"))),
				noteSpoilt("a"),
				set("rest", i32.add(get("rest"), f32.gt(get("value"), f32.of(0)))),
			]),
			// All bits reversed, n becomes -1 - n.
			i32.xor(
				[0, 1, 2, 3]
					.map((lane) => i32x4.lane(get("positive"), lane))
					.reduce((total, lane) => i32.add(total, lane), get("rest")),
				i32.sub(i32.of(0), v128.anyTrue(get("spoilt"))),
			),
		];
	},
};

/** The kernel over a memory. */
export const openExemplarKernel = kernelOpener<Kernels>([rankRow]);
