/** Stage "open-set-extraction" (module C): the concepts in the sentences that survived calibration. */

import { acousticChoiceHash } from "../modules/open-set-extraction/acoustic-choice.ts";
import {
	judgeAcoustic,
	judgeWithLexicon,
} from "../modules/open-set-extraction/acoustic-filter.ts";
import {
	type AcousticVerdict,
	adjectivesOf,
	extractOpenSet,
} from "../modules/open-set-extraction/extract-open-set.ts";
import type { Tagger } from "../modules/open-set-extraction/tagger.ts";
import { type Prompt, promptNamed } from "../prompts/load.ts";
import { hashJson } from "../shared/hash.ts";
import { forEachLimited } from "../shared/pool.ts";
import type { StageContext, WriterModel } from "./context.ts";
import {
	countPending,
	type Described,
	describeNeurons,
	outputOf,
	pendingNeurons,
	type RunContext,
} from "./neurons.ts";
import { captionsOf } from "./summarize-neurons.ts";

export type AcousticFilter = {
	/** Verdicts on lemmas. Throws when a word could not be judged, so that its neuron fails. */
	judge(lemmas: readonly string[]): ReadonlyMap<string, AcousticVerdict>;
	/** Where the verdicts on these lemmas came from. */
	provenance(
		lemmas: readonly string[],
	): Pick<Described, "model" | "promptHash" | "callIds">;
};

/** So many that the thread that tags is never waited for while it could work. */
const NEURONS_AT_A_TIME = 16;

export async function extractConcepts(context: StageContext): Promise<void> {
	if (countPending(context, "open-set-extraction") === 0) return;
	const { tagger } = context;
	const writer = context.writer?.modelFor("acoustic-filter") ?? null;
	const filter =
		writer === null
			? lexiconFilter(tagger)
			: await modelFilter(context, writer, tagger);
	await describeOpenSet(context, filter, tagger);
}

/** Describes the neurons that module C has still to describe, adjectives judged by `filter`. */
export async function describeOpenSet(
	context: RunContext,
	filter: AcousticFilter,
	tagger: Tagger,
): Promise<void> {
	await describeNeurons(context, {
		module: "open-set-extraction",
		concurrency: NEURONS_AT_A_TIME,
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
}

/** Content address of who judges adjectives: the model, with what can change its replies, and the prompt. Verdicts are kept under it. */
export function acousticJudge(
	{ identity }: Pick<WriterModel, "identity">,
	prompt: Pick<Prompt, "hash">,
): string {
	return hashJson({
		model: identity,
		prompt: byChoice(identity) ? acousticChoiceHash : prompt.hash,
	});
}

/** Words are judged by log-probabilities, without the prompt. */
function byChoice({ logprobs }: WriterModel["identity"]): boolean {
	return logprobs === "full";
}

/** The verdicts of the lexicon. */
export function lexiconFilter({ lexicon }: Tagger): AcousticFilter {
	return {
		judge: (lemmas) => judgeWithLexicon(lemmas, lexicon),
		provenance: () => ({ model: "none (lexicon)" }),
	};
}

/** Every distinct adjective of the run is judged before the first neuron is described: once each, many per call. */
async function modelFilter(
	context: StageContext,
	{ model, identity }: WriterModel,
	tagger: Tagger,
): Promise<AcousticFilter> {
	const prompt = promptNamed(context.prompts, "acoustic-filter");
	const lemmas = new Set<string>();
	await forEachLimited(
		pendingNeurons(context, "open-set-extraction"),
		NEURONS_AT_A_TIME,
		async ({ calibrated }) => {
			if (calibrated?.status === "described")
				for (const lemma of await adjectivesOf(calibrated.output, tagger))
					lemmas.add(lemma);
		},
	);
	const { verdicts, failures } = await judgeAcoustic({
		lemmas: [...lemmas],
		model,
		prompt,
		judge: acousticJudge({ identity }, prompt),
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
			...(byChoice(identity) ? {} : { promptHash: prompt.hash }),
			callIds: [
				...new Set(words.flatMap((word) => verdicts.get(word)?.callId ?? [])),
			],
		}),
	};
}
