/** What a dissection would ask of language models, counted without sending, recording or storing anything. */
import { join } from "node:path";
import type { PricedModel, Prices } from "../llm/prices.ts";
import { attemptId, latestAttempt } from "../recordings/attempts.ts";
import { hashClipInputs, recordingId } from "../recordings/identity.ts";
import { openRecording, type Recording } from "../recordings/recording.ts";
import type { RunStatus } from "../store/store.ts";
import {
	countAcousticFilter,
	NEW_WORDS_PER_SUMMARY,
} from "./dry-run-acoustic.ts";
import {
	type Bounds,
	countCalls,
	type DeferredCalls,
} from "./dry-run-calls.ts";
import { countCheck } from "./dry-run-check.ts";
import { countEmbeddings, SENTENCES_PER_NEURON } from "./dry-run-embeddings.ts";
import { countPerNeuron } from "./dry-run-per-neuron.ts";
import { type DryRunModule, priceOf } from "./dry-run-price.ts";
import { countSummaries, estimateSummaries } from "./dry-run-summaries.ts";
import { countTriage } from "./dry-run-triage.ts";
import { operationOf } from "./operations.ts";
import type { DissectOptions } from "./options.ts";
import { countAsked } from "./rank-neurons.ts";
import { findRun } from "./run.ts";

export type DryRun = {
	/** The network has been recorded over the probe set: calls of summaries are exact, else at most two for each neuron. */
	readonly recorded: boolean;
	readonly neurons: number;
	/** Neurons that triage leaves out, which no call is counted for; null: triage is off. */
	readonly triage: {
		/** Null: not known yet, see `reason`; calls are then counted as if none were left out. */
		readonly notDescribable: number | null;
		readonly unjudged: number | null;
		readonly reason: string | null;
	} | null;
	/** The run that would be resumed; null: it would be a new one. */
	readonly run: { readonly id: string; readonly status: RunStatus } | null;
	/** Modules that ask a language model; empty when none does. */
	readonly modules: readonly DryRunModule[];
	/** Null when a price is not known. */
	readonly usd: Bounds | null;
	readonly usdAtMost: number | null;
	/** Models without a known price, in words, whether or not anything is left to ask them: with a budget in dollars the run refuses to start. */
	readonly unpriced: readonly string[];
	/** What was assumed, in words. */
	readonly assumptions: readonly string[];
};

/**
 * Counts the calls of `dissect` with these options. The models must put their calls aside (`openStudy({ defer })`), so that nothing is
 * sent; `deferred` is where they go. Nothing is recorded and no run is stored. Throws DataError, StoreError, InterruptedError.
 */
