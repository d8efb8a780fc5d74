/** rank-reorder for one neuron and some concepts: true ranks by counting bits instead of a sort for each pair. */
import {
	type FunctionDefinition,
	when,
} from "../../../shared/kernels/assemble.ts";
import {
	type Code,
	f32,
	f64,
	i32,
	i64,
	v128,
} from "../../../shared/kernels/instructions.ts";

/** Bytes of an entry of the bitmap: 64 bits, then how many bits are set before them (32 bits), padding. */
export const BITMAP_ENTRY = 16;
/** Bytes of an entry of the table: a clip's rank among all clips for a concept (32 bits; equal scores share the lowest), and its score (float32). */
export const RANK_ENTRY = 8;

/**
 * For every concept float64 `-(mean_i |t_i - s[r_i]|^3 / spread) / sqrt(mean_i q_i)` to `scores`, over the clips of `clips` (32-bit byte offsets
 * `RANK_ENTRY * clip` in [clips, clipsEnd), largest activation first; `n` of them).
 * `values`: t as float64, descending; s is the same ascending. `table`: a row of `rowBytes` for every concept. `ties`: 32 bits per concept, not 0 when any
 * clips share a rank: then the k-th of them in `clips` takes the k-th rank from the shared one on, so the clip with the larger activation has the lower rank.
 * `bitmap` .. `bitmapEnd` (zeros), `positions` (32 bits per listed clip) and `taken` (32 bits per clip, zeros) are scratch, left as they were.
 */
export const rankScores: FunctionDefinition = {
	name: "rankScores",
	parameters: {
		clips: "i32",
		clipsEnd: "i32",
		values: "i32",
		table: "i32",
		rowBytes: "i32",
		ties: "i32",
		tiesEnd: "i32",
		bitmap: "i32",
		bitmapEnd: "i32",
		positions: "i32",
		taken: "i32",
		scores: "i32",
		n: "f64",
		spread: "f64",
	},
	locals: {
		p: "i32",
		q: "i32",
		v: "i32",
		last: "i32",
		place: "i32",
		entry: "i32",
		count: "i32",
		sum: "f64",
		error: "f64",
		distance: "f64",
		bits: "i64",
		zero: "v128",
	},
	body: ({ get, set, advance, while: loop }) => {
		const entryOfClip = i32.add(get("table"), i32.load(get("p")));
		const entryOfPlace: Code = i32.add(
			get("bitmap"),
			i32.shl(i32.shrU(get("place"), i32.of(6)), i32.of(4)),
		);
		const bitOfPlace = i64.shl(i64.of(1), i64.extendU(get("place")));
		const takenOfPlace = i32.add(
			get("taken"),
			i32.shl(get("place"), i32.of(2)),
		);
		const addScore = set(
			"sum",
			f64.add(get("sum"), f64.promote(f32.load(get("entry"), 4))),
		);
		const setBit = [
			i32.store(get("q"), get("place")),
			advance("q", 4),
			set("entry", entryOfPlace),
			i64.store(get("entry"), i64.or(i64.load(get("entry")), bitOfPlace)),
		];
		const readEntry = [
			set("entry", entryOfClip),
			set("place", i32.load(get("entry"))),
			addScore,
		];
		const setBits = [loop("p", get("clipsEnd"), 4, [...readEntry, ...setBit])];
		const setBitsOfTies = [
			loop("p", get("clipsEnd"), 4, [
				...readEntry,
				// The next free rank of those that share this one.
				set("entry", takenOfPlace),
				set("count", i32.load(get("entry"))),
				i32.store(get("entry"), i32.add(get("count"), i32.of(1))),
				set("place", i32.add(get("place"), get("count"))),
				...setBit,
			]),
			set("p", get("clips")),
			loop("p", get("clipsEnd"), 4, [
				set("place", i32.load(entryOfClip)),
				i32.store(takenOfPlace, i32.of(0)),
			]),
		];
		const countBitsBefore = [
			set("count", i32.of(0)),
			set("p", get("bitmap")),
			loop("p", get("bitmapEnd"), BITMAP_ENTRY, [
				i32.store(get("p"), get("count"), 8),
				set(
					"count",
					i32.add(get("count"), i32.wrap(i64.popcnt(i64.load(get("p"))))),
				),
			]),
		];
		const addErrors = [
			set("error", f64.of(0)),
			set("v", get("values")),
			set("p", get("positions")),
			loop("p", get("q"), 4, [
				set("place", i32.load(get("p"))),
				set("entry", entryOfPlace),
				set(
					"bits",
					i64.and(i64.load(get("entry")), i64.sub(bitOfPlace, i64.of(1))),
				),
				set(
					"count",
					i32.add(i32.load(get("entry"), 8), i32.wrap(i64.popcnt(get("bits")))),
				),
				set(
					"distance",
					f64.abs(
						f64.sub(
							f64.load(get("v")),
							f64.load(i32.sub(get("last"), i32.shl(get("count"), i32.of(3)))),
						),
					),
				),
				set(
					"error",
					f64.add(
						get("error"),
						f64.mul(f64.mul(get("distance"), get("distance")), get("distance")),
					),
				),
				advance("v", 8),
			]),
		];
		const writeScore = f64.store(
			get("scores"),
			// 0 minus, so that a perfect order is 0 and not -0.
			f64.sub(
				f64.of(0),
				f64.div(
					f64.div(f64.div(get("error"), get("n")), get("spread")),
					f64.sqrt(f64.div(get("sum"), get("n"))),
				),
			),
		);
		return [
			// s[rank] = t[n - 1 - rank]
			set(
				"last",
				i32.sub(
					i32.add(
						get("values"),
						i32.shl(i32.sub(get("clipsEnd"), get("clips")), i32.of(1)),
					),
					i32.of(8),
				),
			),
			loop("ties", get("tiesEnd"), 4, [
				set("sum", f64.of(0)),
				set("q", get("positions")),
				set("p", get("clips")),
				when(i32.load(get("ties")), setBitsOfTies, setBits),
				...countBitsBefore,
				...addErrors,
				writeScore,
				advance("scores", 8),
				set("table", i32.add(get("table"), get("rowBytes"))),
				set("p", get("bitmap")),
				loop("p", get("bitmapEnd"), BITMAP_ENTRY, [
					v128.store(get("p"), get("zero")),
				]),
			]),
		];
	},
};
