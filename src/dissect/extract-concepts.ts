/** Stage "open-set-extraction" (module C): the concepts in the sentences that survived calibration. */

import {
	judgeAcoustic,
	judgeWithLexicon,
} from "../modules/open-set-extraction/acoustic-filter.ts";
import {
	type AcousticVerdict,
	adjectivesOf,
	extractOpenSet,
} from "../modules/open-set-extraction/extract-open-set.ts";
import { loadLexicon } from "../modules/open-set-extraction/lexicon.ts";
import {
	createTagger,
	type Tagger,
} from "../modules/open-set-extraction/tagger.ts";
import { promptNamed } from "../prompts/load.ts";
import type { StageContext, Writer } from "./context.ts";
import {
	countPending,
	type Described,
	describeNeurons,
	outputOf,
	pendingNeurons,
} from "./neurons.ts";
import { captionsOf } from "./summarize-neurons.ts";

/** Verdicts on lemmas, and where they came from. Throws when a word could not be judged, so that its neuron fails. */
type AcousticFilter = {
	judge(lemmas: readonly string[]): ReadonlyMap<string, AcousticVerdict>;
	readonly provenance: Pick<Described, "model" | "promptHash">;
};

export async function extractConcepts(context: StageContext): Promise<void> {
	if (countPending(context, "open-set-extraction") === 0) return;
	const tagger = createTagger(await loadLexicon());
	try {
		const filter =
			context.writer === null
				? lexiconFilter(tagger)
				: await modelFilter(context, context.writer, tagger);
		await describeNeurons(context, {
			module: "open-set-extraction",
			concurrency: 1,
			describe: async ({ calibrated, high }) => ({
				outcome: {
					status: "described",
					output: await extractOpenSet({
						calibrated: outputOf(calibrated, "summary-calibration"),
						captions: captionsOf(high),
						tagger,
						judge: filter.judge,
					}),
				},
				...filter.provenance,
			}),
		});
	} finally {
		await tagger.close();
	}
}

function lexiconFilter({ lexicon }: Tagger): AcousticFilter {
	return {
		judge: (lemmas) => judgeWithLexicon(lemmas, lexicon),
		provenance: { model: "none (lexicon)" },
	};
}

/** Every distinct adjective of the run is judged before the first neuron is described: once each, many per call. */
async function modelFilter(
	context: StageContext,
	{ model }: NonNullable<Writer>,
	tagger: Tagger,
): Promise<AcousticFilter> {
	const prompt = promptNamed(context.prompts, "acoustic-filter");
	const lemmas = new Set<string>();
	for (const { calibrated } of pendingNeurons(context, "open-set-extraction"))
		if (calibrated?.status === "described")
			for (const lemma of await adjectivesOf(calibrated.output, tagger))
				lemmas.add(lemma);
	const { verdicts, failures } = await judgeAcoustic({
		lemmas: [...lemmas],
		model,
		prompt,
		judgements: context.store,
		signal: context.signal,
	});
	return {
		judge: (words) =>
			new Map(
				words.map((word) => {
					const verdict = verdicts.get(word);
					if (verdict === undefined)
						throw failures.get(word) ?? new Error(`"${word}" was not judged`);
					return [word, verdict ? "yes" : "no"];
				}),
			),
		provenance: {
			model: `${model.provider}/${model.model}`,
			promptHash: prompt.hash,
		},
	};
}
