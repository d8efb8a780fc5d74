/** Stage "summary-calibration": strikes from each high summary what the low summary says too. */
import { calibrateSummary } from "../modules/summary-calibration/calibrate-summary.ts";
import type { NeuronView } from "../store/store.ts";
import type { StageContext } from "./context.ts";
import { describeNeurons, outputOf } from "./neurons.ts";

export async function calibrateNeurons(context: StageContext): Promise<void> {
	const { embeddings, method, signal } = context;
	await describeNeurons(context, {
		module: "summary-calibration",
		concurrency: 1,
		// Every distinct sentence of a page in one go; the calls per neuron are then served from the store.
		prepare: async (page) => {
			await embeddings.embed([...new Set(page.flatMap(sentencesOf))], {
				signal,
			});
		},
		describe: async ({ summaries }) => {
			const { high, low } = outputOf(summaries, "summarize");
			const output = await calibrateSummary({
				high: high.sentences,
				low: low.sentences,
				threshold: method.summaryCalibration.threshold,
				embed: (texts) => embeddings.embed(texts, { signal }),
			});
			return { outcome: { status: "described", output } };
		},
	});
}

function sentencesOf({ summaries }: NeuronView): string[] {
	if (summaries?.status !== "described") return [];
	const { high, low } = summaries.output;
	return [...high.sentences, ...low.sentences].map(({ text }) => text);
}
