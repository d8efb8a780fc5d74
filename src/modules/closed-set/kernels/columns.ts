/** Columns of the cosine family: sums, cubes and products in float64, several values at a time. Addresses in bytes; ranges are multiples of 8 values. */
import type {
	FunctionDefinition,
	Locals,
} from "../../../shared/kernels/assemble.ts";
import {
	type Code,
	f64,
	f64x2,
	v128,
} from "../../../shared/kernels/instructions.ts";

const four = [0, 1, 2, 3] as const;
/** Names of four locals; each sums every fourth pair of values. */
type Partials = readonly [string, string, string, string];
const partials = (name: string): Partials => [
	`${name}0`,
	`${name}1`,
	`${name}2`,
	`${name}3`,
];
export const vectors = (names: readonly string[]): Record<string, "v128"> =>
	Object.fromEntries(names.map((name) => [name, "v128"]));

/** Two float32 at `address + offset` as float64. */
const pairAt = (address: Code, offset: number): Code =>
	f64x2.promote(v128.loadHalf(address, offset));
export const addTo = (local: string, value: Code, { get, set }: Locals): Code =>
	set(local, f64x2.add(get(local), value));
const addSquare = (local: string, value: Code, locals: Locals): Code =>
	addTo(local, f64x2.mul(value, value), locals);
export const total = ([a, b, c, d]: Partials, locals: Locals): Code => {
	const { get } = locals;
	return [
		addTo(a, get(b), locals),
		addTo(c, get(d), locals),
		addTo(a, get(c), locals),
		f64.add(f64x2.lane(get(a), 0), f64x2.lane(get(a), 1)),
	];
};

const sums = partials("s");
const squares = partials("q");

/** Sum of the float32 in [from, end), in four interleaved partial sums. */
export const sum: FunctionDefinition = {
	name: "sum",
	parameters: { from: "i32", end: "i32" },
	locals: vectors(sums),
	result: "f64",
	body: (locals) => {
		const { get, while: loop } = locals;
		return [
			loop(
				"from",
				get("end"),
				32,
				four.map((part) =>
					addTo(sums[part], pairAt(get("from"), 8 * part), locals),
				),
			),
			total(sums, locals),
		];
	},
};

/** Sum of the float32 in [from, end) and sum of their squares: two float64 to `out`. */
export const moments: FunctionDefinition = {
	name: "moments",
	parameters: { from: "i32", end: "i32", out: "i32" },
	locals: vectors(["d", ...sums, ...squares]),
	body: (locals) => {
		const { get, set, while: loop } = locals;
		return [
			loop(
				"from",
				get("end"),
				32,
				four.map((part) => [
					set("d", pairAt(get("from"), 8 * part)),
					addTo(sums[part], get("d"), locals),
					addSquare(squares[part], get("d"), locals),
				]),
			),
			f64.store(get("out"), total(sums, locals)),
			f64.store(get("out"), total(squares, locals), 8),
		];
	},
};

/** What a value enters a column as. */
export type Entry = "value" | "cube";

/**
 * Sets local `d` to one of the four pairs of the eight float32 at `from`, as float64: the values, or `(value - centre)^3` with the centre twice in local `c`.
 */
export const setEntry = (
	entry: Entry,
	{ from, pair }: { readonly from: Code; readonly pair: number },
	{ get, set }: Locals,
): Code => {
	const value = pairAt(from, 8 * pair);
	if (entry === "value") return set("d", value);
	return [
		set("d", f64x2.sub(value, get("c"))),
		set("d", f64x2.mul(f64x2.mul(get("d"), get("d")), get("d"))),
	];
};

/** Goes over the float32 in [from, end) and writes something for each to `target`; returns the sum of the squares of the entries. */
const entriesOf = (options: {
	readonly name: string;
	readonly entry: Entry;
	readonly parameters?: FunctionDefinition["parameters"];
	readonly before?: (locals: Locals) => Code;
	/** Of the pair in local `d`. */
	readonly store: (part: number, locals: Locals) => Code;
	/** Bytes of eight values. */
	readonly step: number;
}): FunctionDefinition => ({
	name: options.name,
	parameters: {
		from: "i32",
		end: "i32",
		target: "i32",
		centre: "f64",
		...options.parameters,
	},
	locals: vectors(["c", "d", "s", ...squares]),
	result: "f64",
	body: (locals) => {
		const { get, set, advance, while: loop } = locals;
		return [
			set("c", f64x2.splat(get("centre"))),
			options.before?.(locals) ?? [],
			loop("from", get("end"), 32, [
				...four.map((part) => [
					setEntry(options.entry, { from: get("from"), pair: part }, locals),
					options.store(part, locals),
					addSquare(squares[part], get("d"), locals),
				]),
				advance("target", options.step),
			]),
			total(squares, locals),
		];
	},
});

/** The entries as float64. */
const wideEntries = (name: string, entry: Entry): FunctionDefinition =>
	entriesOf({
		name,
		entry,
		store: (part, { get }) => v128.store(get("target"), get("d"), 16 * part),
		step: 64,
	});
export const widen = wideEntries("widen", "value");
export const cube = wideEntries("cube", "cube");

/** The entries times `factor`, as float32. */
const narrowEntries = (name: string, entry: Entry): FunctionDefinition =>
	entriesOf({
		name,
		entry,
		parameters: { factor: "f64" },
		before: ({ get, set }) => set("s", f64x2.splat(get("factor"))),
		store: (part, { get }) =>
			v128.storeHalf(
				get("target"),
				f64x2.demote(f64x2.mul(get("d"), get("s"))),
				8 * part,
			),
		step: 32,
	});
export const narrow = narrowEntries("narrow", "value");
export const narrowCubes = narrowEntries("narrowCubes", "cube");
/** float64 `value * factor` of [from, end), in place. */
export const scale: FunctionDefinition = {
	name: "scale",
	parameters: { from: "i32", end: "i32", factor: "f64" },
	locals: vectors(["s"]),
	body: ({ get, set, while: loop }) => [
		set("s", f64x2.splat(get("factor"))),
		loop("from", get("end"), 16, [
			v128.store(get("from"), f64x2.mul(v128.load(get("from")), get("s"))),
		]),
	],
};
