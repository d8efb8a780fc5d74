import { describe, expect, it } from "vitest";
import {
	type LabelGroups,
	labelGroups,
	labelMeans,
	meanDifference,
} from "../../../src/analysis/activations/label-means.ts";
import {
	labelShare,
	labelShuffles,
} from "../../../src/analysis/activations/label-share.ts";
import { seededRandom } from "../../../src/shared/random.ts";
import { golden } from "./fixture.ts";

const { labels, values, groups, welch, etaSquared } = golden.labels;

function groupsOf(
	labelOf: readonly number[],
	sourceOf: readonly number[] = [...labelOf.keys()],
): LabelGroups {
	return labelGroups(
		Int32Array.from(labelOf),
		Int32Array.from(sourceOf),
		Math.max(...labelOf) + 1,
	);
}

function shareOf(
	activations: readonly number[],
	labelOf: readonly number[],
	options: {
		readonly sources?: readonly number[];
		readonly seed?: number;
	} = {},
) {
	const prepared = groupsOf(labelOf, options.sources);
	return labelShare(
		Float32Array.from(activations),
		prepared,
		labelShuffles({
			groups: prepared,
			sourceOf: Int32Array.from(options.sources ?? labelOf.keys()),
			permutations: 200,
			seed: options.seed ?? 0,
		}),
	);
}

describe("labelMeans", () => {
	it("equals SciPy's mean, standard error and t interval when every clip is its own source", () => {
		const prepared = groupsOf(labels);
		const { means, errors } = labelMeans(Float32Array.from(values), prepared);
		for (const [label, group] of groups.entries()) {
			const [mean, error] = [means[label], errors[label]] as [number, number];
			expect(mean).toBeCloseTo(group.mean, 10);
			expect(error).toBeCloseTo(group.error, 10);
			const half = error * (prepared.quantiles[label] as number);
			expect(mean - half).toBeCloseTo(group.ci95[0], 8);
			expect(mean + half).toBeCloseTo(group.ci95[1], 8);
		}
	});

	it("equals the cluster-robust sandwich when clips share sources", () => {
		const { values: clustered, sources, error } = golden.clustered;
		const { errors } = labelMeans(
			Float32Array.from(clustered),
			groupsOf(
				sources.map(() => 0),
				sources,
			),
		);
		expect(errors[0]).toBeCloseTo(error, 12);
	});

	it("has no quantile for fewer than five sources, however many clips", () => {
		const { quantiles, clusters, sizes } = groupsOf(
			[0, 0, 0, 0, 0, 0],
			[0, 0, 0, 1, 2, 3],
		);
		expect(quantiles[0]).toBeNaN();
		expect([clusters[0], sizes[0]]).toEqual([4, 6]);
	});

	it("leaves out clips without a label", () => {
		const prepared = groupsOf([-1, 0, -1, 1]);
		const { means, errors } = labelMeans(Float32Array.of(9, 1, 9, 2), prepared);
		expect([...means]).toEqual([1, 2]);
		expect([...errors]).toEqual([Number.NaN, Number.NaN]);
	});
});

describe("meanDifference", () => {
	const [a, b] = groups.map(({ mean, error }, index) => ({
		mean,
		error,
		sources: [10, 7, 5][index] as number,
	})) as [
		{ mean: number; error: number; sources: number },
		{ mean: number; error: number; sources: number },
	];

	it("equals Welch's interval by SciPy", () => {
		const [low, high] = meanDifference(a, b) ?? [0, 0];
		expect(low).toBeCloseTo(welch[0], 8);
		expect(high).toBeCloseTo(welch[1], 8);
	});

	it("is null without errors or with too few sources", () => {
		expect(meanDifference({ ...a, sources: 4 }, b)).toBeNull();
		expect(meanDifference({ ...a, error: Number.NaN }, b)).toBeNull();
		expect(meanDifference({ ...a, error: 0 }, { ...b, error: 0 })).toBeNull();
	});
});

describe("labelShare", () => {
	it("equals eta squared by NumPy, beside its shuffled null", () => {
		const share = shareOf(values, labels);
		if (!("value" in share)) throw new Error(share.reason);
		expect(share.value).toBeCloseTo(etaSquared, 8);
		// Expected for shuffled labels: (labels - 1) / (clips - 1).
		expect(share.null.mean).toBeCloseTo(2 / 21, 1);
		expect(share.null.p95).toBeGreaterThan(share.null.mean);
		expect(shareOf(values, labels)).toEqual(share);
		expect(shareOf(values, labels, { seed: 1 })).not.toEqual(share);
	});

	it("calls noise noise and a class detector a class detector", () => {
		const random = seededRandom(3);
		const many = Array.from({ length: 200 }, (_, clip) => clip % 10);
		let low = 0;
		for (let neuron = 0; neuron < 100; neuron += 1) {
			const share = shareOf(
				many.map(() => random()),
				many,
				{ seed: neuron },
			);
			if ("p" in share && share.p <= 0.05) low += 1;
		}
		expect(low).toBeLessThanOrEqual(12);
		const detector = shareOf(
			many.map((label) => (label === 3 ? 1 : 0)),
			many,
		);
		expect(detector).toMatchObject({
			value: expect.closeTo(1, 12),
			p: 1 / 201,
		});
	});

	it("shuffles whole source recordings, so that cuts of one do not count as many", () => {
		// Four recordings of ten cuts each, all alike inside a recording: any labels look good to a clip shuffle.
		const sources = Array.from({ length: 40 }, (_, clip) =>
			Math.floor(clip / 10),
		);
		const label = sources.map((source) => source % 2);
		const activation = sources.map((source) => [0, 1, 0.2, 0.7][source] ?? 0);
		const bySource = shareOf(activation, label, { sources });
		const byClip = shareOf(activation, label);
		if (!("p" in bySource) || !("p" in byClip)) throw new Error("no share");
		expect(bySource.p).toBeGreaterThan(0.2);
		expect(byClip.p).toBeLessThan(0.01);
	});

	it("says why there is none", () => {
		expect(shareOf([1, 2, 3, 4, 5], [0, 0, 0, 0, 0])).toEqual({
			reason: "no_labels",
		});
		expect(shareOf([1, 2, 3, 4], [0, 0, 1, 1])).toEqual({
			reason: "too_few_clips",
		});
		expect(shareOf([1, 2, 3, 4, 5], [0, 1, 2, 3, 4])).toEqual({
			reason: "one_clip_per_label",
		});
		expect(shareOf(Array(6).fill(0.1), [0, 0, 0, 1, 1, 1])).toEqual({
			reason: "constant_activation",
		});
	});
});
