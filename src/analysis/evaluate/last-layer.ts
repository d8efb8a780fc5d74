/** Last-layer dissection accuracy: on output neurons the right concept is known, it is the class name. */
import type { EmbeddingModel } from "../../embeddings/port.ts";
import { conceptText, unitVector } from "../../embeddings/texts.ts";
import { conceptKey } from "../../shared/concept-key.ts";
import { cosine, wilsonInterval } from "../../shared/statistics.ts";
import type { LongOptions } from "../../types.ts";
import { bootstrapInterval, mean, type Score, shuffledMean } from "./score.ts";

export type LastLayerAccuracy = {
	/** Share of labelled units whose class name is the first concept. Null (`no_class_in_concept_set`) when none of them could be right. */
	readonly top1: Score;
	/** ... is among the first five. */
	readonly top5: Score;
	/** Mean cosine between the embeddings of the first concept and the class name, in [-1, 1], over the units that have both: see its coverage. */
	readonly cosine: Score;
	/** Units without a class name: not counted. */
	readonly unlabelled: number;
	/** Class names that no concept of the set equals: these units cannot be right. */
	readonly outsideConceptSet: readonly string[];
	/** The units counted whose class name is a concept: how many, and how many of them are right. */
	readonly insideConceptSet: {
		readonly units: number;
		readonly top1: number;
		readonly top5: number;
	};
};

export type LastLayerOptions = LongOptions & {
	/** Class name per unit of the output layer; null: unknown. */
	readonly classNames: readonly (string | null)[];
	/** Concepts per unit, best first. Empty: none could be ranked, which is a miss. Null: the unit failed or was not reached, and is not counted. */
	readonly ranked: readonly (readonly string[] | null)[];
	/** The concept set. */
	readonly concepts: readonly string[];
	readonly embeddings: EmbeddingModel;
	/** Of the label permutations and the bootstrap; integer. */
	readonly seed: number;
};

type LabelledUnit = {
	readonly className: string;
	readonly ranked: readonly string[];
};

/**
 * Top-1, top-5 and cosine of a layer whose units are the classes (Wu, Lin, Weng 2024, Table 2; here as fractions in [0, 1]). A unit whose ranking is empty
 * is a miss for top-1 and top-5, and has no cosine.
 * Names are compared after NFC, trim, lower case, underscore to space, single spaces. The layer must be what the network really outputs.
 * Throws RangeError when `ranked` and `classNames` differ in length, and what `embeddings` throws.
 */
export async function lastLayerAccuracy(
	options: LastLayerOptions,
): Promise<LastLayerAccuracy> {
	const { classNames, ranked, concepts, seed } = options;
	if (ranked.length !== classNames.length)
		throw new RangeError(
			`Expected \`ranked\` to have ${classNames.length} units, got \`${ranked.length}\``,
		);
	const labelled = classNames.flatMap((className, unit) =>
		className === null ? [] : [{ className, ranked: ranked[unit] ?? null }],
	);
	const valid = labelled.filter(
		(unit): unit is LabelledUnit => unit.ranked !== null,
	);
	const counts = {
		labelled: labelled.length,
		failed: labelled.length - valid.length,
		seed,
	};
	const known = new Set(concepts.map(conceptKey));
	const inside = valid.filter(({ className }) =>
		known.has(conceptKey(className)),
	);
	const setting = { concepts: concepts.length, inside: inside.length, counts };
	return {
		top1: topScore(valid, 1, setting),
		top5: topScore(valid, 5, setting),
		cosine: await cosineScore(valid, options, counts),
		unlabelled: classNames.length - labelled.length,
		outsideConceptSet: labelled
			.map(({ className }) => className)
			.filter((className) => !known.has(conceptKey(className))),
		insideConceptSet: {
			units: inside.length,
			top1: inside.filter((unit) => isAmongFirst(unit, 1)).length,
			top5: inside.filter((unit) => isAmongFirst(unit, 5)).length,
		},
	};
}

