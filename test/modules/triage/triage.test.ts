import { describe, expect, it } from "vitest";
import { unitVectors } from "../../../src/modules/triage/clarity.ts";
import {
	createTriage,
	type TriageNeuron,
} from "../../../src/modules/triage/triage.ts";

/** Clips 0 to 4 say the same, the other 95 are spread over a circle. */
const captions = unitVectors(
	Array.from({ length: 100 }, (_, clip) => {
		const angle = clip < 5 ? 0 : clip;
		return Float32Array.of(Math.cos(angle), Math.sin(angle));
	}),
);
const neuron = (clips: readonly number[], firingRate = 0.5): TriageNeuron => ({
	neuron: { layer: "a", unit: 0 },
	status: { status: "ok", marks: [] },
	high: clips.map((clip, index) => ({ rank: index + 1, clip, activation: 1 })),
	low: [],
	firingRate,
});
const triage = createTriage({
	vectors: captions,
	by: "captions",
	bar: { minimumFiringRate: 0.1, minimumClarity: 0.95 },
	seed: 0,
});
const judged = (entry: TriageNeuron, asked = false) => {
	const { status } = triage(entry, asked);
	if (status.status !== "ok") throw new Error("skipped");
	return status;
};

describe("createTriage", () => {
	it("lets a neuron through whose high clips are alike, with its evidence", () => {
		const { marks, triage: evidence } = judged(neuron([0, 1, 2, 3, 4]));
		expect(marks).toEqual([]);
		expect(evidence).toMatchObject({
			firingRate: 0.5,
			percentile: 1,
			below: null,
		});
		expect(evidence?.clarity).toBeCloseTo(1, 6);
		expect(evidence?.nullP95).toBeLessThan(1);
		expect(evidence?.nullMean).toBeLessThan(evidence?.nullP95 as number);
	});

	it("marks one whose high clips are no more alike than random ones", () => {
		const { marks, triage: evidence } = judged(neuron([10, 30, 50, 70, 92]));
		expect(marks).toEqual(["not_describable"]);
		expect(evidence?.below).toBe("clarity");
		expect(evidence?.percentile).toBeLessThan(0.95);
	});

	it("marks one that fires for too few clips", () => {
		expect(judged(neuron([0, 1, 2, 3, 4], 0.05))).toMatchObject({
			marks: ["not_describable"],
			triage: { below: "firing_rate" },
		});
		expect(judged(neuron([10, 30, 50, 70, 92], 0)).triage?.below).toBe(
			"firing_rate and clarity",
		);
		expect(judged(neuron([0, 1, 2, 3, 4], 0.1)).marks).toEqual([]);
	});

	it("leaves none out by clarity where all captions are alike", () => {
		const alike = unitVectors(
			Array.from({ length: 100 }, () => Float32Array.of(0.3, 0.4, 0.5)),
		);
		const { status } = createTriage({
			vectors: alike,
			by: "captions",
			bar: { minimumFiringRate: 0, minimumClarity: 0.5 },
			seed: 0,
		})(neuron([10, 30, 50, 70, 92]), false);
		expect(status).toMatchObject({
			marks: [],
			triage: { percentile: null, below: null },
		});
	});

	it("where most captions are the same, a neuron stands for those of one rare caption", () => {
		// Most random sets are of the same caption, and as clear as a set can be.
		const mostlyAlike = unitVectors(
			Array.from({ length: 100 }, (_, clip) =>
				clip < 95 ? Float32Array.of(0.3, 0.4) : Float32Array.of(0.7, -0.1),
			),
		);
		const marksOf = (clips: readonly number[]) => {
			const { status } = createTriage({
				vectors: mostlyAlike,
				by: "captions",
				bar: { minimumFiringRate: 0, minimumClarity: 0.5 },
				seed: 0,
			})(neuron(clips), false);
			return status.status === "ok" ? status.marks : null;
		};
		expect(marksOf([95, 96, 97, 98, 99])).toEqual([]);
		expect(marksOf([0, 1, 2, 95, 96])).toEqual(["not_describable"]);
	});

	it("a neuron at the bar is above it", () => {
		const clips = [10, 30, 50, 70, 92];
		const percentile = judged(neuron(clips)).triage?.percentile as number;
		const marksWith = (bar: {
			readonly minimumFiringRate: number;
			readonly minimumClarity: number;
		}) => {
			const { status } = createTriage({
				vectors: captions,
				by: "captions",
				bar,
				seed: 0,
			})(neuron(clips), false);
			return status.status === "ok" ? status.marks : [];
		};
		const at = { minimumFiringRate: 0.5, minimumClarity: percentile };
		expect(marksWith(at)).toEqual([]);
		expect(marksWith({ ...at, minimumClarity: percentile + 0.001 })).toEqual([
			"not_describable",
		]);
		expect(marksWith({ ...at, minimumFiringRate: 0.501 })).toEqual([
			"not_describable",
		]);
	});

	it("gives one that was asked for its evidence without the mark", () => {
		expect(judged(neuron([10, 30, 50, 70, 92]), true)).toMatchObject({
			marks: [],
			triage: { below: "clarity" },
		});
	});

	it("keeps other marks; what cannot be computed is null and no bar", () => {
		const one = neuron([0]);
		const status = judged({
			...one,
			status: { status: "ok", marks: ["few_clips"] },
		});
		expect(status).toEqual({
			status: "ok",
			marks: ["few_clips"],
			triage: {
				firingRate: 0.5,
				by: "captions",
				bar: { minimumFiringRate: 0.1, minimumClarity: 0.95 },
				clarity: null,
				percentile: null,
				nullMean: null,
				nullP95: null,
				below: null,
			},
		});
	});

	it("leaves neurons alone that are skipped anyway", () => {
		const { firingRate: _, ...dead } = {
			...neuron([]),
			status: {
				status: "skipped",
				reason: "dead",
				evidence: { value: 0, clips: 100 },
			},
		} as const;
		expect(triage({ ...dead, firingRate: 0 }, false)).toEqual(dead);
	});
});
