/** Dry run of the summaries: which calls the exemplars of every neuron make, or how many they can be at most before anything is recorded. */
import { CallDeferredError, throwIfInterrupted } from "../errors.ts";
import type { LanguageModel } from "../llm/port.ts";
import { cleanCaption } from "../modules/summarize/caption-hygiene.ts";
import { summarizeWithModel } from "../modules/summarize/summarize-with-model.ts";
import { promptNamed } from "../prompts/load.ts";
import type { Recording } from "../recordings/recording.ts";
import { selectExemplars } from "../recordings/select-exemplars.ts";
import type { Side, Summary } from "../types.ts";
import {
	type CountedCalls,
	countCalls,
	type DeferredCalls,
	upTo,
} from "./dry-run-calls.ts";
import type { LeftOut } from "./dry-run-triage.ts";
import type { DissectOptions } from "./options.ts";

export type SummaryCount = CountedCalls & {
	/** Sides of neurons that are described: two each. */
	readonly requests: number;
	/** Distinct calls whose replies the store has; null when it cannot be known yet. */
	readonly served: number | null;
	/** Requests that are the same as another's, because the exemplars have the same captions; null when it cannot be known yet. */
	readonly shared: number | null;
	/** High summaries the store has. */
	readonly known: readonly Summary[];
	/** High summaries that are still to be written, at most. */
	readonly unknown: number;
};

/** Of a finished recording: exact. `leftOut`: neurons below the bar of triage. */
export async function countSummaries(
	options: DissectOptions & {
		readonly model: LanguageModel;
		readonly deferred: DeferredCalls;
	},
	recording: Recording,
	leftOut: LeftOut,
): Promise<SummaryCount> {
	const { method, neurons, signal, onProgress } = options;
	const layers = recording.layers.filter(({ name }) =>
		options.network.layers.some((layer) => layer.name === name),
	);
	const total = layers.reduce((sum, { units }) => sum + units, 0);
	const served = new Set<number>();
	const known = new Map<number, Summary>();
	const waiting = new Set<string>();
	let requests = 0;
	let done = 0;
	const ask = async (side: Side, clips: readonly { clip: number }[]) => {
		requests += 1;
		const captions = clips.map(({ clip }) => captionOf(recording, clip));
		const result = await askFor(options, side, captions);
		if (typeof result === "string") {
			if (side === "high") waiting.add(result);
			return;
		}
		for (const id of result.callIds) served.add(id);
		if (side === "high") known.set(result.callIds[0] ?? -1, result.summary);
	};
	for (const layer of layers) {
		const wanted = neurons?.get(layer.name);
		const blocks = selectExemplars({
			layer,
			count: method.exemplars.count,
			signal,
		});
		for await (const block of blocks) {
			throwIfInterrupted(signal);
			for (const { neuron, status, high, low } of block) {
				if (wanted !== undefined && !wanted.has(neuron.unit)) continue;
				if (leftOut.get(layer.name)?.has(neuron.unit) === true) continue;
				if (status.status !== "ok") continue;
				await ask("high", high);
				await ask("low", low);
			}
			done += block.length;
			onProgress?.({ stage: "dry run", done, total });
		}
	}
	const counted = countCalls(options.deferred.take());
	return {
		...counted,
		requests,
		served: served.size,
		shared: requests - served.size - counted.calls.most,
		known: [...known.values()],
		unknown: waiting.size,
	};
}

/** Groups of captions that stand for the exemplars nobody knows yet. */
const SAMPLE = 50;

/** Before anything is recorded: two calls for every neuron at most, each as long as one with captions taken from all over the probe set. */
export async function estimateSummaries(
	options: DissectOptions & {
		readonly model: LanguageModel;
		readonly deferred: DeferredCalls;
	},
	neuronCount: number,
): Promise<SummaryCount> {
	const { clips } = options.probeSet;
	const { count } = options.method.exemplars;
	for (let group = 0; group < SAMPLE && clips.length > 0; group += 1) {
		// Clips far apart: manifests are often sorted by class.
		const captions = Array.from(
			{ length: Math.min(count, clips.length) },
			(_, rank) => {
				const at = Math.floor(
					((group + rank * SAMPLE) / (SAMPLE * count)) * clips.length,
				);
				return clips[at]?.captions[0] ?? "";
			},
		);
		await askFor(options, "high", captions);
	}
	const requests = 2 * neuronCount;
	const sample = options.deferred.take();
	return {
		...upTo(requests, sample),
		requests,
		served: null,
		shared: null,
		known: [],
		unknown: neuronCount,
	};
}

function captionOf(recording: Recording, clip: number): string {
	return cleanCaption(recording.clips[clip]?.captions[0] ?? "");
}

/** The summary when the store has its calls, else the key of the call that was put aside. */
async function askFor(
	options: DissectOptions & { readonly model: LanguageModel },
	side: Side,
	captions: readonly string[],
): Promise<Awaited<ReturnType<typeof summarizeWithModel>> | string> {
	try {
		return await summarizeWithModel({
			captions,
			side,
			prompt: promptNamed(options.prompts, "summarize"),
			model: options.model,
			minWords: options.method.summarize.minWords,
			signal: options.signal,
		});
	} catch (error) {
		if (error instanceof CallDeferredError)
			return String(error.evidence?.callKey);
		throw error;
	}
}
