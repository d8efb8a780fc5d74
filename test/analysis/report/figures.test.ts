import { expect, it } from "vitest";
import type { Figure } from "../../../src/analysis/report/figure.ts";
import { figuresOf } from "../../../src/analysis/report/figures.ts";
import { readSettings } from "../../../src/analysis/report/settings.ts";
import { addTallies, tallyOf } from "../../../src/analysis/report/tally.ts";
import type { Json } from "../../../src/shared/hash.ts";
import { neuronView } from "./fixture.ts";

const settings = readSettings({});

function figures(evaluations: Record<string, Json>): readonly Figure[] {
	return figuresOf({
		evaluations,
		tally: tallyOf(
			[
				neuronView(),
				neuronView({ closedSet: null }),
				neuronView({
					status: {
						status: "skipped",
						reason: "dead",
						evidence: { value: 0, clips: 9 },
					},
				}),
			],
			settings.modules,
		),
		settings,
	});
}

/** One line per figure, with plain spaces. */
function lines(all: readonly Figure[]): string[] {
	return all.map(({ title, value, details }) =>
		`${title}: ${value} | ${details.join(" | ")}`.replace(
			/[\u00A0\u202F]/g,
			" ",
		),
	);
}

it("counts what the run has, without evaluations", () => {
	expect(lines(figures({}))).toEqual([
		"A concept fits: 2 | 66.7 % of 3 neurons",
		"Described: 1 | 33.3 % of 3 neurons",
		"Failed: 0 | 1 skipped, each with the reason",
	]);
});

it("shows accuracy with interval and shuffled chance, and the nearest class beside the captions", () => {
	const score = {
		value: 0.75,
		nValid: 48,
		nFailed: 2,
		ci95: [0.612, 0.851],
		null: { value: 0.0208, kind: "shuffled_labels" },
	};
	const nearest = {
		correct: 41,
		of: 48,
		without: 1,
		failed: 2,
		value: 41 / 48,
		ci95: [0.748, 0.94],
		null: { value: 0.0213 },
	};
	expect(
		lines(
			figures({
				"last-layer": { top1: score, top5: { ...score, value: 1, nFailed: 0 } },
				"nearest-class": {
					summary: nearest,
					captions: { ...nearest, correct: 39, of: 48, without: 0 },
				},
				"of-another-version": { top1: 3 },
			}),
		).slice(0, 3),
	).toEqual([
		"Last-layer accuracy, top-1: 75.0 % | 95 % interval 61.2 % to 85.1 % | 2.1 % with the class names shuffled | 48 output neurons with a class name, 2 more failed",
		"Last-layer accuracy, top-5: 100.0 % | 95 % interval 61.2 % to 85.1 % | 2.1 % with the class names shuffled | 48 output neurons with a class name",
		"Description nearest to its own class: 41 of 48 | the bare captions reach 39 of 48 | 95 % interval 74.8 % to 94.0 %; 1 without a description, counted as a miss; 2 more failed | 2.1 % with the class names shuffled",
	]);
});

it("says how many output neurons have no concept, and how many neurons triage left out", () => {
	const score = {
		value: 0.75,
		nValid: 48,
		nFailed: 2,
		ci95: null,
		null: { value: null },
	};
	const [top1, top5] = lines(
		figures({
			"last-layer": { top1: score, top5: score, cosine: { nWithout: 3 } },
		}),
	);
	for (const line of [top1, top5])
		expect(line).toContain(
			"48 output neurons with a class name; 3 without a concept, counted as a miss, 2 more failed",
		);
	const skipped = { status: "skipped", reason: "not_describable" } as const;
	const evidence = null;
	const tally = tallyOf(
		[
			neuronView(),
			neuronView({
				status: { status: "ok", marks: ["not_describable"] },
				summaries: { ...skipped, evidence },
				calibrated: { ...skipped, evidence },
				openSet: { ...skipped, evidence },
			}),
		],
		settings.modules,
	);
	const sum = addTallies(tally, tally);
	expect(lines(figuresOf({ evaluations: {}, tally: sum, settings }))).toContain(
		"Failed: 0 | none skipped | 2 left out by triage, each with what it saw",
	);
});

it("says how many class names are not in the concept set, and how the others did", () => {
	const score = {
		value: 0.04,
		nValid: 50,
		nFailed: 0,
		ci95: null,
		null: { value: null },
	};
	const outside = {
		outsideConceptSet: Array.from({ length: 45 }, (_, i) => `tag ${i}`),
		insideConceptSet: { units: 5, top1: 2, top5: 3 },
	};
	const tail = (line: string | undefined) => line?.split(" | ").at(-1);
	const shown = lines(
		figures({ "last-layer": { top1: score, top5: score, ...outside } }),
	);
	expect(shown.slice(0, 2).map(tail)).toEqual([
		"45 class names not in the concept set, where no concept can be right; of the other 5, 2 are right",
		"45 class names not in the concept set, where no concept can be right; of the other 5, 3 are right",
	]);
	const none = {
		...score,
		value: null,
		reason: "no_class_in_concept_set",
	};
	expect(
		lines(
			figures({
				"last-layer": {
					top1: none,
					top5: none,
					outsideConceptSet: ["techno"],
					insideConceptSet: { units: 0, top1: 0, top5: 0 },
				},
			}),
		)[0],
	).toBe(
		"Last-layer accuracy, top-1: null | no class name is in the concept set | 1 class name not in the concept set, where no concept can be right",
	);
});

it("says that a network without class names has no accuracy", () => {
	expect(lines(figures({ "last-layer": { reason: "no_labels" } }))[0]).toBe(
		"Last-layer accuracy: null | no output neuron has a class name",
	);
});

it("says why there is no accuracy", () => {
	const none = {
		value: null,
		reason: "no_labels",
		nValid: 0,
		nFailed: 0,
		ci95: null,
		null: { value: null },
	};
	expect(lines(figures({ a: { top1: none, top5: none } })).slice(0, 2)).toEqual(
		[
			"Last-layer accuracy, top-1: null | no output neuron has a class name",
			"Last-layer accuracy, top-5: null | no output neuron has a class name",
		],
	);
});
