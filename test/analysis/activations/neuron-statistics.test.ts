import { describe, expect, it } from "vitest";
import {
	chanceLevel,
	correctedP,
} from "../../../src/analysis/activations/chance.ts";
import { clipTable } from "../../../src/analysis/activations/clip-table.ts";
import { neuronStatistics } from "../../../src/analysis/activations/neuron-statistics.ts";
import { rankedAttribute } from "../../../src/analysis/activations/rank-correlation.ts";
import type { NeuronStatistics } from "../../../src/analysis/activations/statistics-types.ts";
import { seededRandom } from "../../../src/shared/random.ts";
import { demoTable, publishedUnits, tableClip } from "./fixture.ts";

const options = { seed: 0, labelPermutations: 200, clipPermutations: 1000 };
const compute = neuronStatistics(demoTable(), options);

function of(unit: readonly number[]): NeuronStatistics {
	const statistics = compute(0, Float32Array.from(unit));
	if (statistics === null) throw new Error("not finite");
	return statistics;
}

describe("published networks on the demo's clips", () => {
	it("musicnn's violin prefers cello", () => {
		const { labels, labelShare } = of(publishedUnits.musicnn_violin);
		expect(
			labels
				.slice(0, 2)
				.map(({ label, mean, n }) => [label, Number(mean.toFixed(2)), n]),
		).toEqual([
			["cello", 0.44, 10],
			["violin", 0.31, 10],
		]);
		const [low, high] = labels[0]?.ci95 ?? [0, 0];
		expect([low.toFixed(3), high.toFixed(3)]).toEqual(["0.327", "0.558"]);
		expect(labelShare).toMatchObject({ n: 480, p: 1 / 201 });
	});

	it.each([
		// Unit j: 10 * 2^((1997.3794 + 20 j) / 1200) Hz.
		["crepe_100", 43.5, 101],
		["crepe_220", 67.5, 403],
	] as const)("%s answers to its own pitch", (unit, midi, hertz) => {
		const { attributes } = of(publishedUnits[unit]);
		const find = (name: string) =>
			attributes.find(({ attribute }) => attribute === name);
		const pitch = find("pitch_midi");
		expect(Math.abs((pitch?.tuning?.peak ?? 0) - midi)).toBeLessThan(1);
		expect(pitch?.tuning?.pCorrected).toBeLessThan(0.001);
		const f0 = find("f0_hz");
		expect((f0?.tuning?.peak ?? 0) / hertz).toBeGreaterThan(0.85);
		expect((f0?.tuning?.peak ?? 0) / hertz).toBeLessThan(1.2);
		expect(f0).toMatchObject({ n: 327, coverage: 327 / 480 });
		expect(attributes.slice(0, 3).map(({ attribute }) => attribute)).toContain(
			unit === "crepe_100" ? "f0_hz" : "pitch_midi",
		);
	});

	it("puts a code that only repeats the label behind all others", () => {
		const { attributes } = of(publishedUnits.musicnn_violin);
		expect(attributes.at(-1)).toMatchObject({
			attribute: "gm_program",
			labelBound: true,
		});
		expect(attributes.filter(({ labelBound }) => labelBound)).toHaveLength(1);
	});
});

