/** Reads an SDK's raw Response against the protocol's shape, and tells a complete reply from a refused, filtered, cut or empty one. */
import type { z } from "zod";
import {
	answerOfGarbage,
	answerOfHiddenError,
	type FailureContext,
	firstProblem,
} from "./failures.ts";
import type { Usage } from "./port.ts";
import { type ProviderAnswer, shorten } from "./provider.ts";

/** What both protocols come down to. */
export type ReadReply = {
	readonly text: string;
	/** The provider's words when it declined in a field of its own. */
	readonly refusal: string | null;
	readonly finishReason: string | null;
	/** The model's reasoning, where a server keeps it apart from the text. */
	readonly thoughts?: string | null | undefined;
	/** Set when the server says that it failed, with HTTP 200 all the same. */
	readonly error?: string | null | undefined;
	readonly usage: Usage;
};

/** Finish reasons by what they mean; any other (also none: some servers leave it out) counts as complete, and the schema check decides. */
export type FinishReasons = {
	readonly truncated: readonly string[];
	readonly filtered: readonly string[];
	readonly refused: readonly string[];
};

/** The body is parsed here, not by the SDK, so that one that is not JSON leaves its text as evidence. */
export async function readReply<T>(options: {
	readonly response: Response;
	readonly requestIdHeader: string;
	readonly schema: z.ZodType<T>;
	readonly read: (body: T) => ReadReply;
	readonly finish: FinishReasons;
	readonly maxOutputTokens: number;
	readonly context: FailureContext;
}): Promise<ProviderAnswer> {
	const { response, context } = options;
	const at = {
		requestId: response.headers.get(options.requestIdHeader),
		httpStatus: response.status,
	};
	const raw = await response.text();
	let body: unknown;
	try {
		body = JSON.parse(raw);
	} catch {
		return answerOfGarbage(raw, "it is not JSON", at, context);
	}
	const known = options.schema.safeParse(body);
	if (!known.success) {
		const hidden = answerOfHiddenError(body, raw, at, context);
		if (hidden !== null) return hidden;
		return answerOfGarbage(raw, firstProblem(known.error), at, context);
	}
	const reply = options.read(known.data);
	const text = context.scrub.text(reply.refusal ?? reply.text);
	return {
		...at,
		...judge(reply, options, text),
		text,
		finishReason: reply.finishReason,
		usage: reply.usage,
	};
}

/** What became of a request, from what its reply says. `text`: the reply, or the words of a refusal, scrubbed. */
export function judge(
	reply: ReadReply,
	options: {
		readonly finish: FinishReasons;
		readonly maxOutputTokens: number;
		readonly context: Pick<FailureContext, "provider" | "model" | "scrub">;
	},
	text: string,
): Pick<ProviderAnswer, "outcome" | "failure"> {
	const { finish, context } = options;
	const who = `${context.provider} model "${context.model}"`;
	const reason = reply.finishReason ?? "";
	if (typeof reply.error === "string")
		return {
			outcome: "error",
			failure: {
				code: "server_error",
				message: context.scrub.text(`${who} failed: ${reply.error}`),
				hint: "The same command asks again.",
				reach: "this_call",
			},
		};
	if (finish.filtered.includes(reason))
		return {
			outcome: "filtered",
			failure: {
				code: "reply_filtered",
				message: `the reply of ${who} was stopped by the provider's content filter`,
				hint: "Look at the captions of the request; another model may take them.",
				reach: "this_call",
			},
		};
	if (reply.refusal !== null || finish.refused.includes(reason))
		return {
			outcome: "refused",
			failure: {
				code: "reply_refused",
				message: `${who} refused to answer${text.trim() === "" ? "" : `: ${text.trim().slice(0, 200)}`}`,
				hint: "Look at the captions of the request; another model may take them.",
				reach: "this_call",
			},
		};
	if (finish.truncated.includes(reason))
		return {
			outcome: "truncated",
			failure: {
				code: "reply_truncated",
				message: `the reply of ${who} was cut: expected it to end within ${options.maxOutputTokens} tokens, got finish reason "${reason}"`,
				hint: "Raise languageModel.maxOutputTokens (a model that reasons first needs several thousand); a small model that repeats itself never ends: take a larger one.",
				reach: "this_call",
			},
		};
	if (reply.text.trim() === "") {
		const thoughts = context.scrub.text(reply.thoughts?.trim() ?? "");
		return {
			outcome: "empty",
			failure: {
				code: "reply_empty",
				message: `the reply of ${who} has no text (finish reason "${reason}")${thoughts === "" ? "" : `, only reasoning: ${shorten(thoughts, 200)}`}`,
				hint:
					thoughts === ""
						? "The same command asks again; a local model that does this often is not fit for the job."
						: "Turn the model's reasoning off (vLLM and llama.cpp's server: languageModel.extraBody: { chat_template_kwargs: { enable_thinking: false } }), or set languageModel.structuredOutput to text: some servers put a reply held to a schema among the reasoning.",
				reach: "this_call",
			},
		};
	}
	return { outcome: "ok", failure: null };
}
