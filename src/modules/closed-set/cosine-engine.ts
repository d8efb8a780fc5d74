/** cosine and cos-cubed over a layer: float32 products by onnxruntime propose the concepts, float64 decides. */
import { nullPercentile, shuffledMaxima } from "./clip-shuffle.ts";
import {
	type Engine,
	type EngineTools,
	isConstant,
	viewsOf,
} from "./engine.ts";
import { DOTS } from "./kernels/dots.ts";
import { layerColumns } from "./layer-columns.ts";
import type { RowSource } from "./layer-rows.ts";
import { createConceptRanker } from "./ranking.ts";
import {
	createScoreSheet,
	putRanked,
	putReason,
	type ScoreSheet,
} from "./score-sheet.ts";

/** More than a float32 product of unit columns can be off; concepts this near the fifth place are scored in float64 before anything is ranked. */
const CANDIDATE_MARGIN = 1e-5;
/** A product of one row takes another path in onnxruntime, with other roundings: fewer rows are padded to this many. */
const SMALLEST_HEIGHT = 16;
/** Neurons at a time without a null. onnxruntime multiplies fewer rows more slowly, and more rows no faster. */
const PART_UNITS = 128;

/** Lengths of columns whose float32 values can enter a product as they are: far from the ends of the range of float32. */
const PLAIN_NORMS = { least: 2 ** -60, most: 2 ** 60 } as const;

export function cosineEngine(tools: EngineTools): Engine {
	const { plan, kernels, base } = tools;
	const { clips, concepts, rowValues, regions, permutations } = plan;
	const { floats, doubles, integers } = viewsOf(plan);
	const columns = layerColumns(tools);
	const { whole, meanOf, entryOf, withRest, scaleOf, conceptColumn } = columns;
	const [narrow, dots] =
		plan.function === "cos-cubed"
			? [kernels.narrowCubes, kernels.dotsOfCubes]
			: [kernels.narrow, kernels.dots];

	const orders = Array.from({ length: permutations }, (_, permutation) => {
		const start = regions.orders / 4 + permutation * clips;
		return integers.subarray(start, start + clips);
	});

	/** The neuron that is ranked. */
	const current = { row: 0, mean: 0, scale: 0, factor: 0 };
	const numbers = base + plan.scratch.numbers;
	const rank = createConceptRanker({
		concepts,
		limitOf: (fifth) =>
			fifth - (CANDIDATE_MARGIN * current.factor) / current.scale,
		scoreAll: (candidates, count, exact) => {
			const { row, mean, scale } = current;
			for (let from = 0; from < count; from += DOTS) {
				// The last one again when there are fewer.
				const column = (place: number): number =>
					conceptColumn(
						candidates[Math.min(from + place, count - 1)] as number,
					);
				dots(
					row,
					row + 4 * rowValues,
					mean,
					numbers,
					column(0),
					column(1),
					column(2),
					column(3),
					column(4),
				);
				const to = Math.min(count, from + DOTS);
				for (let index = from; index < to; index += 1)
					exact[index] =
						(doubles[numbers / 8 + index - from] as number) * scale;
			}
		},
	});

	const narrowed = base + plan.scratch.narrowed;
	const narrowedColumn = floats.subarray(narrowed / 4, narrowed / 4 + clips);
	/** Writes the column at `row` in float32, times `factor`, to the scratch, and returns the sum of its squares in float64, without the factor. */
	const narrowColumn = (row: number, mean: number, factor: number): number => {
		const squares = narrow(row, row + 4 * whole, narrowed, mean, factor);
		for (let clip = whole; clip < clips; clip += 1)
			narrowedColumn[clip] = entryOf(row / 4 + clip, mean) * factor;
		return withRest(squares, row, mean);
	};
	/** Of the part, a neuron a row, and what `writeOperand` says of each. */
	let operand = new Float32Array();
	let means = new Float64Array();
	/** NaN: no winner. */
	let scales = new Float64Array();
	let factors = new Float64Array();

	/**
	 * Writes the column of the neuron at `row` to the operand, the mean that is taken off, what makes a unit column of it, and what it is multiplied with in
	 * the operand: nothing where float32 can hold it and no null wants unit columns. Returns why there is no winner, if so.
	 */
	const writeOperand = (
		row: number,
		place: number,
	): "non_finite" | "constant" | null => {
		const mean = meanOf(row);
		const squares = narrowColumn(row, mean, 1);
		if (!Number.isFinite(squares)) return "non_finite";
		if (isConstant(floats, row / 4, clips)) return "constant";
		const scale = scaleOf(squares);
		const norm = Math.sqrt(squares);
		const plain =
			permutations === 0 &&
			norm >= PLAIN_NORMS.least &&
			norm <= PLAIN_NORMS.most;
		if (!plain) narrowColumn(row, mean, scale);
		operand.set(narrowedColumn, place * clips);
		means[place] = mean;
		scales[place] = scale;
		factors[place] = plain ? 1 : scale;
		return null;
	};

	/** The product with the concepts, and the concepts for the null; once all are prepared. */
	const openProduct = async () => {
		const byClip = columns.conceptsByClip();
		const product = await tools.products.productWith(byClip, clips, concepts);
		return {
			product,
			shuffled:
				permutations === 0
					? null
					: { concepts: byClip, matMul: await tools.products.matMul() },
		};
	};
	let opening: ReturnType<typeof openProduct> | undefined;
	/** Results of the neurons [from, to) of the block, to the sheet. */
	const scorePart = async (
		sheet: ScoreSheet,
		from: number,
		to: number,
		rows: RowSource,
	): Promise<void> => {
		opening ??= openProduct();
		const { product, shuffled } = await opening;
		const count = to - from;
		const height = Math.max(SMALLEST_HEIGHT, count);
		if (operand.length !== height * clips) {
			operand = new Float32Array(height * clips);
			means = new Float64Array(height);
			scales = new Float64Array(height);
			factors = new Float64Array(height);
		} else operand.fill(0, count * clips);
		for (let place = 0; place < count; place += 1) {
			const reason = writeOperand(rows(from + place), place);
			if (reason === null) continue;
			putReason(sheet, from + place, reason);
			operand.fill(0, place * clips, (place + 1) * clips);
			scales[place] = Number.NaN;
		}
		const products = await product.run(operand, height);
		const maxima =
			shuffled === null
				? null
				: await shuffledMaxima({
						...shuffled,
						neurons: operand,
						clips,
						orders,
						isClosing: tools.isClosing,
					});
		for (let place = 0; place < count; place += 1) {
			const scale = scales[place] as number;
			if (Number.isNaN(scale)) continue;
			current.row = rows(from + place);
			current.mean = means[place] as number;
			current.scale = scale;
			current.factor = factors[place] as number;
			putRanked(sheet, from + place, {
				ranked: rank(products, place * concepts),
				p95:
					maxima === null
						? null
						: nullPercentile(
								maxima.subarray(
									place * permutations,
									(place + 1) * permutations,
								),
							),
			});
		}
	};

	return {
		prepare: columns.prepare,
		score: async (units, rows) => {
			const sheet = createScoreSheet(units.length);
			// Shuffled concepts are laid out for the whole block, because that takes time of its own.
			const size = permutations === 0 ? PART_UNITS : units.length;
			for (let from = 0; from < units.length; from += size) {
				if (tools.isClosing()) break;
				await scorePart(sheet, from, Math.min(units.length, from + size), rows);
			}
			return sheet;
		},
		close: async () => {
			const opened = await opening?.catch(() => undefined);
			await opened?.product.close();
		},
	};
}
