/** Stage "summary-calibration": strikes from each high summary what the low summary says too. */
import { ConfigError } from "../errors.ts";
import { askWhatIsDistinct } from "../modules/summary-calibration/ask-what-is-distinct.ts";
import { calibrateSummary } from "../modules/summary-calibration/calibrate-summary.ts";
import { promptNamed } from "../prompts/load.ts";
import type { NeuronView } from "../store/store.ts";
import type { Summary } from "../types.ts";
import type { StageContext } from "./context.ts";
import { type Described, describeNeurons, outputOf } from "./neurons.ts";
import { captionsOf } from "./summarize-neurons.ts";

type Sides = { readonly high: Summary; readonly low: Summary };
/** What a language model says of the two sides, and where that comes from; nothing when the threshold decides. */
type Judge = (sides: Sides) => Promise<
	Pick<Described, "promptHash" | "model" | "callIds"> & {
		readonly distinct?: ReadonlySet<number>;
	}
>;

export async function calibrateNeurons(context: StageContext): Promise<void> {
	const { embeddings, method, signal } = context;
	const { threshold } = method.summaryCalibration;
	const { judge, concurrency } = judgeOf(context);
	await describeNeurons(context, {
		module: "summary-calibration",
		concurrency,
		// Every distinct sentence and caption of a page in one go; the calls per neuron are then served from the store.
		prepare: async (page) => {
			await embeddings.embed([...new Set(page.flatMap(textsOf))], { signal });
		},
		describe: async ({ summaries, high, low }) => {
			const sides = outputOf(summaries, "summarize");
			const { distinct, ...provenance } = await judge(sides);
			const output = await calibrateSummary({
				high: sides.high.sentences,
				dropped: sides.high.dropped,
				low: sides.low.sentences,
				threshold,
				captions: { high: captionsOf(high), low: captionsOf(low) },
				embed: (texts) => embeddings.embed(texts, { signal }),
				distinct,
			});
			return { outcome: { status: "described", output }, ...provenance };
		},
	});
}

function judgeOf(context: StageContext): {
	readonly judge: Judge;
	readonly concurrency: number;
} {
	const { method, signal } = context;
	if (method.summaryCalibration.method === "embeddings")
		return { judge: async () => ({}), concurrency: 1 };
	const writer = context.writer?.modelFor("calibrate") ?? null;
	if (writer === null)
		throw new ConfigError(
			"summary calibration by a language model needs one, and there is none",
			{
				code: "language_model_needed",
				hint: "Set summaryCalibration.method to embeddings, or name a language model.",
			},
		);
	const { model, concurrency } = writer;
	const prompt = promptNamed(context.prompts, "calibrate");
	return {
		// As many again are ready: no request waits for the neuron before it to be stored.
		concurrency: 2 * concurrency,
		judge: async ({ high, low }) => ({
			...(await askWhatIsDistinct({
				high: high.sentences,
				low: low.sentences,
				prompt,
				model,
				signal,
			})),
			model: `${model.provider}/${model.model}`,
			promptHash: prompt.hash,
		}),
	};
}

function textsOf({ summaries, high, low }: NeuronView): string[] {
	if (summaries?.status !== "described") return [];
	const { high: said, low: saidOfLow } = summaries.output;
	// No margin is computed for a side without sentences.
	if (said.sentences.length === 0) return [];
	return [
		...[...said.sentences, ...saidOfLow.sentences].map(({ text }) => text),
		...captionsOf(high),
		...captionsOf(low),
	];
}
