/** Answers of a local model as the port reads them: what was spent, and the failures that are not in a reply. */
import type { LlamaCppOptions } from "./llama-cpp-identity.ts";
import type { Loaded } from "./llama-cpp-load.ts";
import type { Usage } from "./port.ts";
import { type ProviderAnswer, shorten, unknownUsage } from "./provider.ts";

/** What a request over HTTP has and this one has not. */
export const local = { requestId: null, httpStatus: null };

/** Tokens since `before`. */
export function spent(
	{ sequence }: Loaded,
	before: {
		readonly usedInputTokens: number;
		readonly usedOutputTokens: number;
	},
): Usage {
	const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter.getState();
	return {
		inputTokens: usedInputTokens - before.usedInputTokens,
		outputTokens: usedOutputTokens - before.usedOutputTokens,
	};
}

export function contextOf({ model, scrub }: LlamaCppOptions) {
	return { provider: "llama-cpp", model, scrub };
}

/** Counted here, because the library cuts a long prompt without a word. */
export function tooLong(
	{ model, contextSize }: LlamaCppOptions,
	promptLength: number,
	replyLength: number,
): ProviderAnswer {
	return {
		...local,
		outcome: "error",
		text: null,
		finishReason: null,
		usage: unknownUsage,
		failure: {
			code: "prompt_too_long",
			message: `the prompt is too long for llama-cpp model "${model}": expected prompt and reply within ${contextSize} tokens, got ${promptLength} and up to ${replyLength}`,
			hint: "Raise languageModel.contextSize, or lower languageModel.maxOutputTokens.",
			reach: "this_call",
		},
	};
}

/** What the library threw for one request. */
export function failed(
	{ model, scrub }: LlamaCppOptions,
	error: unknown,
	usage: Usage,
): ProviderAnswer {
	const said = error instanceof Error ? error.message : String(error);
	return {
		...local,
		outcome: "error",
		text: null,
		finishReason: null,
		usage,
		failure: {
			code: "local_model_failed",
			message: scrub.text(
				`llama-cpp model "${model}" failed: ${shorten(said, 600)}`,
			),
			hint: "The same command asks again; when it comes again, try another file of the model.",
			cause: scrub.cause(error),
			reach: "this_call",
		},
	};
}
