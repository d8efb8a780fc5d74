/** The one-request interface behind the port: what an adapter (openai, anthropic) is. */
import type { Json } from "../shared/hash.ts";
import type { CallOutcome, ReplySchema } from "./calls.ts";
import type { Message, Usage } from "./port.ts";

type ProviderRequest = {
	readonly operation: string;
	readonly messages: readonly Message[];
	readonly schema: ReplySchema;
};

/** Why a request has no usable answer; becomes a LanguageModelError. Scrubbed of secrets. */
export type Failure = {
	readonly code: string;
	readonly message: string;
	readonly hint?: string | undefined;
	readonly cause?: unknown;
	/** How much it says about the calls still to come. `every_call`: they cannot do better (a wrong key). `unless_answered`: nor can they, unless an earlier call was answered (an unknown model). `connection`: when it happens many times in a row. */
	readonly reach: "this_call" | "every_call" | "unless_answered" | "connection";
};

export type ProviderAnswer = {
	readonly outcome: CallOutcome;
	/** Raw text: the reply, the words of a refusal, or the body of an error. */
	readonly text: string | null;
	readonly finishReason: string | null;
	readonly requestId: string | null;
	readonly httpStatus: number | null;
	readonly usage: Usage;
	/** Set when and only when `outcome` is not `ok`. */
	readonly failure: Failure | null;
};

/** Who answers, and how it is asked: part of the call key. */
export type ModelIdentity = {
	/** `openai`, `anthropic`. */
	readonly provider: string;
	readonly model: string;
	/** Without a trailing slash. */
	readonly baseUrl: string;
	/** The parameters that are sent, and only those. */
	readonly parameters: Json;
};

export type Provider = {
	/** Sends one request; retries are the SDK's. Never throws for an answer of the server; throws InterruptedError when the signal fires. */
	ask(request: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer>;
};

export const unknownUsage: Usage = { inputTokens: null, outputTokens: null };

/** `text` no longer than `limit` characters, saying how much was left out. */
export function shorten(text: string, limit: number): string {
	return text.length <= limit
		? text
		: `${text.slice(0, limit)}... (${text.length - limit} more characters)`;
}
