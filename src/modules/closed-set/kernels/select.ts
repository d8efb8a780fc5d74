/** The clips with the largest activations of a neuron: counting, collecting and sorting. Rows are padded with -Infinity to 8 values. */
import { type FunctionDefinition, when, whileTrue } from "./assemble.ts";
import { f32, f32x4, i32, i32x4, i64, v128 } from "./instructions.ts";

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
		loop("from", get("end"), 16, [
			set("mask", i32x4.bitmask(f32x4.ge(v128.load(get("from")), get("lows")))),
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

/** Sorts the keys in [from, end), largest first, by insertion: for short ranges. */
export const sortRun: FunctionDefinition = {
	name: "sortRun",
	parameters: { from: "i32", end: "i32" },
	locals: { p: "i32", q: "i32", key: "i64" },
	body: ({ get, set, advance, while: loop }) => [
		set("p", i32.add(get("from"), i32.of(8))),
		loop("p", get("end"), 8, [
			set("key", i64.load(get("p"))),
			set("q", get("p")),
			whileTrue(
				i32.and(
					i32.gtU(get("q"), get("from")),
					// Below the range lies other memory of the kernels: read, never used.
					i64.ltS(i64.load(i32.sub(get("q"), i32.of(8))), get("key")),
				),
				[
					i64.store(get("q"), i64.load(i32.sub(get("q"), i32.of(8)))),
					advance("q", -8),
				],
			),
			i64.store(get("q"), get("key")),
		]),
	],
};

/** Merges the sorted keys of [a, middle) and [middle, end) into `target`. */
export const mergeRuns: FunctionDefinition = {
	name: "mergeRuns",
	parameters: { a: "i32", middle: "i32", end: "i32", target: "i32" },
	locals: { b: "i32", first: "i64", second: "i64", fromB: "i32" },
	body: ({ get, set, advance, while: loop }) => [
		set("b", get("middle")),
		// Which of two keys comes first is a coin toss: arithmetic instead of a jump the processor cannot foresee.
		whileTrue(
			i32.and(i32.ltU(get("a"), get("middle")), i32.ltU(get("b"), get("end"))),
			[
				set("first", i64.load(get("a"))),
				set("second", i64.load(get("b"))),
				set("fromB", i64.ltS(get("first"), get("second"))),
				i64.store(
					get("target"),
					i64.xor(
						get("first"),
						i64.and(
							i64.xor(get("first"), get("second")),
							i64.sub(i64.of(0), i64.extendU(get("fromB"))),
						),
					),
				),
				set("b", i32.add(get("b"), i32.shl(get("fromB"), i32.of(3)))),
				set(
					"a",
					i32.add(
						get("a"),
						i32.sub(i32.of(8), i32.shl(get("fromB"), i32.of(3))),
					),
				),
				advance("target", 8),
			],
		),
		loop("a", get("middle"), 8, [
			i64.store(get("target"), i64.load(get("a"))),
			advance("target", 8),
		]),
		loop("b", get("end"), 8, [
			i64.store(get("target"), i64.load(get("b"))),
			advance("target", 8),
		]),
	],
};

/** Indices of the keys in [keys, end), as 32-bit integers. */
export const indicesOf: FunctionDefinition = {
	name: "indicesOf",
	parameters: { keys: "i32", end: "i32", target: "i32" },
	body: ({ get, advance, while: loop }) => [
		loop("keys", get("end"), 8, [
			i32.store(
				get("target"),
				i32.xor(i32.wrap(i64.load(get("keys"))), i32.of(-1)),
			),
			advance("target", 4),
		]),
	],
};
