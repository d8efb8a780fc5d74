/** WPMI and soft-WPMI over a layer: products of table rows, one logarithm per score, a prior over all finite neurons of the layer. */
import { nullPercentile } from "./clip-shuffle.ts";
import { mutualInformation } from "./constants.ts";
import {
	type Engine,
	type EngineTools,
	isConstant,
	momentsOf,
	shareOf,
	viewsOf,
} from "./engine.ts";
import { createConceptRanker } from "./ranking.ts";
import { createScoreSheet, putRanked, putReason } from "./score-sheet.ts";
import { createTopClipSelector } from "./top-clips.ts";

/** What is known of a neuron once its activations have been read. */
const STATE = { ok: 1, constant: 2, nonFinite: 3 } as const;
/** Larger than the relative rounding of a product; concepts this near the fifth place are ranked by their logarithms. */
const CANDIDATE_MARGIN = 1e-9;

export function informationEngine(tools: EngineTools): Engine {
	const { plan, kernels, base } = tools;
	const { clips, concepts, width, regions, scratch, permutations, top } = plan;
	const { floats, doubles, integers, bytes } = viewsOf(plan);
	if (plan.function !== "wpmi" && plan.function !== "soft-wpmi")
		throw new RangeError(`no prior for ${plan.function}`);
	const form = mutualInformation(plan.function, clips);
	/** Else every factor is `base + q` with the same base, and the table has just that. */
	const weighted = plan.function === "soft-wpmi";
	const rowBytes = 8 * width;
	const results = base + scratch.results;
	const list = base + scratch.list;

	/** Where the products of a neuron without shuffling are kept. */
	const placeOf = (unit: number): number =>
		regions.products === null ? results : regions.products + unit * rowBytes;
	/** Writes the products of a neuron, unshuffled (0) or by a permutation (1 and up), to `target`. */
	const multiply = (
		unit: number,
		permutation: number,
		target: number,
	): void => {
		const own = regions.lists + 4 * top * unit;
		let from = own;
		if (permutation > 0) {
			from = list;
			const order = regions.orders / 4 + (permutation - 1) * clips;
			for (let j = 0; j < top; j += 1)
				integers[list / 4 + j] = integers[
					order + (integers[own / 4 + j] as number)
				] as number;
		}
		const end = from + 4 * top;
		if (weighted)
			kernels.weightedRowProducts(
				from,
				end,
				regions.table,
				rowBytes,
				regions.coefficients,
				target,
			);
		else kernels.rowProducts(from, end, regions.table, rowBytes, target);
	};
	const factors = doubles.subarray(
		regions.factors / 8,
		regions.factors / 8 + concepts,
	);
	const ratios = new Float64Array(concepts);
	/** Of the factors. */
	let logarithms = new Float64Array();
	/** Index into `doubles` of the products being ranked. */
	let products = 0;
	const rank = createConceptRanker({
		concepts,
		limitOf: (fifth) => fifth * (1 - CANDIDATE_MARGIN),
		scoreAll: (candidates, count, exact) => {
			for (let index = 0; index < count; index += 1) {
				const concept = candidates[index] as number;
				exact[index] =
					Math.log(doubles[products + concept] as number) +
					(logarithms[concept] as number);
			}
		},
	});
	const select = createTopClipSelector({ plan, kernels, floats, base });

	return {
		prepare: (part, parts) => {
			const [from, to] = shareOf(clips, part, parts);
			for (let clip = from; clip < to; clip += 1) {
				const start = regions.scores / 4 + clip * concepts;
				const row = regions.table / 8 + clip * width;
				writeSoftmax(
					floats.subarray(start, start + concepts),
					form.scale,
					doubles.subarray(row, row + concepts),
				);
				if (!weighted)
					for (let place = row; place < row + concepts; place += 1)
						doubles[place] =
							(form.base[0] as number) + (doubles[place] as number);
			}
			if (part > 0) return;
			for (const [j, weight] of form.weight.entries())
				doubles.set(
					[form.base[j] as number, weight],
					regions.coefficients / 8 + 2 * j,
				);
		},
		sumProducts: (units, rows) => {
			const sums = base + scratch.sums;
			doubles.fill(0, sums / 8, sums / 8 + width);
			let neurons = 0;
			for (const [index, unit] of units.entries()) {
				if (tools.isClosing()) break;
				const row = rows(index);
				const moments = momentsOf(tools, doubles, row);
				if (moments === null) {
					bytes[regions.states + unit] = STATE.nonFinite;
					continue;
				}
				bytes[regions.states + unit] = isConstant(floats, row / 4, clips)
					? STATE.constant
					: STATE.ok;
				neurons += 1;
				select(row, moments, regions.lists + 4 * top * unit);
				const target = placeOf(unit);
				multiply(unit, 0, target);
				kernels.accumulate(target, target + rowBytes, sums);
			}
			return { sums: doubles.slice(sums / 8, sums / 8 + width), neurons };
		},
		score: async (units) => {
			const maxima = new Float64Array(permutations);
			const sheet = createScoreSheet(units.length);
			// Known since all products have been summed.
			if (logarithms.length === 0) logarithms = factors.map(Math.log);
			for (const [index, unit] of units.entries()) {
				if (tools.isClosing()) break;
				const state = bytes[regions.states + unit];
				if (state !== STATE.ok) {
					putReason(
						sheet,
						index,
						state === STATE.constant ? "constant" : "non_finite",
					);
					continue;
				}
				products = placeOf(unit) / 8;
				if (regions.products === null) multiply(unit, 0, results);
				for (let concept = 0; concept < concepts; concept += 1)
					ratios[concept] =
						(doubles[products + concept] as number) *
						(factors[concept] as number);
				// Ranked before the shuffled products take the place of these.
				const ranked = rank(ratios, 0);
				for (
					let permutation = 1;
					permutation <= permutations;
					permutation += 1
				) {
					multiply(unit, permutation, results);
					maxima[permutation - 1] = Math.log(
						kernels.largestProduct(
							results,
							results + rowBytes,
							regions.factors,
						),
					);
				}
				putRanked(sheet, index, { ranked, p95: nullPercentile(maxima) });
			}
			return sheet;
		},
	};
}

/**
 * `mean ^ -lambda` of each concept, from the sums of products `[width]` over `neurons` neurons: what a product is multiplied with, shuffled or not,
 * so that its logarithm is `l - lambda * prior`. Padding gets 0.
 */
export function priorFactors(options: {
	readonly sums: Float64Array;
	readonly neurons: number;
	readonly concepts: number;
	readonly lambda: number;
}): Float64Array {
	const { sums, neurons, concepts, lambda } = options;
	return sums.map((sum, index) =>
		index < concepts ? Math.exp(-lambda * Math.log(sum / neurons)) : 0,
	);
}

/** `exp(scale x) / sum exp(scale x)`, shifted by the maximum so that nothing overflows. */
function writeSoftmax(
	values: Float32Array,
	scale: number,
	target: Float64Array,
): void {
	let largest = Number.NEGATIVE_INFINITY;
	for (const value of values) if (value > largest) largest = value;
	let sum = 0;
	for (let index = 0; index < values.length; index += 1) {
		const power = Math.exp(scale * ((values[index] as number) - largest));
		target[index] = power;
		sum += power;
	}
	for (let index = 0; index < values.length; index += 1)
		target[index] = (target[index] as number) / sum;
}
