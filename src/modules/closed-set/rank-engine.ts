/** rank-reorder over a layer: every clip is ranked once per concept, a neuron's few clips then by counting bits. */
import type { ClosedSetReason } from "../../types.ts";
import { nullPercentile } from "./clip-shuffle.ts";
import { RANK_REORDER } from "./constants.ts";
import {
	type Engine,
	type EngineTools,
	isConstant,
	momentsOf,
	shareOf,
	viewsOf,
} from "./engine.ts";
import { RANK_ENTRY } from "./kernels/rank-scores.ts";
import { bitmapBytes } from "./layer-memory.ts";
import { createConceptRanker } from "./ranking.ts";
import {
	createScoreSheet,
	putPercentile,
	putRanked,
	putReason,
} from "./score-sheet.ts";
import { createTopClipSelector } from "./top-clips.ts";

/** Ranks of a few concepts that stay in the second-level cache of a processor while a block of neurons is compared with them. */
const TILE_BYTES = 2 ** 17;
/** Room for a clip index below the bits of a score in an integer that float64 holds exactly. */
const CLIP_ROOM = 2 ** 21;

export function rankEngine(tools: EngineTools): Engine {
	const { plan, kernels, base } = tools;
	const { clips, concepts, width, regions, scratch, permutations, top } = plan;
	if (clips > CLIP_ROOM)
		throw new RangeError(
			`Expected at most ${CLIP_ROOM} clips for rank-reorder, got \`${clips}\``,
		);
	const { floats, doubles, integers } = viewsOf(plan);
	const list = (index: number): number => base + scratch.list + 4 * top * index;
	const valuesOf = (index: number): number =>
		base + scratch.columns + 8 * top * index;
	const resultsOf = (index: number): number =>
		base + scratch.results + 8 * width * index;
	const tileConcepts = Math.max(
		1,
		Math.floor(TILE_BYTES / (RANK_ENTRY * clips)),
	);
	const select = createTopClipSelector({ plan, kernels, floats, base });

	/** The top clips of the neuron at `index` of the block and their activations, or why there is nothing to compare. */
	const choose = (index: number, row: number): Chosen | ClosedSetReason => {
		const moments = momentsOf(tools, doubles, row);
		if (moments === null) return "non_finite";
		if (isConstant(floats, row / 4, clips)) return "constant";
		// One clip has no spread: nothing to compare an error with.
		if (top < 2) return "few_clips";
		const target = list(index);
		select(row, moments, target);
		const chosen = integers.slice(target / 4, target / 4 + top);
		const start = valuesOf(index) / 8;
		const activations = doubles.subarray(start, start + top);
		for (let j = 0; j < top; j += 1)
			activations[j] = floats[row / 4 + (chosen[j] as number)] as number;
		const spread = meanCubedDistance(activations);
		return spread === 0 ? "tied_top" : { index, clips: chosen, spread };
	};
	/** Scores of these neurons and all concepts, to their results; `order` null: without shuffling. */
	const compare = (
		block: readonly Chosen[],
		order: Int32Array | null,
	): void => {
		for (const { index, clips: chosen } of block) {
			const start = list(index) / 4;
			for (let j = 0; j < top; j += 1) {
				const clip = chosen[j] as number;
				integers[start + j] =
					RANK_ENTRY * (order === null ? clip : (order[clip] as number));
			}
		}
		// A few concepts for all neurons, then the next few: their ranks stay in the processor's cache.
		for (let from = 0; from < concepts; from += tileConcepts) {
			if (tools.isClosing()) return;
			const to = Math.min(concepts, from + tileConcepts);
			for (const { index, spread } of block)
				kernels.rankScores(
					list(index),
					list(index) + 4 * top,
					valuesOf(index),
					regions.ranks + RANK_ENTRY * clips * from,
					RANK_ENTRY * clips,
					regions.ties + 4 * from,
					regions.ties + 4 * to,
					base + scratch.bitmap,
					base + scratch.bitmap + bitmapBytes(clips),
					base + scratch.positions,
					base + scratch.taken,
					resultsOf(index) + 8 * from,
					top,
					spread,
				);
		}
	};
	const scoresOf = ({ index }: Chosen): Float64Array => {
		const start = resultsOf(index) / 8;
		return doubles.subarray(start, start + concepts);
	};
	/** Index into `doubles` of the scores being ranked. */
	let ranking = 0;
	const rank = createConceptRanker({
		concepts,
		limitOf: (fifth) => fifth,
		scoreAll: (candidates, count, exact) => {
			for (let index = 0; index < count; index += 1)
				exact[index] = doubles[
					ranking + (candidates[index] as number)
				] as number;
		},
	});
	/** The score of the clip is in the second half of an entry. */
	const scoreAt = (concept: number, clip: number): number =>
		floats[
			(regions.ranks + RANK_ENTRY * (concept * clips + clip)) / 4 + 1
		] as number;
	/** The mean is near 0 only because scores of both signs cancel out. */
	const isUnstable = (concept: number, chosen: Int32Array): boolean => {
		let [sum, negative, positive] = [0, false, false];
		for (const clip of chosen) {
			const score = scoreAt(concept, clip);
			sum += score;
			negative ||= score < 0;
			positive ||= score > 0;
		}
		return (
			Math.abs(sum / top) < RANK_REORDER.unstableMean && negative && positive
		);
	};

	return {
		prepare: (part, parts) => {
			const [from, to] = shareOf(concepts, part, parts);
			const keys = new Float64Array(clips);
			const entryOf = (concept: number, clip: number): number =>
				(regions.ranks + RANK_ENTRY * (concept * clips + clip)) / 4;
			for (let concept = from; concept < to; concept += 1) {
				for (let clip = 0; clip < clips; clip += 1) {
					const entry = entryOf(concept, clip);
					const score = regions.scores / 4 + clip * concepts + concept;
					// Adding 0 makes 0 of -0.
					floats[entry + 1] = (floats[score] as number) + 0;
					const bits = integers[entry + 1] as number;
					const ordered = bits ^ ((bits >> 31) & 0x7fffffff);
					keys[clip] = (ordered + 2 ** 31) * CLIP_ROOM + clip;
				}
				keys.sort();
				let shared = 0;
				for (let place = 0; place < clips; place += 1) {
					const key = keys[place] as number;
					const before = place === 0 ? -1 : (keys[place - 1] as number);
					if (Math.floor(key / CLIP_ROOM) === Math.floor(before / CLIP_ROOM))
						integers[regions.ties / 4 + concept] = 1;
					else shared = place;
					integers[entryOf(concept, key % CLIP_ROOM)] = shared;
				}
			}
		},
		score: async (units, rows) => {
			const sheet = createScoreSheet(units.length);
			const block: Chosen[] = [];
			for (let index = 0; index < units.length; index += 1) {
				const chosen = choose(index, rows(index));
				if (typeof chosen === "string") putReason(sheet, index, chosen);
				else block.push(chosen);
			}
			compare(block, null);
			for (const chosen of block) {
				ranking = resultsOf(chosen.index) / 8;
				const ranked = rank(doubles, ranking);
				putRanked(sheet, chosen.index, { ranked, p95: null });
				for (let place = 0; place < ranked.count; place += 1)
					if (isUnstable(ranked.concepts[place] as number, chosen.clips))
						sheet.flags[chosen.index] = 1;
			}
			const maxima = new Float64Array(block.length * permutations);
			for (let permutation = 0; permutation < permutations; permutation += 1) {
				const start = regions.orders / 4 + permutation * clips;
				compare(block, integers.subarray(start, start + clips));
				for (const [place, chosen] of block.entries())
					maxima[place * permutations + permutation] = largestOf(
						scoresOf(chosen),
					);
			}
			for (const [place, { index }] of block.entries())
				putPercentile(
					sheet,
					index,
					nullPercentile(
						maxima.subarray(place * permutations, (place + 1) * permutations),
					),
				);
			return sheet;
		},
	};
}

/** A neuron of the block that can be compared. */
type Chosen = {
	readonly index: number;
	/** Largest activation first. */
	readonly clips: Int32Array;
	readonly spread: number;
};

/**
 * `(1/n^2) sum_ij |t_i - t_j|^3` of values in descending order: the expectation of the mean cubed distance to a random order. In one pass: with
 * D_p = sum over the values so far of (value - t)^p, going down by a gap g makes D_3 of D_3 + 3 g D_2 + 3 g^2 D_1 + n g^3. All terms are >= 0: nothing
 * cancels out.
 */
function meanCubedDistance(descending: Float64Array): number {
	let first = 0;
	let second = 0;
	let third = 0;
	let total = 0;
	for (let count = 1; count < descending.length; count += 1) {
		const gap =
			(descending[count - 1] as number) - (descending[count] as number);
		third += 3 * gap * second + 3 * gap * gap * first + count * gap * gap * gap;
		second += 2 * gap * first + count * gap * gap;
		first += count * gap;
		total += third;
	}
	return (2 * total) / descending.length ** 2;
}

function largestOf(values: Float64Array): number {
	let largest = Number.NEGATIVE_INFINITY;
	for (const value of values) if (value > largest) largest = value;
	return largest;
}
