/** What is said about a neuron's activations against labels and numeric attributes. */
import type { LabelShare } from "./label-share.ts";

/** Why there is no number. */
export type UndefinedReason =
	| "no_labels"
	| "one_clip_per_label"
	| "too_few_clips"
	| "too_few_sources"
	| "constant_activation"
	| "constant_attribute"
	| "perfect_order";

/** Mean activation of the clips with one label. */
export type LabelMean = {
	readonly label: string;
	/** Clips, and distinct source recordings among them. */
	readonly n: number;
	readonly sources: number;
	readonly mean: number;
	/** Standard error of the mean; null for one source. */
	readonly error: number | null;
	/** 95 % interval (`labelMeans`); null with the reason: too few independent clips. */
	readonly ci95: readonly [number, number] | null;
	readonly reason?: "too_few_clips" | "too_few_sources";
};

/** A neuron against one numeric attribute. */
export type AttributeAssociation = {
	readonly attribute: string;
	/** Clips that have it, and distinct source recordings among them. */
	readonly n: number;
	readonly sources: number;
	/** n over all clips. */
	readonly coverage: number;
	/** Spearman's rho; null with the reason. */
	readonly rho: number | null;
	readonly reason?: UndefinedReason;
	/** 95 % interval of rho (`spearmanInterval`); null with rho, for too few sources, and for a perfect order. */
	readonly ci95: readonly [number, number] | null;
	/** p of this attribute alone, and corrected for all attributes looked at (`correctedP`). */
	readonly p: number | null;
	readonly pCorrected: number | null;
	/** Null for under 20 clips or nearly equal values (`attributeBins`, `tuningOf`: the curve itself). */
	readonly tuning: {
		/** Attribute value (median of the bin) where the mean activation is highest. */
		readonly peak: number;
		/** Whether that is the first bin, the last, or between: a band. */
		readonly peakAt: "low_end" | "inside" | "high_end";
		/** Variance explained by the bins, corrected for their number (`Tuning.share`). */
		readonly share: number;
		/** By Fisher's F, multiplied by the number of attributes (Bonferroni), at most 1. */
		readonly pCorrected: number;
	} | null;
	/**
	 * In [0, 1]: how much of the variance over all clips the attribute surely tells: the larger of the squared interval end of rho nearest to
	 * zero and of `tuning.share`, each only where it is beyond chance, times the coverage. Attributes are ranked by it, so that ten clips that
	 * happen to be in order do not come first.
	 */
	readonly strength: number;
	/**
	 * The attribute differs almost only between labels (its own eta squared is at least 0.95): a code, or a property of the class. What it
	 * tells is the label again, so it is ranked behind the others.
	 */
	readonly labelBound: boolean;
};

export type NeuronStatistics = {
	readonly unit: number;
	/** Labels by mean, highest first; equal means by label. */
	readonly labels: readonly LabelMean[];
	readonly labelShare: LabelShare | { readonly reason: UndefinedReason };
	/** Strongest first, label-bound ones last; equal strengths by |rho|, then by name. */
	readonly attributes: readonly AttributeAssociation[];
};

/** Below this a relation counts as more than chance. */
export const significance = 0.05;
