/** Results of a block of neurons as numbers, which cross threads cheaply. */
import type { ClosedSetFlag, ClosedSetReason } from "../../types.ts";
import { RANKED_CONCEPTS, type RankedConcepts } from "./ranking.ts";

/** Of one neuron. */
export type UnitScores = {
	readonly unit: number;
	/** Best first, at most 5; empty when there is a `reason`. */
	readonly ranked: readonly {
		readonly concept: number;
		readonly score: number;
	}[];
	readonly p95: number | null;
	readonly reason: ClosedSetReason | null;
	readonly flags: readonly ClosedSetFlag[];
};

/** `[neurons]` or `[neurons, 5]` each. */
export type ScoreSheet = {
	/** -1: no concept. */
	readonly concepts: Int32Array;
	readonly scores: Float64Array;
	/** NaN: no null. */
	readonly p95: Float64Array;
	/** 0: none; else 1 + index in `REASONS`. */
	readonly reasons: Uint8Array;
	/** 1: `unstable_mean`. */
	readonly flags: Uint8Array;
};

const REASONS: readonly ClosedSetReason[] = [
	"constant",
	"non_finite",
	"few_clips",
	"tied_top",
	"prior_undefined",
	"no_score",
];

export function createScoreSheet(neurons: number): ScoreSheet {
	return {
		concepts: new Int32Array(neurons * RANKED_CONCEPTS).fill(-1),
		scores: new Float64Array(neurons * RANKED_CONCEPTS),
		p95: new Float64Array(neurons).fill(Number.NaN),
		reasons: new Uint8Array(neurons),
		flags: new Uint8Array(neurons),
	};
}

/** The neuron at `index` has no winner. */
export function putReason(
	sheet: ScoreSheet,
	index: number,
	reason: ClosedSetReason,
): void {
	sheet.reasons[index] = 1 + REASONS.indexOf(reason);
}

/** The null of the neuron at `index`, if it has concepts; null: none. */
export function putPercentile(
	sheet: ScoreSheet,
	index: number,
	p95: number | null,
): void {
	if (sheet.reasons[index] === 0) sheet.p95[index] = p95 ?? Number.NaN;
}

/** The concepts of the neuron at `index`, or `no_score` when none has a finite score. `p95` null: no null. */
export function putRanked(
	sheet: ScoreSheet,
	index: number,
	{
		ranked,
		p95,
	}: { readonly ranked: RankedConcepts; readonly p95: number | null },
): void {
	// The best of none, or -Infinity: then no order but that of the set.
	if (ranked.count === 0 || ranked.scores[0] === Number.NEGATIVE_INFINITY) {
		putReason(sheet, index, "no_score");
		return;
	}
	const start = index * RANKED_CONCEPTS;
	for (let place = 0; place < ranked.count; place += 1) {
		sheet.concepts[start + place] = ranked.concepts[place] as number;
		sheet.scores[start + place] = ranked.scores[place] as number;
	}
	putPercentile(sheet, index, p95);
}

/** Makes every neuron with a winner one without. */
export function withdrawRanked(
	sheet: ScoreSheet,
	reason: ClosedSetReason,
): void {
	for (let index = 0; index < sheet.reasons.length; index += 1)
		if (sheet.reasons[index] === 0) putReason(sheet, index, reason);
	sheet.concepts.fill(-1);
	sheet.p95.fill(Number.NaN);
}

/** The neuron at `index`, which is `unit`. */
export function readScores(
	sheet: ScoreSheet,
	index: number,
	unit: number,
): UnitScores {
	const ranked: { concept: number; score: number }[] = [];
	const end = (index + 1) * RANKED_CONCEPTS;
	for (let place = index * RANKED_CONCEPTS; place < end; place += 1) {
		const concept = sheet.concepts[place] as number;
		if (concept < 0) break;
		ranked.push({ concept, score: sheet.scores[place] as number });
	}
	const p95 = sheet.p95[index] as number;
	return {
		unit,
		ranked,
		p95: Number.isNaN(p95) ? null : p95,
		reason: REASONS[(sheet.reasons[index] as number) - 1] ?? null,
		flags: sheet.flags[index] === 1 ? ["unstable_mean"] : [],
	};
}
