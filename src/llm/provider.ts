/** The one-request interface behind the port: what an adapter (openai, anthropic, llama-cpp) is. */
import type { Json } from "../shared/hash.ts";
import type {
	CallOutcome,
	ChooseWay,
	ReplyFormat,
	ReplySchema,
} from "./calls.ts";
import type { AudioInput, Capabilities, Message, Usage } from "./port.ts";

export type ProviderRequest = {
	readonly operation: string;
	readonly messages: readonly Message[];
	readonly schema: ReplySchema;
	/** 0, or which of several samples of the same request this is. */
	readonly sampleIndex: number;
	/** How the reply is asked for: held to the schema, any JSON, or plain text. At most what `capabilities.structuredOutput` says. */
	readonly format: ReplyFormat;
	/** Only when `takesAudio`. */
	readonly audio?: readonly AudioInput[] | undefined;
};

/** Which of the options follows the messages: asked of a provider that reports log-probabilities. */
export type RankRequest = {
	readonly operation: string;
	readonly messages: readonly Message[];
	/** At least two, all different. */
	readonly options: readonly string[];
	/** The same question about nothing in particular: its log-probabilities are subtracted. */
	readonly neutral: readonly Message[] | null;
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
	readonly capabilities: Capabilities;
	/** Sounds can be sent. Whether an unknown server hears them, it has to say. Absent: no. */
	readonly takesAudio?: boolean | undefined;
	/** Sends one request; retries are the SDK's. Never throws for an answer of the server; throws InterruptedError when the signal fires. */
	ask(request: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer>;
	/** Absent when the provider cannot. */
	readonly rank?:
		| {
				readonly way: Exclude<ChooseWay, "schema">;
				/** `answer.text`: JSON `{"logProbabilities": (number | null)[]}` in the order of `options`, natural logarithms; null: not reported by the server. */
				ask(request: RankRequest, signal: AbortSignal): Promise<ProviderAnswer>;
		  }
		| undefined;
	/**
	 * Asks whether the key is known, which costs nothing; absent where that cannot be asked. Throws LanguageModelError `auth_failed` when it is
	 * not, and InterruptedError; when nobody can say, it resolves.
	 */
	checkKey?: ((signal: AbortSignal) => Promise<void>) | undefined;
	/** Ends native resources (llama-cpp). */
	close?(): Promise<void>;
};

export const unknownUsage: Usage = { inputTokens: null, outputTokens: null };

/** `text` no longer than `limit` characters, saying how much was left out. */
export function shorten(text: string, limit: number): string {
	return text.length <= limit
		? text
		: `${text.slice(0, limit)}... (${text.length - limit} more characters)`;
}
