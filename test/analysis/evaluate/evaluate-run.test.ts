import { expect, it } from "vitest";
import { evaluateRun } from "../../../src/analysis/evaluate/evaluate-run.ts";
import {
	sampleNeuron,
	startSampleRun,
	temporaryStore,
} from "../../support/temporary-store.ts";
import { names, namesModel } from "./names-model.ts";

it("a unit of which the language model says that no concept fits is a miss, as in the last-layer table", async () => {
	const store = temporaryStore();
	const run = startSampleRun(store);
	store.putNeurons(
		run,
		[0, 1].map((unit) => sampleNeuron("second", unit)),
	);
	store.putDescriptions(
		run,
		[false, true].map((noneFits, unit) => ({
			layer: "second",
			unit,
			module: "closed-set",
			outcome: {
				status: "described",
				output: {
					method: "icl",
					function: null,
					ranked: [{ concept: unit === 0 ? "rain" : "wind", score: null }],
					margin: null,
					noneFits,
					noneScore: null,
					shortlist: null,
				},
			},
		})),
	);
	const { lastLayer } = await evaluateRun({
		store,
		run,
		classes: ["rain", "wind"],
		outputLayer: "second",
		concepts: names,
		embeddings: namesModel(),
		seed: 0,
	});
	expect(lastLayer).toMatchObject({
		top1: { value: 0.5, nValid: 2 },
		top5: { value: 0.5, nValid: 2 },
		cosine: { nValid: 1, nWithout: 1 },
	});
});
