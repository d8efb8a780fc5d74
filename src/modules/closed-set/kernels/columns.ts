/** Columns of the cosine family: sums, cubes and products in float64, several values at a time. Addresses in bytes; ranges are multiples of 8 values. */
import type { FunctionDefinition } from "./assemble.ts";
import { type Code, f64, f64x2, v128 } from "./instructions.ts";

/** Two float32 at `address + offset` as float64. */
const pairAt = (address: Code, offset: number): Code =>
	f64x2.promote(v128.loadHalf(address, offset));
const lanesOf = (vector: Code, again: Code): Code =>
	f64.add(f64x2.lane(vector, 0), f64x2.lane(again, 1));

const four = [0, 1, 2, 3] as const;

/** Sum of the float32 in [from, end), in four interleaved partial sums. */
export const sum: FunctionDefinition = {
	name: "sum",
	parameters: { from: "i32", end: "i32" },
	locals: { s0: "v128", s1: "v128", s2: "v128", s3: "v128" },
	result: "f64",
	body: ({ get, set, while: loop }) => [
		loop(
			"from",
			get("end"),
			32,
			four.map((part) =>
				set(
					`s${part}`,
					f64x2.add(get(`s${part}`), pairAt(get("from"), 8 * part)),
				),
			),
		),
		total(get, set),
	],
};

function total(
	get: (name: string) => Code,
	set: (name: string, value: Code) => Code,
): Code {
	return [
		set("s0", f64x2.add(get("s0"), get("s1"))),
		set("s2", f64x2.add(get("s2"), get("s3"))),
		set("s0", f64x2.add(get("s0"), get("s2"))),
		lanesOf(get("s0"), get("s0")),
	];
}

/** Writes float64 `(value - centre)^3` of the float32 in [from, end) to `target`; returns the sum of their squares. */
export const cube: FunctionDefinition = {
	name: "cube",
	parameters: { from: "i32", end: "i32", target: "i32", centre: "f64" },
	locals: {
		c: "v128",
		d: "v128",
		s0: "v128",
		s1: "v128",
		s2: "v128",
		s3: "v128",
	},
	result: "f64",
	body: ({ get, set, advance, while: loop }) => [
		set("c", f64x2.splat(get("centre"))),
		loop("from", get("end"), 32, [
			...four.map((part) => [
				set("d", f64x2.sub(pairAt(get("from"), 8 * part), get("c"))),
				set("d", f64x2.mul(f64x2.mul(get("d"), get("d")), get("d"))),
				v128.store(get("target"), get("d"), 16 * part),
				set(
					`s${part}`,
					f64x2.add(get(`s${part}`), f64x2.mul(get("d"), get("d"))),
				),
			]),
			advance("target", 64),
		]),
		total(get, set),
	],
};

/** Writes the float32 in [from, end) to `target` as float64; returns the sum of their squares. */
export const widen: FunctionDefinition = {
	name: "widen",
	parameters: { from: "i32", end: "i32", target: "i32" },
	locals: { d: "v128", s0: "v128", s1: "v128", s2: "v128", s3: "v128" },
	result: "f64",
	body: ({ get, set, advance, while: loop }) => [
		loop("from", get("end"), 32, [
			...four.map((part) => [
				set("d", pairAt(get("from"), 8 * part)),
				v128.store(get("target"), get("d"), 16 * part),
				set(
					`s${part}`,
					f64x2.add(get(`s${part}`), f64x2.mul(get("d"), get("d"))),
				),
			]),
			advance("target", 64),
		]),
		total(get, set),
	],
};

/** Sum of products of the float64 in [a, end) with those from `b` on. */
export const dot: FunctionDefinition = {
	name: "dot",
	parameters: { a: "i32", end: "i32", b: "i32" },
	locals: { s0: "v128", s1: "v128", s2: "v128", s3: "v128" },
	result: "f64",
	body: ({ get, set, advance, while: loop }) => [
		loop("a", get("end"), 64, [
			...four.map((part) =>
				set(
					`s${part}`,
					f64x2.add(
						get(`s${part}`),
						f64x2.mul(
							v128.load(get("a"), 16 * part),
							v128.load(get("b"), 16 * part),
						),
					),
				),
			),
			advance("b", 64),
		]),
		total(get, set),
	],
};

/** float64 `value * factor` of [from, end), in place. */
export const scale: FunctionDefinition = {
	name: "scale",
	parameters: { from: "i32", end: "i32", factor: "f64" },
	locals: { s: "v128" },
	body: ({ get, set, while: loop }) => [
		set("s", f64x2.splat(get("factor"))),
		loop("from", get("end"), 16, [
			v128.store(get("from"), f64x2.mul(v128.load(get("from")), get("s"))),
		]),
	],
};

/** float32 `value * scale` of the float64 in [from, end). */
export const narrow: FunctionDefinition = {
	name: "narrow",
	parameters: { from: "i32", end: "i32", target: "i32", scale: "f64" },
	locals: { s: "v128" },
	body: ({ get, set, advance, while: loop }) => [
		set("s", f64x2.splat(get("scale"))),
		loop("from", get("end"), 64, [
			...four.map((part) =>
				v128.storeHalf(
					get("target"),
					f64x2.demote(f64x2.mul(v128.load(get("from"), 16 * part), get("s"))),
					8 * part,
				),
			),
			advance("target", 32),
		]),
	],
};

/** Adds the float64 in [from, end) to those from `target` on. */
export const accumulate: FunctionDefinition = {
	name: "accumulate",
	parameters: { from: "i32", end: "i32", target: "i32" },
	body: ({ get, advance, while: loop }) => [
		loop("from", get("end"), 16, [
			v128.store(
				get("target"),
				f64x2.add(v128.load(get("target")), v128.load(get("from"))),
			),
			advance("target", 16),
		]),
	],
};

/** Largest product of the float64 in [from, end) with those from `factors` on; all are above 0, so 0 takes no part. */
export const largestProduct: FunctionDefinition = {
	name: "largestProduct",
	parameters: { from: "i32", end: "i32", factors: "i32" },
	locals: { m: "v128" },
	result: "f64",
	body: ({ get, set, advance, while: loop }) => [
		loop("from", get("end"), 16, [
			set(
				"m",
				f64x2.max(
					get("m"),
					f64x2.mul(v128.load(get("from")), v128.load(get("factors"))),
				),
			),
			advance("factors", 16),
		]),
		f64.max(f64x2.lane(get("m"), 0), f64x2.lane(get("m"), 1)),
	],
};
