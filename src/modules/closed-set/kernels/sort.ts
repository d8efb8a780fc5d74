/** Sorting the keys of the best clips, largest first: short runs by a network, then merges. */
import {
	type FunctionDefinition,
	whileTrue,
} from "../../../shared/kernels/assemble.ts";
import {
	type Code,
	i32,
	i64,
	i64x2,
	v128,
} from "../../../shared/kernels/instructions.ts";

/** Keys in a run. */
export const RUN_KEYS = 8;
const KEY_BYTES = 8;
/** Two runs are sorted side by side, one in each lane of the vectors. */
const RUN_PAIR_BYTES = 2 * RUN_KEYS * KEY_BYTES;
/** Smaller than every key. */
const SMALLEST = [0x42, ...Array<number>(9).fill(0x80), 0x7f];

/** Pairs of places compared in turn: a sorting network of 19 comparisons, the fewest that sort any eight values (the test tries all zeros and ones). */
const NETWORK = [
	[0, 2],
	[1, 3],
	[4, 6],
	[5, 7],
	[0, 4],
	[1, 5],
	[2, 6],
	[3, 7],
	[0, 1],
	[2, 3],
	[4, 5],
	[6, 7],
	[2, 4],
	[3, 5],
	[1, 4],
	[3, 6],
	[1, 2],
	[3, 4],
	[5, 6],
] as const;

/**
 * Sorts the keys in [from, end) in runs of 8, in pairs of runs. The last pair is filled up with keys smaller than all others, which are written from `end`
 * on; returns the end of these.
 */
export const sortRuns: FunctionDefinition = {
	name: "sortRuns",
	parameters: { from: "i32", end: "i32" },
	locals: {
		last: "i32",
		less: "v128",
		...Object.fromEntries(
			Array.from({ length: RUN_KEYS }, (_, key) => [
				`k${key}`,
				"v128" as const,
			]),
		),
	},
	result: "i32",
	body: ({ get, set, while: loop }) => {
		const key = (place: number): Code => get(`k${place}`);
		return [
			set(
				"last",
				i32.add(
					get("from"),
					i32.and(
						i32.add(
							i32.sub(get("end"), get("from")),
							i32.of(RUN_PAIR_BYTES - 1),
						),
						i32.of(-RUN_PAIR_BYTES),
					),
				),
			),
			loop("end", get("last"), KEY_BYTES, [i64.store(get("end"), SMALLEST)]),
			loop("from", get("last"), RUN_PAIR_BYTES, [
				...Array.from({ length: RUN_KEYS }, (_, place) =>
					set(`k${place}`, v128.load(get("from"), 16 * place)),
				),
				// Arithmetic instead of a jump: the bits in which two keys differ go to the other where the first is less.
				...NETWORK.map(([a, b]) => [
					set(
						"less",
						v128.and(v128.xor(key(a), key(b)), i64x2.ltS(key(a), key(b))),
					),
					set(`k${a}`, v128.xor(key(a), get("less"))),
					set(`k${b}`, v128.xor(key(b), get("less"))),
				]),
				...[0, 2, 4, 6].flatMap((place) => [
					v128.store(
						get("from"),
						i64x2.firsts(key(place), key(place + 1)),
						KEY_BYTES * place,
					),
					v128.store(
						get("from"),
						i64x2.seconds(key(place), key(place + 1)),
						KEY_BYTES * (RUN_KEYS + place),
					),
				]),
			]),
			get("last"),
		];
	},
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