function isAmongFirst(
	{ className, ranked }: LabelledUnit,
	count: number,
): boolean {
	const own = conceptKey(className);
	return ranked.slice(0, count).some((concept) => conceptKey(concept) === own);
}

type Counts = {
	readonly labelled: number;
	readonly failed: number;
	readonly seed: number;
};

function topScore(
	units: readonly LabelledUnit[],
	count: number,
	setting: {
		/** Concepts of the set. */
		readonly concepts: number;
		/** Units whose class name is one of them. */
		readonly inside: number;
		readonly counts: Counts;
	},
): Score {
	const { concepts, inside, counts } = setting;
	const found = units.map(
		({ ranked }) => new Set(ranked.slice(0, count).map(conceptKey)),
	);
	const own = units.map(({ className }) => conceptKey(className));
	const isHit = (unit: number, other: number): number =>
		found[unit]?.has(own[other] as string) === true ? 1 : 0;
	const hits = units.map((_, unit) => isHit(unit, unit));
	const correct = hits.filter((hit) => hit === 1).length;
	const score = scoreOf(`last_layer_top${count}`, hits, counts);
	const impossible = units.length > 0 && inside === 0;
	return {
		...score,
		...(impossible
			? { value: null, reason: "no_class_in_concept_set" as const }
			: {}),
		ci95: impossible ? null : wilsonInterval(correct, units.length),
		// A guess can only be right for a unit whose class is a concept.
		chance:
			Math.min(1, count / concepts) *
			(units.length === 0 ? 1 : inside / units.length),
		null: {
			value: shuffledMean(units.length, counts.seed, isHit),
			kind: "shuffled_labels",
		},
	};
}

async function cosineScore(
	units: readonly LabelledUnit[],
	{ embeddings, signal, onProgress }: LastLayerOptions,
	counts: Counts,
): Promise<Score> {
	const named = units.flatMap(({ className, ranked }) =>
		ranked[0] === undefined ? [] : [{ className, concept: ranked[0] }],
	);
	const vectors = await embeddings.embed(
		[
			...named.map(({ concept }) => conceptText(concept)),
			...named.map(({ className }) => conceptText(className)),
		],
		{ signal, onProgress },
	);
	const pairs = named.flatMap((_, unit) => {
		const concept = unitVector(vectors[unit] as Float32Array);
		const className = unitVector(vectors[named.length + unit] as Float32Array);
		return concept === null || className === null
			? []
			: [{ concept, className }];
	});
	const between = pairs.map(({ concept }) =>
		pairs.map(({ className }) => cosine(concept, className)),
	);
	const at = (unit: number, other: number): number =>
		between[unit]?.[other] ?? Number.NaN;
	const own = pairs.map((_, unit) => at(unit, unit));
	return {
		...scoreOf("last_layer_cosine", own, {
			...counts,
			// No concept, or no direction: there is no cosine of them.
			failed: counts.failed + units.length - pairs.length,
		}),
		nWithout: units.length - named.length,
		ci95: bootstrapInterval(own, counts.seed),
		chance: null,
		null: {
			value: shuffledMean(pairs.length, counts.seed, at),
			kind: "shuffled_labels",
		},
	};
}

/** The members that do not depend on the kind of score. */
function scoreOf(
	metric: string,
	values: readonly number[],
	counts: Counts,
): Pick<
	Score,
	| "metric"
	| "value"
	| "reason"
	| "nValid"
	| "nFailed"
	| "coverage"
	| "seed"
	| "split"
> {
	const value = mean(values);
	const all = values.length + counts.failed;
	const reason = counts.labelled === 0 ? "no_labels" : "no_valid_units";
	return {
		metric,
		value,
		...(value === null ? { reason } : {}),
		nValid: values.length,
		nFailed: counts.failed,
		coverage: all === 0 ? null : values.length / all,
		seed: counts.seed,
		split: "seen",
	};
}
