/** cosine and cos-cubed over a layer: float32 products by onnxruntime propose the concepts, float64 decides. */
import type { MatMul } from "../../onnx/matmul.ts";
import { nullPercentile, shuffledMaxima } from "./clip-shuffle.ts";
import { SMALLEST_CUBED_NORM } from "./constants.ts";
import {
	type Engine,
	type EngineTools,
	isConstant,
	loadAndSum,
	loadRow,
	shareOf,
	viewsOf,
} from "./engine.ts";
import { createConceptRanker } from "./ranking.ts";
import { createScoreSheet, putRanked, putReason } from "./score-sheet.ts";

/** More than a float32 product of unit columns can be off; concepts this near the fifth place are scored in float64 before anything is ranked. */
const CANDIDATE_MARGIN = 1e-5;
/** A product of one row takes another path in onnxruntime, with other roundings: fewer rows are padded to this many. */
const SMALLEST_HEIGHT = 16;

export function cosineEngine(tools: EngineTools): Engine {
	const { plan, kernels, base } = tools;
	const { clips, concepts, rowValues, regions, permutations } = plan;
	const { floats, doubles, integers } = viewsOf(plan);
	const row = base + plan.scratch.row;

	const column = base + plan.scratch.columns;
	const columnEnd = column + 8 * rowValues;
	const cubed = plan.function === "cos-cubed";

	/** Clips in whole groups of 8, as the kernels take them; the padding of the last group has a cube of its own. */
	const whole = clips - (clips % 8);
	/**
	 * Writes the scratch row (its mean is `mean`) to `target` as float64, `value` or `(value - mean)^3`, and returns what it is to be multiplied with.
	 * Zeros have no cosine: NaN.
	 */
	const writeColumn = (target: number, mean: number): number => {
		const fill = (start: number, end: number): number =>
			cubed
				? kernels.cube(row + 4 * start, row + 4 * end, target + 8 * start, mean)
				: kernels.widen(row + 4 * start, row + 4 * end, target + 8 * start);
		let squares = fill(0, whole);
		if (whole < clips) {
			fill(whole, rowValues);
			doubles.fill(0, target / 8 + clips, target / 8 + rowValues);
			for (let clip = whole; clip < clips; clip += 1)
				squares += (doubles[target / 8 + clip] as number) ** 2;
		}
		const norm = Math.sqrt(squares);
		if (cubed) return 1 / Math.max(norm, SMALLEST_CUBED_NORM);
		return norm > 0 ? 1 / norm : Number.NaN;
	};
	const conceptColumn = (concept: number): number =>
		regions.table + 8 * concept * rowValues;

	const prepare = (part: number, parts: number): void => {
		const [from, to] = shareOf(concepts, part, parts);
		const [scores, start] = [regions.scores / 4, row / 4];
		for (let concept = from; concept < to; concept += 1) {
			for (let clip = 0; clip < clips; clip += 1)
				floats[start + clip] = floats[
					scores + clip * concepts + concept
				] as number;
			floats.fill(0, start + clips, start + rowValues);
			// Equal float32 values have exactly that mean in float64, so a constant column cubes to exact zeros.
			const mean = kernels.sum(row, row + 4 * rowValues) / clips;
			const target = conceptColumn(concept);
			const factor = writeColumn(target, mean);
			kernels.scale(target, target + 8 * rowValues, factor);
		}
	};

	/** The concepts as they enter the products, float32 `[clips, concepts]`; once all are prepared. */
	let byClip: Float32Array | undefined;
	const conceptsByClip = (): Float32Array => {
		if (byClip !== undefined) return byClip;
		byClip = new Float32Array(clips * concepts);
		for (let concept = 0; concept < concepts; concept += 1) {
			const start = conceptColumn(concept) / 8;
			for (let clip = 0; clip < clips; clip += 1)
				byClip[clip * concepts + concept] = doubles[start + clip] as number;
		}
		return byClip;
	};
	const orders = Array.from({ length: permutations }, (_, permutation) => {
		const start = regions.orders / 4 + permutation * clips;
		return integers.subarray(start, start + clips);
	});

	const rank = createConceptRanker();
	const limitOf = (fifth: number): number => fifth - CANDIDATE_MARGIN;
	/** Of the neuron in the scratch column. */
	let neuronScale = 0;
	const scoreOf = (concept: number): number =>
		kernels.dot(column, columnEnd, conceptColumn(concept)) * neuronScale;

	let operand = new Float32Array();
	let product: MatMul | undefined;
	return {
		prepare,
		score: async (units, rows) => {
			product ??= await tools.matMul();
			const height = Math.max(SMALLEST_HEIGHT, units.length);
			if (operand.length !== height * clips)
				operand = new Float32Array(height * clips);
			else operand.fill(0, units.length * clips);
			const rowOf = (index: number) => ({
				tools,
				floats,
				values: rows(index),
				row,
			});
			const means = new Float64Array(units.length);
			const sheet = createScoreSheet(units.length);
			for (let index = 0; index < units.length; index += 1) {
				const sum = loadAndSum(rowOf(index));
				const finite = Number.isFinite(sum);
				if (!finite || isConstant(floats, row / 4, clips)) {
					putReason(sheet, index, finite ? "constant" : "non_finite");
					operand.fill(0, index * clips, (index + 1) * clips);
					continue;
				}
				const mean = sum / clips;
				const scale = writeColumn(column, mean);
				means[index] = mean;
				// The row is not needed any more: its place takes the column in float32.
				kernels.narrow(column, columnEnd, row, scale);
				operand.set(floats.subarray(row / 4, row / 4 + clips), index * clips);
			}
			const products = await product(
				operand,
				conceptsByClip(),
				height,
				clips,
				concepts,
			);
			const maxima = await shuffledMaxima({
				neurons: operand,
				concepts: conceptsByClip(),
				clips,
				orders,
				matMul: product,
				isClosing: tools.isClosing,
			});
			for (let index = 0; index < units.length; index += 1) {
				if (sheet.reasons[index] !== 0) continue;
				// Made again: to keep all columns costs more time than that.
				loadRow(rowOf(index));
				neuronScale = writeColumn(column, means[index] as number);
				putRanked(sheet, index, {
					ranked: rank(
						products.subarray(index * concepts, (index + 1) * concepts),
						limitOf,
						scoreOf,
					),
					p95: nullPercentile(
						maxima.subarray(index * permutations, (index + 1) * permutations),
					),
				});
			}
			return sheet;
		},
	};
}
