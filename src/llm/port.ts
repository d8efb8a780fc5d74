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
};

export type GenerateRequest<T> = {
	/** What the call is for: `summarize`, `acoustic-filter`. Part of the call key. */
	readonly operation: string;
	readonly messages: readonly Message[];
	/** The reply must satisfy this. Plain objects, arrays, strings, booleans, enums: both SDKs rewrite the rest. */
	readonly schema: { readonly name: string; readonly zod: z.ZodType<T> };
	/** 0 unless several samples of the same request are wanted. Part of the call key. */
	readonly sampleIndex?: number;
};

export type ChooseRequest = {
	readonly operation: string;
	readonly messages: readonly Message[];
	/** At least two, all different. */
	readonly options: readonly string[];
	readonly sampleIndex?: number;
};

/** A reply and the stored calls it came from (two when the first reply was invalid and asked again). */
export type Answer<T> = {
	readonly value: T;
	readonly callIds: readonly number[];
	/** Every call was served from the store. */
	readonly cached: boolean;
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
	/** Throws LanguageModelError; the evidence is already in the store. */
	generate<T>(
		request: GenerateRequest<T>,
		options?: CallOptions,
	): Promise<Answer<T>>;
	choose(
		request: ChooseRequest,
		options?: CallOptions,
	): Promise<Answer<readonly Choice[]>>;
};
