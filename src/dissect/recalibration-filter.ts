/** The acoustic filter of a recalibration: verdicts that were paid for, the lexicon, or, when asked to, a language model. */

import type { DissectionError } from "../errors.ts";
import type { Ledger } from "../llm/ledger.ts";
import type { LanguageModel } from "../llm/port.ts";
import {
	judgeAcoustic,
	type Verdict,
} from "../modules/open-set-extraction/acoustic-filter.ts";
import { adjectivesOf } from "../modules/open-set-extraction/extract-open-set.ts";
import type { Tagger } from "../modules/open-set-extraction/tagger.ts";
import type { Prompt } from "../prompts/load.ts";
import { openSetResult, outcomeOf } from "../store/outcomes.ts";
import type { NeuronView, RunView, Store } from "../store/store.ts";
import { type AcousticFilter, lexiconFilter } from "./extract-concepts.ts";
import { pendingNeurons, type RunContext } from "./neurons.ts";

/** A language model that judges adjectives, with its prompt and its content address (`acousticJudge`). */
export type Asked = {
	readonly model: LanguageModel;
	readonly prompt: Prompt;
	readonly judge: string;
	/** Where calls are charged. Default: nowhere. */
	readonly ledger?: Ledger | undefined;
};

/**
 * Looks up every adjective of the neurons module C has still to describe. A word that was asked about in vain fails its neurons. Throws
 * what the store throws, and InterruptedError.
 */
export async function storedFilter(options: {
	readonly context: RunContext;
	readonly source: RunView;
	readonly tagger: Tagger;
	readonly ask: Asked | null;
}): Promise<AcousticFilter> {
	const { context, source, tagger, ask } = options;
	const { store } = context;
	const before = filterOf(context, source);
	const byLexicon = before?.model?.startsWith("none") === true;
	if (byLexicon && ask === null) return lexiconFilter(tagger);
	const lemmas = new Set<string>();
	for (const { calibrated } of pendingNeurons(context, "open-set-extraction"))
		if (calibrated?.status === "described")
			for (const lemma of await adjectivesOf(calibrated.output, tagger))
				lemmas.add(lemma);
	const verdicts = storedVerdicts(store, source, [...lemmas]);
	let failures: ReadonlyMap<string, DissectionError> = new Map();
	const unknown = [...lemmas].filter((lemma) => !verdicts.has(lemma));
	if (ask !== null && unknown.length > 0) {
		const { model, prompt, judge } = ask;
		store.putPrompts([prompt]);
		const asked = await judgeAcoustic({
			lemmas: unknown,
			model,
			prompt,
			judge,
			judgements: store,
			signal: context.signal,
		});
		for (const [lemma, verdict] of asked.verdicts) verdicts.set(lemma, verdict);
		failures = asked.failures;
	}
	// The lexicon judged before, and a model does now.
	const earlier = byLexicon ? null : before;
	const promptHash = earlier?.promptHash ?? ask?.prompt.hash ?? null;
	const model =
		earlier?.model ??
		(ask === null ? null : `${ask.model.provider}/${ask.model.model}`);
	return {
		judge: (words) =>
			new Map(
				words.map((word) => {
					const verdict = verdicts.get(word);
					const failure = failures.get(word);
					if (failure !== undefined) throw failure;
					if (verdict === undefined) return [word, "unjudged"];
					return [word, verdict.acoustic ? "yes" : "no"];
				}),
			),
		provenance: (words) => ({
			...(model === null ? {} : { model }),
			...(promptHash === null ? {} : { promptHash }),
			callIds: [
				...new Set(words.flatMap((word) => verdicts.get(word)?.callId ?? [])),
			],
		}),
	};
}

/** The verdicts on `lemmas` of those who judged for the source, whenever they gave them; of several, the one who judged most words comes first. */
export function storedVerdicts(
	store: Store,
	source: Pick<RunView, "id">,
	lemmas: readonly string[],
): Map<string, Verdict> {
	const verdicts = new Map<string, Verdict>();
	for (const judge of store.judgesOfRun(source.id))
		for (const [lemma, verdict] of store.getJudgements(judge, [...lemmas]))
			if (!verdicts.has(lemma)) verdicts.set(lemma, verdict);
	return verdicts;
}

/** Adjectives of a run that nobody judged, in alphabetical order. */
export function unjudgedOf({
	store,
	run,
	layers,
}: Pick<RunContext, "store" | "run" | "layers">): string[] {
	const outcome = outcomeOf(openSetResult);
	const lemmas = new Set<string>();
	for (const layer of layers)
		for (const raw of store
			.readOutcomes(run, layer, "open-set-extraction")
			.values()) {
			const parsed = outcome.parse(raw);
			if (parsed.status === "described")
				for (const { lemma, acoustic } of parsed.output.adjectives)
					if (acoustic === "unjudged") lemmas.add(lemma);
		}
	return [...lemmas].sort();
}

type Provenance = NeuronView["provenance"][number];

/** Who filtered the adjectives of the source; null when module C described none of its neurons. */
function filterOf(
	{ store, layers }: RunContext,
	source: RunView,
): Provenance | null {
	const page = 200;
	for (const layer of layers)
		for (let from = 0; ; from += page) {
			const views = store.readLayerNeurons(source.id, layer, {
				from,
				count: page,
			});
			for (const { openSet, provenance } of views)
				if (openSet?.status === "described")
					return (
						provenance.find(({ module }) => module === "open-set-extraction") ??
						null
					);
			if (views.length < page) break;
		}
	return null;
}
