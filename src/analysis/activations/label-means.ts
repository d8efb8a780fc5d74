/** Mean activation per label with a 95 % interval that knows which clips come from one source recording. */
import { studentQuantile95 } from "./distributions.ts";

/** Fewer independent sources than this give no interval. */
export const minimumSources = 5;

export type LabelGroups = {
	readonly labels: number;
	/** Clips with a label, ascending; the other arrays are in this order. */
	readonly clips: Int32Array;
	readonly labelOf: Int32Array;
	/** A label's clips of one source: index of the cluster. */
	readonly clusterOf: Int32Array;
	readonly clusterLabel: Int32Array;
	readonly clusterSize: Float64Array;
	/** Clips and clusters per label. */
	readonly sizes: Float64Array;
	readonly clusters: Int32Array;
	/** Half width of the interval in standard errors: Student's t with clusters - 1 degrees; NaN below `minimumSources`. */
	readonly quantiles: Float64Array;
};

/** What does not depend on the neuron. `labelOf`: index of each clip's label, -1 for none; `sourceOf`: its source recording. */
export function labelGroups(
	labelOf: Int32Array,
	sourceOf: Int32Array,
	labels: number,
): LabelGroups {
	const clips = Int32Array.from(
		[...labelOf.keys()].filter((clip) => (labelOf[clip] as number) >= 0),
	);
	const ofClip = clips.map((clip) => labelOf[clip] as number);
	const indexOf = new Map<string, number>();
	const clusterLabel: number[] = [];
	const clusterSize: number[] = [];
	const clusterOf = clips.map((clip, index) => {
		const label = ofClip[index] as number;
		const key = `${label} ${sourceOf[clip]}`;
		let cluster = indexOf.get(key);
		if (cluster === undefined) {
			cluster = clusterLabel.length;
			indexOf.set(key, cluster);
			clusterLabel.push(label);
			clusterSize.push(0);
		}
		clusterSize[cluster] = (clusterSize[cluster] as number) + 1;
		return cluster;
	});
	const sizes = new Float64Array(labels);
	for (const label of ofClip) sizes[label] = (sizes[label] as number) + 1;
	const clusters = new Int32Array(labels);
	for (const label of clusterLabel)
		clusters[label] = (clusters[label] as number) + 1;
	return {
		labels,
		clips,
		labelOf: ofClip,
		clusterOf,
		clusterLabel: Int32Array.from(clusterLabel),
		clusterSize: Float64Array.from(clusterSize),
		sizes,
		clusters,
		quantiles: Float64Array.from(clusters, (count) =>
			count < minimumSources ? Number.NaN : studentQuantile95(count - 1),
		),
	};
}

/**
 * Mean and standard error per label, `[labels]` each; `activations` are finite, `[clips]`. NaN: a label without clips, a standard error
 * of fewer than two clusters.
 * The standard error is that of a ratio of cluster totals (cluster-robust, CR1 without regressors):
 * `se^2 = G / (G - 1) * sum_g (S_g - n_g m)^2 / N^2` with G clusters of sums S_g and sizes n_g. When every clip is its own source it is
 * exactly `s / sqrt(N)`. With Student's t of G - 1 degrees it is closed (no resampling, no seed) and keeps its level where labels
 * have ten clips; a percentile bootstrap of ten values is too narrow.
 */
export function labelMeans(
	activations: Float32Array,
	groups: LabelGroups,
): { readonly means: Float64Array; readonly errors: Float64Array } {
	const { clips, clusterOf, clusterLabel, clusterSize, sizes } = groups;
	const sums = new Float64Array(clusterLabel.length);
	for (let i = 0; i < clips.length; i += 1) {
		const cluster = clusterOf[i] as number;
		sums[cluster] =
			(sums[cluster] as number) + (activations[clips[i] as number] as number);
	}
	const means = new Float64Array(groups.labels);
	for (let cluster = 0; cluster < sums.length; cluster += 1) {
		const label = clusterLabel[cluster] as number;
		means[label] = (means[label] as number) + (sums[cluster] as number);
	}
	for (let label = 0; label < means.length; label += 1)
		means[label] = (means[label] as number) / (sizes[label] as number);
	const squares = new Float64Array(groups.labels);
	for (let cluster = 0; cluster < sums.length; cluster += 1) {
		const label = clusterLabel[cluster] as number;
		const residual =
			(sums[cluster] as number) -
			(clusterSize[cluster] as number) * (means[label] as number);
		squares[label] = (squares[label] as number) + residual * residual;
	}
	const errors = squares.map((square, label) => {
		const count = groups.clusters[label] as number;
		if (count < 2) return Number.NaN;
		return Math.sqrt((count / (count - 1)) * square) / (sizes[label] as number);
	});
	return { means, errors };
}

/**
 * The difference `a - b` of two independent means with a 95 % interval (Welch's t, degrees by Welch and Satterthwaite);
 * null when an error is not known.
 */
export function meanDifference(
	a: {
		readonly mean: number;
		readonly error: number;
		readonly sources: number;
	},
	b: {
		readonly mean: number;
		readonly error: number;
		readonly sources: number;
	},
): readonly [number, number] | null {
	if (a.sources < minimumSources || b.sources < minimumSources) return null;
	const [va, vb] = [a.error ** 2, b.error ** 2];
	if (!(va + vb > 0)) return null;
	const degrees =
		(va + vb) ** 2 / (va ** 2 / (a.sources - 1) + vb ** 2 / (b.sources - 1));
	const half = studentQuantile95(degrees) * Math.sqrt(va + vb);
	const difference = a.mean - b.mean;
	return [difference - half, difference + half];
}
