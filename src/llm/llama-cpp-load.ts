/** Loads a GGUF file into a context with one sequence. One only: replies that share a batch change each other's text. */
import { basename } from "node:path";
import type {
	JinjaTemplateChatWrapper,
	Llama,
	LlamaContextSequence,
	LlamaModel,
} from "node-llama-cpp";
import { z } from "zod";
import { ConfigError, PrerequisiteError } from "../errors.ts";
import { batchSize, flashAttention } from "./llama-cpp-identity.ts";
import type { Library } from "./llama-cpp-library.ts";
import { forgetLog, recentLog, startLlama } from "./llama-cpp-runtime.ts";
import { shorten } from "./provider.ts";

export type Loaded = {
	readonly library: Library;
	readonly llama: Llama;
	readonly model: LlamaModel;
	readonly sequence: LlamaContextSequence;
	readonly chatWrapper: JinjaTemplateChatWrapper;
};

const metadata = z.object({
	tokenizer: z.object({ chat_template: z.string().min(1) }),
});

/**
 * Reads the file (about 0.5 s for 100 MB; the weights are checked for NaN, which otherwise answer with an empty text) and makes the
 * context. Throws PrerequisiteError `llama_cpp_missing`, `llama_cpp_version`, `llama_cpp_no_binary`, `model_file_invalid` (with the last
 * lines of the library's log), `model_file_no_chat_template`, `memory_short`; ConfigError `context_too_large`.
 */
export async function loadLlama(options: {
	readonly file: string;
	readonly threads: number;
	readonly contextSize: number;
}): Promise<Loaded> {
	const { file, threads, contextSize } = options;
	const { library, llama } = await startLlama();
	let model: LlamaModel | null = null;
	try {
		forgetLog();
		model = await llama
			.loadModel({ modelPath: file, checkTensors: true })
			.catch(async (error: unknown) => {
				throw error instanceof library.InsufficientMemoryError
					? memoryShort(file, contextSize, error)
					: damaged(file, await recentLog(), error);
			});
		if (contextSize > model.trainContextSize)
			throw new ConfigError(
				`languageModel.contextSize is ${contextSize}, more than ${basename(file)} was trained for: expected at most ${model.trainContextSize}`,
				{
					code: "context_too_large",
					hint: `Set languageModel.contextSize to ${model.trainContextSize} or less.`,
				},
			);
		const chatWrapper = new library.JinjaTemplateChatWrapper({
			template: templateOf(model, file),
			tokenizer: model.tokenizer,
		});
		const context = await model
			.createContext({
				contextSize,
				sequences: 1,
				threads,
				batchSize: Math.min(batchSize, contextSize),
				flashAttention,
			})
			.catch((error: unknown) => {
				throw error instanceof library.InsufficientMemoryError
					? memoryShort(file, contextSize, error)
					: error;
			});
		return {
			library,
			llama,
			model,
			sequence: context.getSequence(),
			chatWrapper,
		};
	} catch (error) {
		await model?.dispose();
		throw error;
	}
}

/** The library's own choice for a model with a template is a wrapper that can begin the prompt twice; without one it is a guess. */
function templateOf(model: LlamaModel, file: string): string {
	const known = metadata.safeParse(model.fileInfo.metadata);
	if (known.success) return known.data.tokenizer.chat_template;
	throw new PrerequisiteError(
		`the model file ${basename(file)} has no chat template: expected a model that was trained on instructions`,
		{
			code: "model_file_no_chat_template",
			hint: 'Take the "instruct" or "chat" version of the model; a base model only continues text.',
		},
	);
}

function damaged(
	file: string,
	log: readonly string[],
	cause: unknown,
): PrerequisiteError {
	const said = [cause instanceof Error ? cause.message : "", ...log].filter(
		(line) => line !== "",
	);
	return new PrerequisiteError(
		`the model file ${basename(file)} cannot be loaded: ${shorten(said.join("; "), 1000)}`,
		{
			code: "model_file_invalid",
			hint: "Fetch the file again and compare its size and SHA-256 with the source; a new architecture may need a newer node-llama-cpp.",
			cause,
		},
	);
}

function memoryShort(
	file: string,
	contextSize: number,
	cause: unknown,
): PrerequisiteError {
	return new PrerequisiteError(
		`${basename(file)} with a context of ${contextSize} tokens does not fit into memory`,
		{
			code: "memory_short",
			hint: "Lower languageModel.contextSize, or take a smaller or more quantised model.",
			cause,
		},
	);
}
