/** Dry run of embeddings by a server: the texts that have no vector yet, and the sentences that are still to be written. */
import { conceptText } from "../embeddings/texts.ts";
import type { PricedModel } from "../llm/prices.ts";
import { estimateTokens } from "../llm/token-estimate.ts";
import { conceptTexts } from "../modules/closed-set/concept-vectors.ts";
import { SHORTLIST } from "../modules/closed-set/shortlist.ts";
import { cleanCaption } from "../modules/summarize/caption-hygiene.ts";
import { sha256 } from "../shared/hash.ts";
import { chunksOf } from "../shared/pool.ts";
import type { CountedCalls } from "./dry-run-calls.ts";
import type { DissectOptions } from "./options.ts";
import { shownCaption } from "./summarize-neurons.ts";

/** Texts per request, see `openRemoteEmbeddings`. */
const TEXTS_PER_REQUEST = 64;

/** Sentences of a neuron, both sides, and tokens of each: as long as the prompt of summaries allows. */
export const SENTENCES_PER_NEURON = 10;
const TOKENS_PER_SENTENCE = 25;
const TOKENS_PER_SUMMARY = (SENTENCES_PER_NEURON / 2) * TOKENS_PER_SENTENCE;

/** Neurons whose sentences are embedded together, see `describeNeurons`. */
const NEURONS_AT_A_TIME = 200;

/** Hashes looked up at a time. */
const BLOCK = 1000;

type Count = { readonly calls: number; readonly tokens: number };

/**
 * Captions and concepts are known, and counted exactly. At most as many sentences as summaries may have, and what the output layer is scored
 * with, are added. `neurons`: those that are described.
 */
export function countEmbeddings(
	options: DissectOptions,
	model: PricedModel,
	neurons: number,
): CountedCalls {
	const { modules, method, probeSet, conceptSet } = options;
	const { closedSet, triage } = method;
	const { clips } = probeSet;
	const { concepts } = conceptSet;
	const compares = modules.includes("closed-set");
	const byCaptions = compares && closedSet.method === "db";
	const inContext =
		compares && closedSet.method === "icl" && concepts.length > SHORTLIST;
	const count = counter(options);
	// In the order of a dissection: a text is sent once.
	const certain = [
		count(triage?.clarity === "captions" ? clips.map(shownCaption) : []),
		count([
			...(byCaptions || inContext
				? conceptTexts(concepts, closedSet.conceptTemplate)
				: []),
			...(byCaptions
				? clips.flatMap(({ captions }) => captions.map(cleanCaption))
				: []),
		]),
	];
	const possible = [
		// Each asked about by itself.
		...(inContext
			? [{ calls: neurons, tokens: neurons * TOKENS_PER_SUMMARY }]
			: []),
		...(modules.includes("summary-calibration")
			? [sentencesOf(neurons), inPages(count(clips.map(shownCaption)), neurons)]
			: []),
		...scored(options, count),
	];
	const least = total(certain);
	const most = total([...certain, ...possible]);
	return {
		model,
		calls: { least: least.calls, most: most.calls },
		input: { least: least.tokens, most: most.tokens },
		outputMost: 0,
		inBatches: "none",
	};
}

function sentencesOf(neurons: number): Count {
	const rest = neurons % NEURONS_AT_A_TIME;
	const pages = (neurons - rest) / NEURONS_AT_A_TIME;
	return {
		calls:
			pages * callsOf(NEURONS_AT_A_TIME * SENTENCES_PER_NEURON) +
			callsOf(rest * SENTENCES_PER_NEURON),
		tokens: neurons * SENTENCES_PER_NEURON * TOKENS_PER_SENTENCE,
	};
}

/** Texts that may come up with any page of neurons: each may then need a request that is not full. */
function inPages({ calls, tokens }: Count, neurons: number): Count {
	const pages = Math.ceil(neurons / NEURONS_AT_A_TIME);
	return { calls: calls === 0 ? 0 : calls + Math.max(0, pages - 1), tokens };
}

/** What the output layer is scored with: see `evaluateRun`. */
function scored(
	{ network, modules, method, probeSet }: DissectOptions,
	count: ReturnType<typeof counter>,
): readonly Count[] {
	const { classes, outputLayer } = network;
	if (classes === null || outputLayer === null) return [];
	const calibrated = modules.includes("summary-calibration");
	const named = modules.includes("closed-set");
	if (!calibrated && !named) return [];
	const of = (texts: number, tokens: number): Count => ({
		calls: callsOf(texts),
		tokens: texts * tokens,
	});
	return [
		count(classes.map(conceptText)),
		// The concept of each unit, without the template.
		...(named && method.closedSet.conceptTemplate !== null
			? [of(classes.length, TOKENS_PER_SENTENCE)]
			: []),
		...(calibrated
			? [
					of(classes.length, TOKENS_PER_SUMMARY),
					count(probeSet.clips.flatMap(({ captions }) => captions.slice(0, 1))),
				]
			: []),
	];
}

function callsOf(texts: number): number {
	return Math.ceil(texts / TEXTS_PER_REQUEST);
}

function total(counts: readonly Count[]): Count {
	return counts.reduce(
		(sum, { calls, tokens }) => ({
			calls: sum.calls + calls,
			tokens: sum.tokens + tokens,
		}),
		{ calls: 0, tokens: 0 },
	);
}

/** Counts texts that are asked for together: those that have no vector in the store and were not counted before. */
function counter({
	store,
	embeddings,
}: DissectOptions): (texts: readonly string[]) => Count {
	const counted = new Set<string>();
	return (texts) => {
		const fresh = new Set(texts.filter((text) => !counted.has(text)));
		let without = 0;
		let tokens = 0;
		for (const block of chunksOf([...fresh], BLOCK)) {
			const hashes = block.map((text) => sha256(text));
			const there = store.getEmbeddings(embeddings.id, hashes);
			for (const [index, text] of block.entries()) {
				counted.add(text);
				if (there.has(hashes[index] ?? "")) continue;
				without += 1;
				tokens += estimateTokens(text);
			}
		}
		return { calls: callsOf(without), tokens };
	};
}
