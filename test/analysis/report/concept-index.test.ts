import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	conceptIndex,
	namedPerWord,
} from "../../../src/analysis/report/concept-index.ts";
import { clearestOf } from "../../../src/analysis/report/layers-table.ts";
import type { NeuronView } from "../../../src/analysis/report/source.ts";
import type { ModuleName } from "../../../src/types.ts";
import { neuronView } from "./fixture.ts";

const modules: ReadonlySet<ModuleName> = new Set([
	"closed-set",
	"summary-calibration",
]);

function scored(
	unit: number,
	concept: string,
	score: number,
	options: Partial<NeuronView> & { readonly aboveNull?: boolean } = {},
): NeuronView {
	const { aboveNull = true, ...members } = options;
	return neuronView({
		unit,
		closedSet: {
			status: "described",
			output: {
				method: "db",
				function: "cosine",
				ranked: [{ concept, score }],
				margin: null,
				null: { permutations: 200, seed: 0, p95: 0.25 },
				aboveNull,
			},
		},
		...members,
	});
}

describe("conceptIndex", () => {
	it("names the strongest neurons and counts them all, like sort and slice", () => {
		fc.assert(
			fc.property(fc.array(fc.nat(9), { maxLength: 80 }), (scores) => {
				const index = conceptIndex(modules);
				const views = scores.map((score, unit) => scored(unit, "rain", score));
				index.add(0, views.slice(0, 30));
				index.add(1, views.slice(30));
				const expected = scores
					.map((strength, unit) => ({
						position: unit < 30 ? 0 : 1,
						unit,
						strength,
					}))
					.sort((a, b) => b.strength - a.strength || a.unit - b.unit)
					.slice(0, namedPerWord);
				expect(index.concepts()).toEqual(
					scores.length === 0
						? []
						: [{ word: "rain", count: scores.length, named: expected }],
				);
			}),
		);
	});

	it("leaves out concepts that do not fit and adjectives that are not acoustic", () => {
		const index = conceptIndex(modules);
		index.add(0, [
			scored(0, "wind", 0.5, { aboveNull: false }),
			scored(1, "rain", 0.5),
			scored(2, "applause", 0.5),
			scored(3, "rain", 0.5),
		]);
		expect(index.concepts().map(({ word, count }) => [word, count])).toEqual([
			["rain", 2],
			["applause", 1],
		]);
		expect(index.adjectives().map(({ word, count }) => [word, count])).toEqual([
			["steady", 4],
		]);
	});
});

describe("clearestOf", () => {
	const failed: Partial<NeuronView> = {
		calibrated: {
			status: "failed",
			error: { name: "Error", code: "x", message: "x" },
		},
	};

	it("prefers a described neuron, then the largest lead over the null, then the lower unit", () => {
		const first = clearestOf(
			[scored(0, "rain", 0.9, failed), scored(1, "wind", 0.5)],
			modules,
			null,
		);
		expect(first).toMatchObject({ unit: 1, concept: "wind", lead: 0.25 });
		expect(
			clearestOf(
				[scored(2, "rain", 0.5), scored(3, "rain", 0.95, failed)],
				modules,
				first,
			),
		).toBe(first);
		expect(clearestOf([scored(4, "rain", 0.75)], modules, first)).toMatchObject(
			{ unit: 4, lead: 0.5 },
		);
	});

	it("is null when no concept beats its null", () => {
		expect(
			clearestOf([scored(0, "rain", 0.2, { aboveNull: false })], modules, null),
		).toBeNull();
	});

	it("takes a neuron without a description when there is no other", () => {
		expect(
			clearestOf([scored(0, "rain", 0.5, failed)], modules, null),
		).toMatchObject({ unit: 0, sentence: null });
	});
});

describe("spellings", () => {
	const withAdjectives = (unit: number, ...lemmas: readonly string[]) =>
		neuronView({
			unit,
			openSet: {
				status: "described",
				output: {
					adjectives: lemmas.map((lemma, index) => ({
						lemma,
						support: index + 1,
						acoustic: "yes",
					})),
					nouns: [],
					verbs: [],
					prepositions: [],
					negated: [],
					captionLength: 1,
					description: null,
				},
			},
		});

	it("of one word are one entry, under the commonest, and a neuron with two of them is one neuron", () => {
		const index = conceptIndex(modules);
		index.add(0, [
			withAdjectives(0, "high pitched"),
			withAdjectives(1, "high-pitched"),
			withAdjectives(2, "high pitched", "high-pitched"),
			withAdjectives(3, "loud"),
			withAdjectives(4, "noisy"),
		]);
		expect(index.adjectives().map(({ word, count }) => [word, count])).toEqual([
			["high-pitched", 3],
			["loud", 1],
			["noisy", 1],
		]);
	});
});
