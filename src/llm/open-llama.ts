/** openLlamaCppModel: a GGUF file on this machine as a LanguageModel, or the replay of its recorded calls. */
import { basename } from "node:path";
import type { AskerOptions } from "./ask.ts";
import type { CallStore } from "./calls.ts";
import type { ModelParameters } from "./identity.ts";
import type { Ledger } from "./ledger.ts";
import { createLimits } from "./limits.ts";
import { llamaCppCapabilities, llamaCppProvider } from "./llama-cpp.ts";
import { llamaCppParameters } from "./llama-cpp-identity.ts";
import { createModel, type ReplyPreference } from "./model.ts";
import type { LanguageModel } from "./port.ts";
import type { ModelIdentity } from "./provider.ts";
import { createScrub } from "./secrets.ts";

export type LlamaCppModelOptions = {
	/** Path of the GGUF file. */
	readonly file: string;
	/** Its name in messages and records. Default: the file's. */
	readonly model?: string | null | undefined;
	/** Tokens of prompt and reply together. */
	readonly contextSize: number;
	/** From 1. Does not change results. */
	readonly threads: number;
	readonly parameters: ModelParameters;
	readonly calls: CallStore;
	/** Default: auto, which is text: a model that runs here is a small one, and writes better text than JSON. */
	readonly reply?: ReplyPreference | undefined;
	readonly ledger?: Ledger | undefined;
	/** Recorded calls only; the package node-llama-cpp need not be installed. */
	readonly replay?: boolean | undefined;
	readonly defer?: AskerOptions["defer"];
};

/** Stands for an address in call keys. */
const baseUrl = "llama-cpp:";

/**
 * The file is read once for its hash; the model is loaded with the first call that the store cannot serve. `close` frees its memory.
 * Throws ConfigError `model_file_missing`; PrerequisiteError `model_file_invalid`, `llama_cpp_missing`, `llama_cpp_version`.
 */
export async function openLlamaCppModel(
	options: LlamaCppModelOptions,
): Promise<{
	readonly model: LanguageModel;
	readonly identity: ModelIdentity;
}> {
	const { file, contextSize, threads, replay = false, defer } = options;
	const { temperature, seed = null, maxOutputTokens } = options.parameters;
	const model = options.model ?? basename(file);
	const asked = { file, contextSize, temperature, seed, maxOutputTokens };
	const identity: ModelIdentity = {
		provider: "llama-cpp",
		model,
		baseUrl,
		parameters: await llamaCppParameters({
			...asked,
			// Nothing is generated either way.
			replay: replay || defer !== undefined,
		}),
	};
	const scrub = createScrub(null);
	const preference = options.reply ?? "auto";
	return {
		identity,
		model: createModel({
			provider: replay
				? null
				: llamaCppProvider({ ...asked, model, threads, scrub }),
			identity,
			capabilities: llamaCppCapabilities,
			reply: preference === "auto" ? "text" : preference,
			calls: options.calls,
			limiter: createLimits().of(baseUrl, { concurrency: 1 }),
			maxOutputTokens,
			account: options.ledger?.account(identity),
			elapsed: () => performance.now(),
			scrub,
			defer,
		}),
	};
}
