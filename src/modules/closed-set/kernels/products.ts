/** Products of rows of a table, for WPMI and soft-WPMI: a sum of logarithms is the logarithm of one product. */
import type { FunctionDefinition } from "./assemble.ts";
import { f64, f64x2, i32, v128 } from "./instructions.ts";

const parts = [0, 1, 2, 3] as const;

/**
 * `out[c] = product over the list's clips of (base_j + weight_j * table[clip_j, c])`. `list`: 32-bit clip indices in [list, listEnd); `coefficients`:
 * pairs (base, weight) of float64, one for each; `table`: float64 rows of `rowBytes`, a multiple of 64.
 */
export const rowProducts: FunctionDefinition = {
	name: "rowProducts",
	parameters: {
		list: "i32",
		listEnd: "i32",
		table: "i32",
		rowBytes: "i32",
		coefficients: "i32",
		out: "i32",
	},
	locals: {
		tableEnd: "i32",
		p: "i32",
		q: "i32",
		row: "i32",
		base: "v128",
		weight: "v128",
		p0: "v128",
		p1: "v128",
		p2: "v128",
		p3: "v128",
	},
	body: ({ get, set, advance, while: loop }) => [
		set("tableEnd", i32.add(get("table"), get("rowBytes"))),
		loop("table", get("tableEnd"), 64, [
			...parts.map((part) => set(`p${part}`, f64x2.splat(f64.of(1)))),
			set("p", get("list")),
			set("q", get("coefficients")),
			loop("p", get("listEnd"), 4, [
				set(
					"row",
					i32.add(get("table"), i32.mul(i32.load(get("p")), get("rowBytes"))),
				),
				set("base", v128.loadSplat(get("q"))),
				set("weight", v128.loadSplat(get("q"), 8)),
				...parts.map((part) =>
					set(
						`p${part}`,
						f64x2.mul(
							get(`p${part}`),
							f64x2.add(
								get("base"),
								f64x2.mul(get("weight"), v128.load(get("row"), 16 * part)),
							),
						),
					),
				),
				advance("q", 16),
			]),
			...parts.map((part) =>
				v128.store(get("out"), get(`p${part}`), 16 * part),
			),
			advance("out", 64),
		]),
	],
};
