/** WPMI and soft-WPMI: products of rows of a table (a sum of logarithms is the logarithm of one product), their sums and their maxima. */
import {
	type FunctionDefinition,
	type Locals,
	when,
	whileTrue,
} from "../../../shared/kernels/assemble.ts";
import {
	type Code,
	f64,
	f64x2,
	i32,
	v128,
} from "../../../shared/kernels/instructions.ts";

/** Pairs of columns at a time: a row of the table is then read two lines of the processor's cache at a time, and the products stay in registers. */
const MOST_PAIRS = 8;
const pairsOf = (count: number): readonly number[] =>
	Array.from({ length: count }, (_, pair) => pair);

/** The products of some columns over the whole list; `table` and `out` go up by them. */
const productsOf = (
	pairs: number,
	{ get, set, advance, while: loop }: Locals,
	weighted: boolean,
): Code => {
	const factorOf = (pair: number): Code => {
		const value = v128.load(get("row"), 16 * pair);
		return weighted
			? f64x2.add(get("base"), f64x2.mul(get("weight"), value))
			: value;
	};
	return [
		...pairsOf(pairs).map((pair) => set(`p${pair}`, f64x2.splat(f64.of(1)))),
		set("p", get("list")),
		weighted ? set("q", get("coefficients")) : [],
		loop("p", get("listEnd"), 4, [
			set(
				"row",
				i32.add(get("table"), i32.mul(i32.load(get("p")), get("rowBytes"))),
			),
			weighted
				? [
						set("base", v128.loadSplat(get("q"))),
						set("weight", v128.loadSplat(get("q"), 8)),
						advance("q", 16),
					]
				: [],
			...pairsOf(pairs).map((pair) =>
				set(`p${pair}`, f64x2.mul(get(`p${pair}`), factorOf(pair))),
			),
		]),
		...pairsOf(pairs).map((pair) =>
			v128.store(get("out"), get(`p${pair}`), 16 * pair),
		),
		advance("out", 16 * pairs),
		advance("table", 16 * pairs),
	];
};

const rowProductsOf = (
	name: string,
	weighted: boolean,
): FunctionDefinition => ({
	name,
	parameters: {
		list: "i32",
		listEnd: "i32",
		table: "i32",
		rowBytes: "i32",
		...(weighted ? { coefficients: "i32" } : {}),
		out: "i32",
	},
	locals: {
		tableEnd: "i32",
		p: "i32",
		q: "i32",
		row: "i32",
		base: "v128",
		weight: "v128",
		...Object.fromEntries(
			pairsOf(MOST_PAIRS).map((pair) => [`p${pair}`, "v128" as const]),
		),
	},
	body: (locals) => {
		const { get, set } = locals;
		return [
			set("tableEnd", i32.add(get("table"), get("rowBytes"))),
			whileTrue(
				i32.geU(
					i32.sub(get("tableEnd"), get("table")),
					i32.of(16 * MOST_PAIRS),
				),
				[productsOf(MOST_PAIRS, locals, weighted)],
			),
			when(i32.ltU(get("table"), get("tableEnd")), [
				productsOf(MOST_PAIRS / 2, locals, weighted),
			]),
		];
	},
});

/** `out[c] = product over the list's clips of table[clip_j, c]`. `list`: 32-bit clip indices in [list, listEnd); `table`: float64 rows of `rowBytes`, a multiple of 64. */
export const rowProducts = rowProductsOf("rowProducts", false);

/** `out[c] = product over the list's clips of (base_j + weight_j * table[clip_j, c])`. `coefficients`: pairs (base, weight) of float64, one for each clip of the list. */
export const weightedRowProducts = rowProductsOf("weightedRowProducts", true);

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
