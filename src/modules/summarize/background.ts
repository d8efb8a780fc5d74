/** What is usual in a probe set: how often words occur in its captions, how near its clauses are to a given one. Against this the describer decides what is worth saying. */
import { forgetOldest } from "../../shared/forget-oldest.ts";
import {
	cosine,
	quantileOfSorted,
	wilsonInterval,
} from "../../shared/statistics.ts";
import type { CaptionAnalysis } from "./caption-analysis.ts";

/** Clauses whose cosines to the whole set are remembered: 8 kB each with 1,000 captions. */
const remembered = 5000;

export type Background = {
	/** Captions looked at. */
	readonly captions: number;
	/** Lowest plausible share of captions with the key, in [0, 1]. */
	shareOfKey(key: string): number;
	shareOfQuality(quality: string): number;
	/** Lowest plausible share of captions that have a clause with at least this cosine to the clause with this vector. */
	shareNear(text: string, vector: Float32Array, atLeast: number): number;
	/** Median cosine of clauses of two captions: the zero point of this embedder's scale. */
	readonly typicalCosine: number;
};

/**
 * Measures the background. `analyses` are the probe set's captions (or an even sample), `vectorOf` gives the vector of a clause text.
 * Shares are lower ends of Wilson 95 % intervals, so that a small probe set, which cannot show that a word is common, gets the benefit
 * of the doubt.
 */
export function measureBackground(
	analyses: readonly CaptionAnalysis[],
	vectorOf: (text: string) => Float32Array,
): Background {
	const count = analyses.length;
	const share = (matching: number): number =>
		wilsonInterval(matching, count)?.[0] ?? 0;
	const keys = countAll(analyses.map((analysis) => analysis.keys));
	const qualities = countAll(analyses.map((analysis) => analysis.qualities));
	const vectors = analyses.map(({ clauses }) =>
		clauses.map(({ text }) => vectorOf(text)),
	);
	const nearest = new Map<string, Float64Array>();
	const nearestTo = (text: string, vector: Float32Array): Float64Array => {
		const known = nearest.get(text);
		if (known !== undefined) return known;
		const values = Float64Array.from(vectors, (clauses) =>
			bestCosine(vector, clauses),
		).sort();
		nearest.set(text, values);
		forgetOldest(nearest, remembered);
		return values;
	};
	return {
		captions: count,
		shareOfKey: (key) => share(keys.get(key) ?? 0),
		shareOfQuality: (quality) => share(qualities.get(quality) ?? 0),
		shareNear: (text, vector, atLeast) =>
			share(countAtLeast(nearestTo(text, vector), atLeast)),
		typicalCosine: medianCosine(vectors),
	};
}

/** Probability that at least `successes` of `n` independent captions have what a share `p` of all captions has (binomial tail). */
export function chanceOfSupport(
	n: number,
	successes: number,
	p: number,
): number {
	let tail = 0;
	let choose = 1;
	for (let k = n; k >= successes; k -= 1) {
		tail += choose * p ** k * (1 - p) ** (n - k);
		choose = (choose * k) / (n - k + 1);
	}
	return tail;
}

/** Largest cosine of `vector` to any of `others`; -1 when there are none or none is defined. */
export function bestCosine(
	vector: Float32Array,
	others: readonly Float32Array[],
): number {
	let best = -1;
	for (const other of others) {
		const value = cosine(vector, other);
		if (value > best) best = value;
	}
	return best;
}

function countAll(sets: readonly ReadonlySet<string>[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const set of sets)
		for (const item of set) counts.set(item, (counts.get(item) ?? 0) + 1);
	return counts;
}

/** Of values sorted ascending. */
function countAtLeast(sorted: Float64Array, least: number): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle] as number) >= least) high = middle;
		else low = middle + 1;
	}
	return sorted.length - low;
}

/** Each caption's first clause against that of the caption half the set away: pairs that have nothing to do with each other. */
function medianCosine(vectors: readonly (readonly Float32Array[])[]): number {
	const firsts = vectors.flatMap((clauses) => clauses.slice(0, 1));
	const half = firsts.length >> 1;
	const values = firsts
		.slice(0, half)
		.map((vector, index) => cosine(vector, firsts[index + half] ?? vector))
		.filter((value) => Number.isFinite(value))
		.sort((a, b) => a - b);
	return values.length === 0 ? 0 : quantileOfSorted(values, 0.5);
}
