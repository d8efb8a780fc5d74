/** Adapter for a local GGUF file through node-llama-cpp (optional peer): no server, no key. Everything is loaded with the first request. */
import PQueue from "p-queue";
import { InterruptedError } from "../errors.ts";
import { failed, spent, tooLong } from "./llama-cpp-answers.ts";
import { generate } from "./llama-cpp-generate.ts";
import type { LlamaCppOptions } from "./llama-cpp-identity.ts";
import { type Loaded, loadLlama } from "./llama-cpp-load.ts";
import { promptTokens } from "./llama-cpp-prompt.ts";
import { rank } from "./llama-cpp-rank.ts";
import type { Capabilities } from "./port.ts";
import type { Provider, ProviderAnswer } from "./provider.ts";
import { untilAborted } from "./until-aborted.ts";

export const llamaCppCapabilities: Capabilities = {
	structuredOutput: "schema",
	logprobs: "full",
	audioInput: false,
	batch: false,
};

/**
 * The `llama-cpp` provider. Requests are answered one after the other, each from an empty context, so that the same request gives the same
 * bytes, whatever was asked before, how many threads there are and in which process. Evaluation runs on threads of its own; the event loop stays free.
 * Its methods throw InterruptedError, and what `loadLlama` throws; a prompt that does not fit is the failure `prompt_too_long`.
 */
export function llamaCppProvider(options: LlamaCppOptions): Provider {
	const queue = new PQueue({ concurrency: 1 });
	const neutrals = new Map<string, readonly number[]>();
	let loading: Promise<Loaded> | null = null;

	/** Runs `work` when it is its turn. A caller whose signal fires leaves at once; the library may notice only after the whole prompt. */
	const inTurn = async (
		signal: AbortSignal,
		work: (loaded: Loaded) => Promise<ProviderAnswer>,
	): Promise<ProviderAnswer> =>
		untilAborted(
			queue.add(
				async () => {
					loading ??= loadLlama(options);
					const loaded = await loading;
					const before = loaded.sequence.tokenMeter.getState();
					try {
						return await work(loaded);
					} catch (error) {
						if (signal.aborted) throw new InterruptedError(signal.reason);
						return failed(options, error, spent(loaded, before));
					}
				},
				{ signal },
			),
			signal,
		).catch((error: unknown) => {
			if (signal.aborted) throw new InterruptedError(signal.reason);
			throw error;
		});

	return {
		capabilities: llamaCppCapabilities,
		ask: (request, signal) =>
			inTurn(signal, async (loaded) => {
				const tokens = promptTokens(loaded, request.messages).length;
				return tokens + options.maxOutputTokens > options.contextSize
					? tooLong(options, tokens, options.maxOutputTokens)
					: generate(loaded, options, request, signal);
			}),
		rank: {
			way: "log_probabilities",
			ask: (request, signal) =>
				inTurn(signal, (loaded) =>
					rank(loaded, options, request, neutrals, signal),
				),
		},
		close: async () => {
			await queue.onIdle();
			const loaded = await loading?.catch(() => null);
			loading = null;
			await loaded?.model.dispose();
		},
	};
}
