/** The columns that cosine and cos-cubed multiply in a layer's shared memory: values as they are, or centred and cubed; those of the concepts in float64. */
import { SMALLEST_CUBED_NORM } from "./constants.ts";
import { type EngineTools, shareOf, viewsOf } from "./engine.ts";

export type LayerColumns = {
	/** Clips in whole groups of 8, as the kernels take them; the padding of the last group has a cube of its own. */
	readonly whole: number;
	/** Of the float32 values at the address `row`: what is taken off them, 0 for cosine. */
	meanOf(row: number): number;
	/** What the value at `index` of the float32 view enters a column as: itself, or `(value - mean)^3`. */
	entryOf(index: number, mean: number): number;
	/** `squares`, the sum of squares of whole groups, with those of the clips that follow; not finite when a value is not. */
	withRest(squares: number, row: number, mean: number): number;
	/** What a column with that sum of squares is to be multiplied with. Zeros have no cosine: NaN. */
	scaleOf(squares: number): number;
	/** Address of a concept's unit column in the table. */
	conceptColumn(concept: number): number;
	/** Fills a part of the table. */
	prepare(part: number, parts: number): void;
	/** The concepts as they enter the products, float32 `[clips, concepts]`; once all are prepared. */
	conceptsByClip(): Float32Array;
};

export function layerColumns(tools: EngineTools): LayerColumns {
	const { plan, kernels, base } = tools;
	const { clips, concepts, rowValues, regions } = plan;
	const { floats, doubles } = viewsOf(plan);
	const cubed = plan.function === "cos-cubed";
	const widen = cubed ? kernels.cube : kernels.widen;

	const whole = clips - (clips % 8);
	const meanOf = (row: number): number =>
		cubed ? kernels.sum(row, row + 4 * rowValues) / clips : 0;
	const entryOf = (index: number, mean: number): number => {
		const value = floats[index] as number;
		if (!cubed) return value;
		const distance = value - mean;
		return distance * distance * distance;
	};
	const withRest = (squares: number, row: number, mean: number): number => {
		let sum = squares;
		for (let clip = whole; clip < clips; clip += 1)
			sum += entryOf(row / 4 + clip, mean) ** 2;
		return sum;
	};
	const scaleOf = (squares: number): number => {
		const norm = Math.sqrt(squares);
		if (cubed) return 1 / Math.max(norm, SMALLEST_CUBED_NORM);
		return norm > 0 ? 1 / norm : Number.NaN;
	};
	const conceptColumn = (concept: number): number =>
		regions.table + 8 * concept * rowValues;

	const prepare = (part: number, parts: number): void => {
		const [from, to] = shareOf(concepts, part, parts);
		const row = base + plan.scratch.row;
		const [scores, start] = [regions.scores / 4, row / 4];
		for (let concept = from; concept < to; concept += 1) {
			for (let clip = 0; clip < clips; clip += 1)
				floats[start + clip] = floats[
					scores + clip * concepts + concept
				] as number;
			floats.fill(0, start + clips, start + rowValues);
			const target = conceptColumn(concept);
			// Equal float32 values have exactly that mean in float64, so a constant column cubes to exact zeros.
			const mean = meanOf(row);
			const squares = withRest(
				widen(row, row + 4 * whole, target, mean),
				row,
				mean,
			);
			for (let clip = whole; clip < clips; clip += 1)
				doubles[target / 8 + clip] = entryOf(start + clip, mean);
			kernels.scale(target, target + 8 * rowValues, scaleOf(squares));
			// Whatever a neuron's column has in its padding, it adds nothing.
			doubles.fill(0, target / 8 + clips, target / 8 + rowValues);
		}
	};

	const conceptsByClip = (): Float32Array => {
		const byClip = new Float32Array(clips * concepts);
		// A few clips at a time, so that what is written to stays in the cache.
		for (let from = 0; from < clips; from += 16) {
			const to = Math.min(clips, from + 16);
			for (let concept = 0; concept < concepts; concept += 1) {
				const start = conceptColumn(concept) / 8;
				for (let clip = from; clip < to; clip += 1)
					byClip[clip * concepts + concept] = doubles[start + clip] as number;
			}
		}
		return byClip;
	};

	return {
		whole,
		meanOf,
		entryOf,
		withRest,
		scaleOf,
		conceptColumn,
		prepare,
		conceptsByClip,
	};
}
