/** All statistics of a neuron's activations against the labels and the numeric attributes of the clips. */
import { type ChanceLevel, chanceLevel, correctedP } from "./chance.ts";
import type { ClipTable } from "./clip-table.ts";
import { isLabelBound } from "./label-bound.ts";
import {
	type LabelGroups,
	labelGroups,
	labelMeans,
	minimumSources,
} from "./label-means.ts";
import {
	type LabelShuffles,
	labelShare,
	labelShuffles,
} from "./label-share.ts";
import {
	minimumClips,
	type RankedAttribute,
	rankedAttribute,
	spearman,
	spearmanInterval,
	spearmanP,
} from "./rank-correlation.ts";
import { ascendingOrder } from "./ranks.ts";
import {
	type AttributeAssociation,
	type LabelMean,
	type NeuronStatistics,
	significance,
	type UndefinedReason,
} from "./statistics-types.ts";
import { type AttributeBins, attributeBins, tuningOf } from "./tuning.ts";

export type StatisticsOptions = {
	/** Integer; of the label and clip shuffles. */
	readonly seed: number;
	/** Shuffles of the labels per neuron. */
	readonly labelPermutations: number;
	/** Shuffles of the clips, once per recording. */
	readonly clipPermutations: number;
};

type Prepared = {
	readonly table: ClipTable;
	readonly groups: LabelGroups;
	readonly sourcesOfLabel: Int32Array;
	readonly shuffles: LabelShuffles;
	readonly attributes: readonly {
		readonly name: string;
		readonly ranked: RankedAttribute;
		readonly bins: AttributeBins | null;
		readonly labelBound: boolean;
	}[];
	readonly chance: ChanceLevel;
};

/**
 * Prepares what all neurons share and returns the function that computes one neuron; `activations` `[clips]`.
 * A neuron that is not finite on every clip has no statistics: null.
 * Cost of a neuron with N clips, A attributes, B label shuffles: O(N log N + 2 A N + B N); memory O(B N + A N), whatever the number of neurons.
 */
export function neuronStatistics(
	table: ClipTable,
	options: StatisticsOptions,
): (unit: number, activations: Float32Array) => NeuronStatistics | null {
	const { seed } = options;
	const groups = labelGroups(
		table.labelOf,
		table.sourceOf,
		table.labels.length,
	);
	const attributes = table.attributes.map(({ name, values }) => ({
		name,
		ranked: rankedAttribute(values, table.sourceOf),
		bins: attributeBins(values),
		labelBound: isLabelBound(values, table.labelOf),
	}));
	const prepared: Prepared = {
		table,
		groups,
		sourcesOfLabel: groups.clusters,
		shuffles: labelShuffles({
			groups,
			sourceOf: table.sourceOf,
			permutations: options.labelPermutations,
			seed,
		}),
		attributes,
		chance: chanceLevel({
			attributes: attributes.map(({ ranked }) => ranked),
			clips: table.clips,
			permutations: options.clipPermutations,
			seed,
		}),
	};
	return (unit, activations) => {
		if (activations.length !== table.clips)
			throw new RangeError(
				`Expected \`activations\` to have ${table.clips} clips, got \`${activations.length}\``,
			);
		if (!activations.every(Number.isFinite)) return null;
		return {
			unit,
			labels: labelsOf(activations, prepared),
			labelShare: labelShare(activations, groups, prepared.shuffles),
			attributes: attributesOf(activations, prepared),
		};
	};
}

function labelsOf(
	activations: Float32Array,
	{ table, groups }: Prepared,
): readonly LabelMean[] {
	const { means, errors } = labelMeans(activations, groups);
	return table.labels
		.map((label, index): LabelMean => {
			const [n, sources] = [groups.sizes[index], groups.clusters[index]] as [
				number,
				number,
			];
			const mean = means[index] as number;
			const error = errors[index] as number;
			const half = error * (groups.quantiles[index] as number);
			const known = sources >= minimumSources;
			return {
				label,
				n,
				sources,
				mean,
				error: Number.isNaN(error) ? null : error,
				ci95: known ? [mean - half, mean + half] : null,
				...(known
					? {}
					: {
							reason: n < minimumSources ? "too_few_clips" : "too_few_sources",
						}),
			};
		})
		.sort((a, b) => b.mean - a.mean || (a.label < b.label ? -1 : 1));
}

function attributesOf(
	activations: Float32Array,
	prepared: Prepared,
): readonly AttributeAssociation[] {
	const order = ascendingOrder(activations);
	return prepared.attributes
		.map((attribute) => associationOf(activations, order, attribute, prepared))
		.sort(
			(a, b) =>
				Number(a.labelBound) - Number(b.labelBound) ||
				b.strength - a.strength ||
				Math.abs(b.rho ?? 0) - Math.abs(a.rho ?? 0) ||
				(a.attribute < b.attribute ? -1 : 1),
		);
}

function associationOf(
	activations: Float32Array,
	order: Int32Array,
	{ name, ranked, bins, labelBound }: Prepared["attributes"][number],
	{ table, attributes, chance }: Prepared,
): AttributeAssociation {
	const { n, sources } = ranked;
	const base = {
		attribute: name,
		n,
		sources,
		coverage: table.clips === 0 ? 0 : n / table.clips,
	};
	const none = (reason: UndefinedReason): AttributeAssociation => ({
		...base,
		rho: null,
		reason,
		ci95: null,
		p: null,
		pCorrected: null,
		tuning: null,
		strength: 0,
		labelBound,
	});
	if (n < minimumClips) return none("too_few_clips");
	if (ranked.constant) return none("constant_attribute");
	const rho = spearman(activations, order, ranked);
	if (Number.isNaN(rho)) return none("constant_activation");
	const enough = sources >= minimumClips;
	const ci95 = spearmanInterval(rho, sources);
	const p = enough ? spearmanP(rho, sources) : null;
	const pCorrected = p === null ? null : correctedP(p, chance);
	// The end of the interval that is nearest to zero; 0 when it spans zero.
	const slope = ci95 === null ? 0 : Math.max(ci95[0], -ci95[1], 0);
	const tuned = bins === null ? null : tuningOf(activations, bins);
	const tuning =
		bins === null || tuned === null
			? null
			: {
					peak: bins.medians[tuned.peak] as number,
					peakAt: placeOf(tuned.peak, bins.bins),
					share: tuned.share,
					pCorrected: Math.min(1, tuned.p * attributes.length),
				};
	return {
		...base,
		rho,
		...(ci95 === null
			? { reason: enough ? "perfect_order" : "too_few_sources" }
			: {}),
		ci95,
		p,
		pCorrected,
		tuning,
		strength:
			base.coverage *
			Math.max(
				pCorrected !== null && pCorrected < significance ? slope ** 2 : 0,
				tuning !== null && tuning.pCorrected < significance ? tuning.share : 0,
			),
		labelBound,
	};
}

function placeOf(bin: number, bins: number): "low_end" | "inside" | "high_end" {
	if (bin === 0) return "low_end";
	return bin === bins - 1 ? "high_end" : "inside";
}
