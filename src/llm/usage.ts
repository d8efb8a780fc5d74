/** Tokens as OpenAI's protocols report them, with the parts of the input that have prices of their own. */
import { z } from "zod";
import type { Usage } from "./port.ts";

const count = z.number().nullish().catch(undefined);

/** `prompt_tokens_details` of Chat Completions, `input_tokens_details` of Responses. */
export const inputDetails = z
	.object({
		cached_tokens: count,
		cache_write_tokens: count,
		audio_tokens: count,
	})
	.nullish()
	.catch(undefined);

/** `usage` of Chat Completions. */
export const chatUsage = z
	.object({
		prompt_tokens: z.number().nullish(),
		completion_tokens: z.number().nullish(),
		prompt_tokens_details: inputDetails,
	})
	.nullish();

/** The same, as the port has it. */
export function usageOfChat(usage: z.output<typeof chatUsage>): Usage {
	return {
		inputTokens: usage?.prompt_tokens ?? null,
		outputTokens: usage?.completion_tokens ?? null,
		...inputParts(usage?.prompt_tokens_details),
	};
}

/** The parts, as `Usage` has them. */
export function inputParts(
	details: z.output<typeof inputDetails>,
): Pick<Usage, "cachedTokens" | "cacheWriteTokens" | "audioTokens"> {
	return {
		cachedTokens: details?.cached_tokens,
		cacheWriteTokens: details?.cache_write_tokens,
		audioTokens: details?.audio_tokens,
	};
}