describe("neuronStatistics", () => {
	const clips = Array.from({ length: 40 }, (_, index) =>
		tableClip({
			label: index < 4 ? "few" : "many",
			sourceRecording: index < 10 ? null : `source ${index % 3}`,
			attributes: {
				rising: index,
				constant: 3,
				...(index < 4 ? { rare: index } : {}),
				...(index >= 30 ? { cuts: index } : {}),
			},
		}),
	);
	const table = clipTable(clips);
	const statistics = neuronStatistics(table, options);

	it("says why a number is missing", () => {
		const rising = statistics(
			7,
			Float32Array.from({ length: 40 }, (_, index) => index),
		);
		const reasons = Object.fromEntries(
			(rising?.attributes ?? []).map(({ attribute, rho, ci95, reason }) => [
				attribute,
				[rho, ci95, reason],
			]),
		);
		expect(reasons).toEqual({
			rising: [1, null, "perfect_order"],
			constant: [null, null, "constant_attribute"],
			rare: [null, null, "too_few_clips"],
			// Ten clips, but of three recordings.
			cuts: [1, null, "too_few_sources"],
		});
		expect(rising?.unit).toBe(7);
		expect(rising?.labels.find(({ label }) => label === "few")).toMatchObject({
			n: 4,
			mean: 1.5,
			ci95: null,
			reason: "too_few_clips",
		});
		const constant = statistics(0, new Float32Array(40).fill(2));
		expect(constant?.labelShare).toEqual({ reason: "constant_activation" });
		expect(
			constant?.attributes.find(({ attribute }) => attribute === "rising"),
		).toMatchObject({ rho: null, reason: "constant_activation", strength: 0 });
	});

	it("has nothing to say about a neuron that is not finite", () => {
		const values = new Float32Array(40).fill(1);
		values[3] = Number.NaN;
		expect(statistics(0, values)).toBeNull();
		values[3] = Number.POSITIVE_INFINITY;
		expect(statistics(0, values)).toBeNull();
	});

	it("refuses activations of other clips", () => {
		expect(() => statistics(0, new Float32Array(39))).toThrow(
			"Expected `activations` to have 40 clips, got `39`",
		);
	});

	it("works without labels, attributes and clips", () => {
		const bare = neuronStatistics(
			clipTable(Array.from({ length: 6 }, () => tableClip())),
			options,
		)(0, Float32Array.of(1, 2, 3, 4, 5, 6));
		expect(bare).toEqual({
			unit: 0,
			labels: [],
			labelShare: { reason: "no_labels" },
			attributes: [],
		});
		expect(
			neuronStatistics(clipTable([]), options)(0, new Float32Array(0)),
		).toMatchObject({ labels: [], attributes: [] });
	});

	it("finds nothing in noise: one neuron in twenty at most", () => {
		const random = seededRandom(11);
		const many = clipTable(
			Array.from({ length: 60 }, () =>
				tableClip({
					attributes: Object.fromEntries(
						Array.from({ length: 30 }, (_, index) => [`a${index}`, random()]),
					),
				}),
			),
		);
		const noise = neuronStatistics(many, options);
		let found = 0;
		for (let neuron = 0; neuron < 200; neuron += 1) {
			const best = noise(
				0,
				Float32Array.from({ length: 60 }, () => random()),
			)?.attributes.map(({ pCorrected }) => pCorrected ?? 1);
			if (Math.min(...(best ?? [1])) < 0.05) found += 1;
		}
		// Binomial(200, 0.05): 18 or more once in a hundred.
		expect(found).toBeLessThan(18);
		expect(found).toBeGreaterThan(2);
	});

	it("does not depend on the order of the clips", () => {
		const unit = publishedUnits.crepe_220;
		const order = [...unit.keys()].reverse();
		const clipsOfDemo = demoTable();
		const turned = {
			...clipsOfDemo,
			labelOf: Int32Array.from(order, (i) => clipsOfDemo.labelOf[i] as number),
			attributes: clipsOfDemo.attributes.map((attribute) => ({
				...attribute,
				values: Float64Array.from(order, (i) => attribute.values[i] as number),
			})),
		};
		const there = neuronStatistics(turned, options)(
			0,
			Float32Array.from(order, (i) => unit[i] as number),
		);
		const here = of(unit);
		for (const association of here.attributes) {
			const other = there?.attributes.find(
				({ attribute }) => attribute === association.attribute,
			);
			expect(other?.rho ?? 0).toBeCloseTo(association.rho ?? 0, 12);
			expect(other?.tuning?.peak).toBe(association.tuning?.peak);
		}
	});
});

describe("correctedP", () => {
	it("counts shuffles that reach the p with any attribute", () => {
		const random = seededRandom(5);
		const attributes = Array.from({ length: 10 }, () =>
			rankedAttribute(
				Float64Array.from({ length: 50 }, () => random()),
				Int32Array.from({ length: 50 }, (_, clip) => clip),
			),
		);
		const level = chanceLevel({
			attributes,
			clips: 50,
			permutations: 500,
			seed: 0,
		});
		expect(correctedP(1, level)).toBe(1);
		expect(correctedP(0, level)).toBe(1 / 501);
		expect(correctedP(Number.NaN, level)).toBeNaN();
		// Ten independent attributes: about 1 - 0.95^10.
		expect(correctedP(0.05, level)).toBeGreaterThan(0.3);
		expect(correctedP(0.05, level)).toBeLessThan(0.5);
	});
});
