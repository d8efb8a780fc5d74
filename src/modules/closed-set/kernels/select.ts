/** The clips with the largest activations of a neuron: counting, collecting and sorting. Rows are padded with -Infinity to 8 values. */
import {
	type FunctionDefinition,
	when,
	whileTrue,
} from "../../../shared/kernels/assemble.ts";
import {
	f32,
	f32x4,
	i16x8,
	i32,
	i32x4,
	i64,
	v128,
} from "../../../shared/kernels/instructions.ts";

/** How many float32 in [from, end) are at least `threshold`. */
export const countAtLeast: FunctionDefinition = {
	name: "countAtLeast",
	parameters: { from: "i32", end: "i32", threshold: "f32" },
	locals: { t: "v128", n0: "v128", n1: "v128" },
	result: "i32",
	body: ({ get, set, while: loop }) => [
		set("t", f32x4.splat(get("threshold"))),
		// A comparison that holds is -1.
		loop("from", get("end"), 32, [
			set(
				"n0",
				i32x4.sub(get("n0"), f32x4.ge(v128.load(get("from")), get("t"))),
			),
			set(
				"n1",
				i32x4.sub(get("n1"), f32x4.ge(v128.load(get("from"), 16), get("t"))),
			),
		]),
		[0, 1, 2, 3]
			.flatMap((lane) => [
				i32x4.lane(get("n0"), lane),
				i32x4.lane(get("n1"), lane),
			])
			.reduce((total, lane) => i32.add(total, lane)),
	],
};

/** Largest float32 in [from, end), which holds at least 8 values and no NaN. */
export const largest: FunctionDefinition = {
	name: "largest",
	parameters: { from: "i32", end: "i32" },
	locals: { m0: "v128", m1: "v128" },
	result: "f32",
	body: ({ get, set, while: loop }) => [
		set("m0", v128.load(get("from"))),
		set("m1", get("m0")),
		loop("from", get("end"), 32, [
			set("m0", f32x4.max(get("m0"), v128.load(get("from")))),
			set("m1", f32x4.max(get("m1"), v128.load(get("from"), 16))),
		]),
		set("m0", f32x4.max(get("m0"), get("m1"))),
		[0, 1, 2, 3]
			.map((lane) => f32x4.lane(get("m0"), lane))
			.reduce((total, lane) => f32.max(total, lane)),
	],
};

/**
 * Writes a sort key for every float32 of at least `high`, and for the first `need` of those in [low, high), in index order; returns the end
 * of the keys. Keys (64 bits, signed) are larger for larger values and, among equal values, for lower indices; -0 equals 0.
 */
export const collect: FunctionDefinition = {
	name: "collect",
	parameters: {
		from: "i32",
		end: "i32",
		high: "f32",
		low: "f32",
		need: "i32",
		keys: "i32",
	},
	locals: {
		start: "i32",
		lows: "v128",
		mask: "i32",
		p: "i32",
		value: "f32",
		bits: "i32",
		take: "i32",
	},
	result: "i32",
	body: ({ get, set, while: loop }) => [
		set("start", get("from")),
		set("lows", f32x4.splat(get("low"))),
		loop("from", get("end"), 32, [
			set(
				"mask",
				i16x8.bitmask(
					i16x8.narrow(
						f32x4.ge(v128.load(get("from")), get("lows")),
						f32x4.ge(v128.load(get("from"), 16), get("lows")),
					),
				),
			),
			whileTrue(get("mask"), [
				set(
					"p",
					i32.add(get("from"), i32.shl(i32.ctz(get("mask")), i32.of(2))),
				),
				set("mask", i32.and(get("mask"), i32.sub(get("mask"), i32.of(1)))),
				set("value", f32.load(get("p"))),
				set("take", f32.ge(get("value"), get("high"))),
				when(i32.gtS(get("need"), i32.of(0)), [
					set("need", i32.sub(get("need"), i32.xor(get("take"), i32.of(1)))),
					set("take", i32.of(1)),
				]),
				// Adding 0 makes 0 of -0.
				set("bits", i32.bitsOf(f32.add(get("value"), f32.of(0)))),
				set(
					"bits",
					i32.xor(
						get("bits"),
						i32.and(i32.shrS(get("bits"), i32.of(31)), i32.of(0x7fffffff)),
					),
				),
				// Written in any case, kept when taken: no jump that cannot be foreseen.
				i64.store(
					get("keys"),
					i64.or(
						i64.shl(i64.extendS(get("bits")), i64.of(32)),
						i64.extendU(
							i32.xor(
								i32.shrU(i32.sub(get("p"), get("start")), i32.of(2)),
								i32.of(-1),
							),
						),
					),
				),
				set("keys", i32.add(get("keys"), i32.shl(get("take"), i32.of(3)))),
			]),
		]),
		get("keys"),
	],
};
