/** Parts of the input that a provider reports because they have prices of their own. */
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
