/** What the calls of a local model are keyed by: everything that changes its text, and nothing that only changes its speed. */
import type { Json } from "../shared/hash.ts";
import { hashModelFile } from "./llama-cpp-file.ts";
import {
	installedVersion,
	missing,
	testedVersion,
} from "./llama-cpp-library.ts";
import type { Scrub } from "./secrets.ts";

/** Tokens evaluated at once. Another number rounds differently and can change the text. */
export const batchSize = 512;

/** As with the batch size: on or off changes the text, so it is always off. */
export const flashAttention = false;

export type LlamaCppParameters = {
	/** Path of the GGUF file. */
	readonly file: string;
	/** Tokens of prompt and reply together. */
	readonly contextSize: number;
	/** 0 and up; null counts as 0. */
	readonly temperature: number | null;
	/** Null counts as 0. Sample k of a request gets the seed + k. */
	readonly seed: number | null;
	readonly maxOutputTokens: number;
};

export type LlamaCppOptions = LlamaCppParameters & {
	/** Its name in messages. */
	readonly model: string;
	/** 1 and up; more than the machine's free cores is slower than one. No number changes the text. */
	readonly threads: number;
	readonly scrub: Scrub;
};

/**
 * The parameters of the call key: SHA-256 of the model file, library version, context and batch size, flash attention, sampling.
 * `replay`: the package itself need not be installed; then the version that is tested stands for it.
 * Throws ConfigError `model_file_missing`; PrerequisiteError `model_file_invalid`, `llama_cpp_missing`, `llama_cpp_version`.
 */
export async function llamaCppParameters(
	options: LlamaCppParameters & { readonly replay: boolean },
): Promise<Json> {
	const version = installedVersion();
	if (version === null && !options.replay) throw missing();
	return {
		sha256: await hashModelFile(options.file),
		library: `node-llama-cpp ${version ?? testedVersion}`,
		contextSize: options.contextSize,
		batchSize,
		flashAttention,
		temperature: options.temperature ?? 0,
		seed: options.seed ?? 0,
		maxOutputTokens: options.maxOutputTokens,
	};
}
