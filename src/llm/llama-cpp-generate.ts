/** A local model's reply to messages, from an empty context. */
import { contextOf, local, spent } from "./llama-cpp-answers.ts";
import { grammarSchema } from "./llama-cpp-grammar.ts";
import type { LlamaCppOptions } from "./llama-cpp-identity.ts";
import type { Loaded } from "./llama-cpp-load.ts";
import { chatHistory } from "./llama-cpp-prompt.ts";
import type { ProviderAnswer, ProviderRequest } from "./provider.ts";
import { judge } from "./read-reply.ts";

/** The library's words for how a reply ended; `eogToken` and `stopGenerationTrigger` mean that it is complete. */
const finish = { truncated: ["maxTokens"], filtered: [], refused: [] };

/** One reply, held to the request's schema by a grammar when its format says so. The prompt fits (see `promptTokens`). */
export async function generate(
	loaded: Loaded,
	options: LlamaCppOptions,
	{ messages, schema, format, sampleIndex = 0 }: ProviderRequest,
	signal: AbortSignal,
): Promise<ProviderAnswer> {
	const { library, llama, sequence, chatWrapper } = loaded;
	const grammar =
		format === "text"
			? undefined
			: format === "json"
				? await llama.getGrammarFor("json")
				: // The library's type describes each schema; this one is data.
					await llama.createGrammarForJsonSchema(
						grammarSchema(schema.json) as never,
					);
	await sequence.clearHistory();
	const before = sequence.tokenMeter.getState();
	const session = new library.LlamaChatSession({
		contextSequence: sequence,
		chatWrapper,
	});
	try {
		session.setChatHistory(chatHistory(messages.slice(0, -1)));
		const { responseText, stopReason } = await session.promptWithMeta(
			messages.at(-1)?.content ?? "",
			{
				...(grammar === undefined ? {} : { grammar }),
				maxTokens: options.maxOutputTokens,
				temperature: options.temperature ?? 0,
				seed: (options.seed ?? 0) + sampleIndex,
				repeatPenalty: false,
				signal,
			},
		);
		const usage = spent(loaded, before);
		const reply = {
			text: responseText,
			refusal: null,
			finishReason: stopReason,
			usage,
		};
		const { maxOutputTokens } = options;
		const context = contextOf(options);
		return {
			...local,
			...judge(reply, { finish, maxOutputTokens, context }, responseText),
			text: responseText,
			finishReason: stopReason,
			usage,
		};
	} finally {
		session.dispose();
	}
}
