/** Chat Completions with log-probabilities: which label comes first in the reply, and how likely each one was. */
import { z } from "zod";
import type { Json } from "../shared/hash.ts";
import { labelOf } from "./choice.ts";
import { answerOfError, type FailureContext } from "./failures.ts";
import { type OpenAiLoader, replyLimit } from "./openai-client.ts";
import type { Provider } from "./provider.ts";
import { readReply } from "./read-reply.ts";
import { untilAborted } from "./until-aborted.ts";
import { chatUsage, usageOfChat } from "./usage.ts";

/** The most the API takes. */
const topTokens = 20;

const tokenSchema = z.object({ token: z.string(), logprob: z.number() });

const completion = z.object({
	choices: z
		.array(
			z.object({
				finish_reason: z.string().nullish(),
				logprobs: z
					.object({
						content: z
							.array(z.object({ top_logprobs: z.array(tokenSchema).nullish() }))
							.nullish(),
					})
					.nullish(),
			}),
		)
		.min(1),
	usage: chatUsage,
});

/**
 * Natural logarithm of the probability that the reply begins with the label of each option, in [-inf, 0]; null for a label that is not
 * among the likeliest tokens. Spellings of a label with white space in front of it are added up.
 */
export function labelLogProbabilities(
	top: readonly { readonly token: string; readonly logprob: number }[],
	count: number,
): (number | null)[] {
	return Array.from({ length: count }, (_, index) => {
		const label = labelOf(index);
		const matching = top.filter(
			({ token }) => token.replace(/^[\s▁Ġ]+/u, "") === label,
		);
		const sum = matching.reduce(
			(total, { logprob }) => total + Math.exp(logprob),
			0,
		);
		// Servers write an impossible token as -9999 or so, whose probability is 0 in floating point.
		return sum > 0 ? Math.log(sum) : null;
	});
}

/** The `rank` of the `openai` provider. Its messages ask for a label (see `labelledMessages`); only the first token is generated. */
export function openAiRank(options: {
	readonly load: OpenAiLoader;
	readonly temperature: number | null;
	readonly seed: number | null;
	readonly extraBody: { readonly [name: string]: Json };
	readonly context: FailureContext;
}): NonNullable<Provider["rank"]> {
	const { load, temperature, seed, extraBody, context } = options;
	return {
		way: "top_logprobs",
		ask: async ({ messages, options: offered }, signal) => {
			const { client, sdk } = await load();
			try {
				const response = await untilAborted(
					client.chat.completions
						.create(
							{
								model: context.model,
								messages: messages.map(({ role, content }) => ({
									role,
									content,
								})),
								...(temperature === null ? {} : { temperature }),
								...(seed === null ? {} : { seed }),
								logprobs: true,
								top_logprobs: topTokens,
								...extraBody,
								...replyLimit({ ...context, extraBody }, 1),
							},
							{ signal },
						)
						.asResponse(),
					signal,
				);
				return await readReply({
					response,
					requestIdHeader: "x-request-id",
					schema: completion,
					read: ({ choices, usage }) => {
						const top = choices[0]?.logprobs?.content?.[0]?.top_logprobs ?? [];
						return {
							text: JSON.stringify({
								logProbabilities: labelLogProbabilities(top, offered.length),
								top,
							}),
							refusal: null,
							finishReason: choices[0]?.finish_reason ?? null,
							usage: usageOfChat(usage),
						};
					},
					// One token is all that was asked for: being cut after it is no fault.
					finish: { truncated: [], filtered: ["content_filter"], refused: [] },
					maxOutputTokens: 1,
					context,
				});
			} catch (error) {
				return answerOfError(error, sdk, context, signal);
			}
		},
	};
}
