/** The LanguageModel port: what the modules may ask of a model, whoever serves it. */
import type { z } from "zod";

export type Message = {
	readonly role: "system" | "user" | "assistant";
	readonly content: string;
};

/** Token counts as the provider reported them; null when it did not say. */
export type Usage = {
	readonly inputTokens: number | null;
	readonly outputTokens: number | null;
	/** Of `inputTokens`: read from the provider's own cache of prompts, written to it, and sound. */
	readonly cachedTokens?: number | null | undefined;
	readonly cacheWriteTokens?: number | null | undefined;
	readonly audioTokens?: number | null | undefined;
};

/** What a server can do: declared by the adapter for the providers' own addresses, else probed once per server and model. */
export type Capabilities = {
	/** `schema`: replies are held to a JSON Schema; `json`: to JSON of any shape; `none`: the prompt is all there is. */
	readonly structuredOutput: "schema" | "json" | "none";
	/** `full`: of any text (llama-cpp); `top`: of the likeliest tokens. */
	readonly logprobs: "full" | "top" | "none";
	readonly audioInput: boolean;
	readonly batch: boolean;
};

/** A sound that is sent with a request. */
export type AudioInput = {
	readonly format: "wav" | "mp3";
	/** Content address of the bytes: call key and stored request hold it, never the bytes. */
	readonly hash: string;
	/** It is no longer than this; absent: not known. */
	readonly mostSeconds?: number | undefined;
	/** The file's bytes; called only when the request is sent. What it throws, the call throws. */
	readonly bytes: () => Promise<Uint8Array>;
};

export type GenerateRequest<T> = {
	/** What the call is for: `summarize`, `acoustic-filter`. Part of the call key. */
	readonly operation: string;
	readonly messages: readonly Message[];
	/** The reply must satisfy this. Plain objects, arrays, strings, booleans, enums: both SDKs rewrite the rest. */
	readonly schema: { readonly name: string; readonly zod: z.ZodType<T> };
	/** Reads a plain-text reply, for models that write better text than JSON. Its value must satisfy the schema. */
	readonly fromText?: ((text: string) => T) | undefined;
	/** Sent in the last user message. ConfigError `audio_unsupported`, before anything is sent, when the adapter or the model takes none. */
	readonly audio?: readonly AudioInput[] | undefined;
	/** 0 unless several samples of the same request are wanted. Part of the call key. */
	readonly sampleIndex?: number;
};

export type ChooseRequest = {
	readonly operation: string;
	readonly messages: readonly Message[];
	/** At least two, all different. */
	readonly options: readonly string[];
	/** The same question about nothing in particular: where full log-probabilities are known, its own are subtracted, so that options are not preferred for being likely words. */
	readonly neutral?: readonly Message[] | undefined;
	readonly sampleIndex?: number;
};

/** A reply and the stored calls it came from (two when the first reply was invalid and asked again). */
export type Answer<T> = {
	readonly value: T;
	readonly callIds: readonly number[];
	/** Every call was served from the store. */
	readonly cached: boolean;
	/** The reply was not the JSON asked for, but held it (in a code fence, between words) or misspelt it. The stored call has it as it came. */
	readonly repaired?: true;
};

/** Best first. `probability` is null when the provider cannot say. */
export type Choice = {
	readonly option: string;
	readonly probability: number | null;
};

export type CallOptions = { readonly signal?: AbortSignal | undefined };

export type LanguageModel = {
	/** `openai`, `anthropic`. */
	readonly provider: string;
	readonly model: string;
	readonly capabilities: Capabilities;
	/** How requests with `fromText` are answered: what their prompt must ask for. All others are answered in JSON. */
	readonly reply: "json" | "text";
	/** Throws LanguageModelError; the evidence is already in the store. */
	generate<T>(
		request: GenerateRequest<T>,
		options?: CallOptions,
	): Promise<Answer<T>>;
	choose(
		request: ChooseRequest,
		options?: CallOptions,
	): Promise<Answer<readonly Choice[]>>;
	/** Ends native resources; a model of a server has none. Safe to call twice. */
	close(): Promise<void>;
};
