/** What is kept of a neuron equals the slow, obvious way, with ties, NaN, infinities and signed zero. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	AT,
	COLUMNS,
	HELD_OUT,
	PER_SIDE,
} from "../../../src/recordings/kept-exemplars/layout.ts";
import { createKeptRanker } from "../../../src/recordings/kept-exemplars/rank-kept.ts";

function kept(values: Float32Array) {
	const row = new Float32Array(COLUMNS);
	createKeptRanker(values.length)(values, row);
	const list = (clips: number, activations: number, length: number) =>
		Array.from({ length }, (_, index) => ({
			clip: row[clips + index] as number,
			activation: row[activations + index] as number,
		}));
	return {
		high: list(AT.highClips, AT.highActivations, PER_SIDE),
		low: list(AT.lowClips, AT.lowActivations, PER_SIDE),
		heldOut: list(AT.heldOutClips, AT.heldOutActivations, HELD_OUT),
		nonFinite: row[AT.nonFinite],
		positive: row[AT.positive],
		p95: row[AT.p95],
	};
}

/** Sorts everything, three times. */
function naively(values: Float32Array): ReturnType<typeof kept> {
	const numbers = [...values]
		.map((activation, clip) => ({ clip, activation }))
		.filter(({ activation }) => !Number.isNaN(activation));
	const order = (sign: 1 | -1) =>
		[...numbers].sort((a, b) =>
			a.activation === b.activation
				? a.clip - b.clip
				: (a.activation < b.activation ? 1 : -1) * sign,
		);
	const fill = (list: readonly (typeof numbers)[number][], length: number) =>
		Array.from(
			{ length },
			(_, index) => list[index] ?? { clip: -1, activation: Number.NaN },
		);
	const descending = order(1);
	const high = descending.slice(0, PER_SIDE);
	const low = order(-1).slice(0, PER_SIDE);
	const shown = new Set([...high, ...low].map(({ clip }) => clip));
	const n = numbers.length;
	const active = n === 0 ? 0 : Math.floor((5 * (n - 1)) / 100) + 1;
	const rest = descending
		.slice(0, active)
		.filter(({ clip }) => !shown.has(clip));
	const heldOut =
		rest.length <= HELD_OUT
			? rest
			: Array.from(
					{ length: HELD_OUT },
					(_, j) =>
						rest[
							Math.floor(((2 * j + 1) * rest.length) / (2 * HELD_OUT))
						] as (typeof rest)[number],
				);
	const ascending = descending.toReversed();
	const at = (position: number): number =>
		ascending[position]?.activation as number;
	const place = Math.floor((95 * (n - 1)) / 100);
	const share = ((95 * (n - 1)) % 100) / 100;
	return {
		high: fill(high, PER_SIDE),
		low: fill(low, PER_SIDE),
		heldOut: fill(heldOut, HELD_OUT),
		nonFinite: [...values].filter((value) => !Number.isFinite(value)).length,
		positive: [...values].filter((value) => value > 0).length,
		p95:
			n === 0
				? Number.NaN
				: Math.fround(
						share === 0
							? at(place)
							: at(place) + (at(place + 1) - at(place)) * share,
					),
	};
}

const odd = fc.constantFrom(
	0,
	-0,
	1,
	-1,
	2 ** -149,
	-(2 ** -149),
	3.4028234663852886e38,
	Number.NaN,
	Number.POSITIVE_INFINITY,
	Number.NEGATIVE_INFINITY,
);

describe("createKeptRanker", () => {
	it.each([
		["anything", fc.oneof(fc.float(), odd)],
		["ties and oddities only", odd],
		["whole numbers, many of them equal", fc.integer({ min: -3, max: 3 })],
		[
			"mostly zero, as behind a ReLU",
			fc.oneof(
				{ weight: 40, arbitrary: fc.constant(0) },
				{ weight: 1, arbitrary: fc.float({ min: 0, noNaN: true }) },
			),
		],
	])("equals sorting: %s", (_, value) => {
		fc.assert(
			fc.property(
				// Beyond 256 clips what is active is guessed from a sample.
				fc.oneof(
					fc.array(value, { minLength: 1, maxLength: 60 }),
					fc.array(value, { minLength: 256, maxLength: 700 }),
				),
				(list) => {
					const values = Float32Array.from(list);
					expect(kept(values)).toEqual(naively(values));
				},
			),
			{ numRuns: 150 },
		);
	});

	it("equals sorting when the sample misleads: high values only where it looks, or nowhere", () => {
		const clips = 2000;
		const looked = new Set(
			Array.from({ length: 128 }, (_, i) => Math.floor((i * clips) / 128)),
		);
		for (const sign of [1, -1]) {
			const values = Float32Array.from({ length: clips }, (_, clip) =>
				looked.has(clip) ? sign * (1000 + clip) : (clip * 7919) % 1009,
			);
			expect(kept(values)).toEqual(naively(values));
		}
	});

	it("holds out two clips of each tenth of the active range, none of them kept on a side", () => {
		// Rank = clip: 0 is the highest; 2,000 clips have 100 active ones.
		const values = Float32Array.from({ length: 2000 }, (_, clip) => -clip);
		const { heldOut, high } = kept(values);
		expect(high.map(({ clip }) => clip)).toEqual([
			0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
		]);
		expect(heldOut.map(({ clip }) => clip)).toEqual([
			12, 16, 21, 25, 30, 34, 39, 43, 48, 52, 57, 61, 66, 70, 75, 79, 84, 88,
			93, 97,
		]);
	});

	it("refuses more clips than its keys can tell apart", () => {
		expect(() => createKeptRanker(2 ** 21 + 1)).toThrow(RangeError);
		expect(() => createKeptRanker(0)).toThrow(RangeError);
	});
});
