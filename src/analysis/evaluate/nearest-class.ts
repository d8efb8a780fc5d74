/** Does a text about an output neuron lie nearest to the neuron's own class name? For calibrated summaries, and for the captions they were made from. */
import { conceptText, meanDirection } from "../../embeddings/texts.ts";
import { cosine, wilsonInterval } from "../../shared/statistics.ts";
import { shuffledMean } from "./score.ts";

type NearestClassFigure = {
	/** Units whose own class is the nearest. */
	readonly correct: number;
	/** Units that were looked at; failed ones are not among them. */
	readonly of: number;
	/** Of these, units without a text: never correct, neither here nor under the null. */
	readonly without: number;
	/** Units whose description failed: not counted. */
	readonly failed: number;
	/** correct / of, in [0, 1]; null when no unit was looked at. */
	readonly value: number | null;
	readonly reason?: "no_valid_units";
	/** Wilson, of `value`. */
	readonly ci95: readonly [number, number] | null;
	/** 1 / classes. */
	readonly chance: number;
	/** Mean of `value` over 1,000 seeded permutations of the classes over the units. */
	readonly null: {
		readonly value: number | null;
		readonly kind: "shuffled_labels";
	};
	readonly seed: number;
	/** Per unit the nearest class name, equal cosines by lower class index; null without a text. */
	readonly nearest: readonly (string | null)[];
};

export type NearestClassAccuracy = {
	/** From the calibrated summaries. */
	readonly summary: NearestClassFigure;
	/** From the captions of the shown high exemplars: what a summary has to beat. */
	readonly captions: NearestClassFigure;
};

export type NearestClassOptions = {
	/** All classes of the network, in the order of its output units; underscores count as spaces. */
	readonly classNames: readonly string[];
	/** Output unit of each entry of `summaries` and `captions`; default 0, 1, 2 ... */
	readonly units?: readonly number[] | undefined;
	/** Kept sentences per unit; empty: no summary, or nothing left of it. */
	readonly summaries: readonly (readonly string[])[];
	/** Units that are not in the lists because their description failed. Default 0. */
	readonly failed?: number | undefined;
	/** Captions of the shown high exemplars per unit. */
	readonly captions: readonly (readonly string[])[];
	/** Vectors of texts in order; `EmbeddingModel.embed` will do. */
	readonly embed: (texts: readonly string[]) => Promise<Float32Array[]>;
	/** Of the label permutations; integer. */
	readonly seed: number;
};

/**
 * A summary is embedded as one text, its kept sentences in order with a space between; captions as the mean of their unit-length vectors, scaled to unit length.
 * The nearest class has the largest cosine. (The mean of the sentences' vectors instead finds 3 fewer of 43 classes on the demo: "The sound is tonal." pulls as hard as "A cello is playing.")
 * Blank sentences are refused by `embed`. Throws RangeError when lengths differ or a unit has no class.
 */
export async function nearestClassAccuracy(
	options: NearestClassOptions,
): Promise<NearestClassAccuracy> {
	const { classNames, summaries, captions, embed, seed } = options;
	const units = options.units ?? summaries.map((_, index) => index);
	if (summaries.length !== units.length || captions.length !== units.length)
		throw new RangeError(
			`Expected \`summaries\` and \`captions\` to have ${units.length} units, got \`${summaries.length}\` and \`${captions.length}\``,
		);
	for (const unit of units)
		if (classNames[unit] === undefined)
			throw new RangeError(
				`Expected \`units\` to be within 0 to ${classNames.length - 1}, got \`${unit}\``,
			);
	const classVectors = await embed(classNames.map(conceptText));
	const figure = async (
		texts: readonly (readonly string[])[],
	): Promise<NearestClassFigure> =>
		figureOf({
			nearest: nearestClasses(texts, await embed(texts.flat()), classVectors),
			units,
			classNames,
			seed,
			failed: options.failed ?? 0,
		});
	const joined = summaries.map((sentences) =>
		sentences.length === 0 ? [] : [sentences.join(" ")],
	);
	return { summary: await figure(joined), captions: await figure(captions) };
}

/** Index of the nearest class per unit; null without a text, or when its vectors cancel out. */
function nearestClasses(
	texts: readonly (readonly string[])[],
	vectors: readonly Float32Array[],
	classes: readonly Float32Array[],
): (number | null)[] {
	let next = 0;
	return texts.map(({ length }) => {
		const direction = meanDirection(vectors.slice(next, next + length));
		next += length;
		if (direction === null) return null;
		let nearest = 0;
		let largest = Number.NEGATIVE_INFINITY;
		for (const [index, vector] of classes.entries()) {
			const similarity = cosine(direction, vector);
			if (similarity > largest) {
				largest = similarity;
				nearest = index;
			}
		}
		return nearest;
	});
}

function figureOf(options: {
	readonly nearest: readonly (number | null)[];
	readonly units: readonly number[];
	readonly classNames: readonly string[];
	readonly seed: number;
	readonly failed: number;
}): NearestClassFigure {
	const { nearest, units, classNames, seed, failed } = options;
	const isHit = (unit: number, other: number): number =>
		nearest[unit] !== null && nearest[unit] === units[other] ? 1 : 0;
	const of = nearest.length;
	const correct = nearest.filter((_, unit) => isHit(unit, unit) === 1).length;
	return {
		correct,
		of,
		without: nearest.filter((found) => found === null).length,
		failed,
		value: of === 0 ? null : correct / of,
		...(of === 0 ? { reason: "no_valid_units" } : {}),
		ci95: wilsonInterval(correct, of),
		chance: 1 / classNames.length,
		null: {
			value: shuffledMean(of, seed, isHit),
			kind: "shuffled_labels",
		},
		seed,
		nearest: nearest.map((found) =>
			found === null ? null : (classNames[found] ?? null),
		),
	};
}
