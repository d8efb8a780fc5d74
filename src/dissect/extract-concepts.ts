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
import { hashJson } from "../shared/hash.ts";
import type { StageContext, Writer } from "./context.ts";
import {
	countPending,
	type Described,
	describeNeurons,
	outputOf,
	pendingNeurons,
} from "./neurons.ts";
import { captionsOf } from "./summarize-neurons.ts";

type AcousticFilter = {
	/** Verdicts on lemmas. Throws when a word could not be judged, so that its neuron fails. */
	judge(lemmas: readonly string[]): ReadonlyMap<string, AcousticVerdict>;
	/** Where the verdicts on these lemmas came from. */
	provenance(
		lemmas: readonly string[],
	): Pick<Described, "model" | "promptHash" | "callIds">;
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
			describe: async ({ calibrated, high }) => {
				const output = await extractOpenSet({
					calibrated: outputOf(calibrated, "summary-calibration"),
					captions: captionsOf(high),
					tagger,
					judge: filter.judge,
				});
				const lemmas = output.adjectives.map(({ lemma }) => lemma);
				return {
					outcome: { status: "described", output },
					...filter.provenance(lemmas),
				};
			},
		});
	} finally {
		await tagger.close();
	}
}

function lexiconFilter({ lexicon }: Tagger): AcousticFilter {
	return {
		judge: (lemmas) => judgeWithLexicon(lemmas, lexicon),
		provenance: () => ({ model: "none (lexicon)" }),
	};
}

/** Every distinct adjective of the run is judged before the first neuron is described: once each, many per call. */
async function modelFilter(
	context: StageContext,
	{ model, identity }: NonNullable<Writer>,
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
		judge: hashJson({ model: identity, prompt: prompt.hash }),
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
					return [word, verdict.acoustic ? "yes" : "no"];
				}),
			),
		provenance: (words) => ({
			model: `${model.provider}/${model.model}`,
			promptHash: prompt.hash,
			callIds: [
				...new Set(words.flatMap((word) => verdicts.get(word)?.callId ?? [])),
			],
		}),
	};
}
