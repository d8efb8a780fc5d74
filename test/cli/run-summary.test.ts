import { expect, it } from "vitest";
import { runSummary, runSummaryText } from "../../src/cli/run-summary.ts";
import { startSampleRun, temporaryStore } from "../support/temporary-store.ts";

it("says how many output units have no concept and no summary, where it prints the scores that count them", () => {
	const store = temporaryStore();
	const run = startSampleRun(store);
	const score = {
		value: 0.5,
		nValid: 48,
		nFailed: 0,
		coverage: 1,
		ci95: null,
		null: { value: 0.02 },
	};
	const nearest = {
		correct: 20,
		of: 46,
		without: 5,
		failed: 2,
		ci95: null,
		null: { value: 0.02 },
	};
	const put = (nWithout: number, without: number): string => {
		store.putEvaluation(run, "last-layer", {
			top1: score,
			top5: score,
			cosine: { ...score, nWithout },
			outsideConceptSet: [],
			insideConceptSet: { units: 48, top1: 24, top5: 24 },
		});
		store.putEvaluation(run, "nearest-class", {
			summary: { ...nearest, without },
			captions: nearest,
		});
		return runSummaryText(runSummary(store, run));
	};
	const text = put(3, 5);
	expect(text).toMatch(/top-1 .*; 48 units, 3 without a concept: a miss$/m);
	expect(text).toMatch(/top-5 .*; 48 units, 3 without a concept: a miss$/m);
	expect(text).toContain(
		"the unit's own for 20 of 46, 5 without a summary: a miss, 2 failed or waiting (mean of its captions: 20 of 46",
	);
	expect(put(0, 0)).not.toContain("a miss");
});