export async function dryRun(
	options: DissectOptions & {
		readonly deferred: DeferredCalls;
		readonly prices: Prices;
		/** Priced as sent in batches where that is possible. Default: no. */
		readonly batch?: boolean | undefined;
		/** The server that embeds sentences; null: they are embedded here. Default: null. */
		readonly embedder?: PricedModel | null | undefined;
	},
): Promise<DryRun> {
	const { writer } = options;
	const neurons = countAsked(options);
	const recording = await findRecording(options);
	const recorded = recording !== undefined;
	const triage = await countTriage(options, recording);
	const described = neurons - (triage?.notDescribable ?? 0);
	const summarizer = writer?.modelFor("summarize") ?? null;
	const judge = writer?.modelFor("acoustic-filter") ?? null;
	const summaries =
		summarizer === null
			? { known: [], unknown: described }
			: recording === undefined
				? await estimateSummaries({ ...options, ...summarizer }, neurons)
				: await countSummaries(
						{ ...options, ...summarizer },
						recording,
						triage?.leftOut ?? new Map(),
					);
	const run = recording === undefined ? null : findRun(options, recording);
	const complete = run?.status === "complete";
	const works =
		"requests" in summaries ? summaries.requests > 0 : described > 0;
	const quizzes = complete || !works ? new Map() : await countCheck(options);
	const priced: DryRunModule[] = [];
	const add = (asked: Omit<Parameters<typeof priceOf>[1], "quiz">): void => {
		const quiz = quizzes.get(asked.operation);
		priced.push(priceOf(options, { ...asked, quiz }));
	};
	if (summarizer !== null && "calls" in summaries)
		add({
			module: "summarize",
			operation: "summarize",
			...summarizer,
			counted: summaries,
			served: summaries.served,
			shared: summaries.shared,
		});
	const perNeuron = complete ? [] : await countPerNeuron(options, described);
	for (const { writer: model, ...asked } of perNeuron)
		add({ ...asked, ...model, served: null, shared: null });
	if (judge !== null)
		add({
			module: "open-set-extraction",
			operation: "acoustic-filter",
			...judge,
			counted: complete
				? countCalls([])
				: await countAcousticFilter({ ...options, ...judge }, summaries),
			served: null,
			shared: null,
		});
	const { embedder = null } = options;
	if (embedder !== null && !complete)
		add({
			module: "embeddings",
			operation: "embed",
			model: embedder,
			counted: countEmbeddings(options, embedder, described),
			served: null,
			shared: null,
		});
	const known = priced.every(({ usd }) => usd !== null);
	const sum = (numbers: readonly (number | undefined | null)[]): number =>
		numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
	return {
		recorded,
		neurons,
		triage: triage && {
			notDescribable: triage.notDescribable,
			unjudged: triage.unjudged,
			reason: triage.reason,
		},
		modules: priced,
		usd: known
			? {
					least: sum(priced.map(({ usd }) => usd?.least)),
					most: sum(priced.map(({ usd }) => usd?.most)),
				}
			: null,
		usdAtMost: known ? sum(priced.map(({ usdAtMost }) => usdAtMost)) : null,
		unpriced: unpricedOf(options),
		run: run === null ? null : { id: run.id, status: run.status },
		assumptions:
			priced.length === 0
				? []
				: assumptionsOf(recorded, {
						filtered: judge !== null,
						perNeuron: perNeuron.length > 0,
						unknown: summaries.unknown,
						embedded: embedder !== null,
					}),
	};
}

function unpricedOf({
	modules,
	method,
	writer,
	prices,
	embedder = null,
}: Parameters<typeof dryRun>[0]): string[] {
	const asked = modules.flatMap((module) => {
		const operation = operationOf(module, method);
		return operation === null
			? []
			: (writer?.modelFor(operation)?.identity ?? []);
	});
	return [
		...new Set(
			[...asked, ...(embedder === null ? [] : [embedder])].flatMap(
				(model) => prices.of(model).reason ?? [],
			),
		),
	];
}

/** The finished recording these options would use; undefined when there is none. */
async function findRecording({
	network,
	probeSet,
	recording = {},
	store,
}: DissectOptions): Promise<Recording | undefined> {
	const id = recordingId(
		network,
		await hashClipInputs(network, probeSet.clips),
		{
			precision: recording.precision ?? "float32",
			provider: recording.provider ?? "cpu",
		},
	);
	const directoryOf = (recording: string): string =>
		join(store.directory, "recordings", recording.slice(0, 16));
	const attempt = await latestAttempt(directoryOf(id));
	return openRecording(directoryOf(attemptId(id, attempt)), probeSet);
}

function assumptionsOf(
	recorded: boolean,
	{
		filtered,
		perNeuron,
		unknown,
		embedded,
	}: {
		readonly filtered: boolean;
		readonly perNeuron: boolean;
		readonly unknown: number;
		readonly embedded: boolean;
	},
): string[] {
	return [
		"input tokens are estimated as UTF-8 bytes / 3, which is rather too many",
		...(recorded
			? []
			: [
					"the network is not recorded over this probe set yet: at most two calls for each neuron, with captions of mean length; `audio-dissect record` makes it exact",
				]),
		...(perNeuron
			? [
					"modules that ask once for each neuron: at most that, about summaries of five sentences",
				]
			: []),
		...(filtered && unknown > 0
			? [
					`the words of the acoustic filter are in summaries that are still to be written: at most ${NEW_WORDS_PER_SUMMARY} new ones in each`,
				]
			: []),
		...(embedded
			? [
					`embeddings: captions and concepts exactly, at most ${SENTENCES_PER_NEURON} sentences of each neuron, and class names and summaries for the scores of the output layer`,
				]
			: []),
		"a reply that does not fit its schema is asked for once more, which is not counted",
	];
}
