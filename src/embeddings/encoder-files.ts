/** The files of a sentence encoder: where they are, and the content address of what they compute. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PrerequisiteError } from "../errors.ts";
import { hashJson, sha256 } from "../shared/hash.ts";
import { packageFile } from "../shared/package.ts";

/** all-MiniLM-L6-v2, shipped with the package. */
export const shippedEncoderDirectory = packageFile("assets/encoder");

/** Ids per text including the special tokens at both ends: what the encoder was trained with. */
export const MAXIMUM_IDS = 256;

export type EncoderFiles = {
	/** Absolute path of the ONNX file: `input_ids`, `attention_mask` int64 `[1, tokens]` to `embedding` float32 `[1, dimension]`. */
	readonly model: string;
	/** Texts of `tokenizer.json` and `tokenizer_config.json`. */
	readonly tokenizer: string;
	readonly tokenizerConfig: string;
	readonly id: string;
};

/** Reads and hashes the three files. Throws PrerequisiteError `encoder_missing` naming the file that cannot be read. */
export async function readEncoderFiles(
	directory: string,
): Promise<EncoderFiles> {
	const [model, tokenizer, tokenizerConfig] = await Promise.all(
		["model.onnx", "tokenizer.json", "tokenizer_config.json"].map((name) =>
			readEncoderFile(join(directory, name)),
		),
	);
	if (!model || !tokenizer || !tokenizerConfig)
		throw new RangeError("three files were read");
	return {
		model: join(directory, "model.onnx"),
		tokenizer: tokenizer.toString("utf8"),
		tokenizerConfig: tokenizerConfig.toString("utf8"),
		id: `sentence-encoder:${hashJson({
			model: sha256(model),
			tokenizer: sha256(tokenizer),
			tokenizerConfig: sha256(tokenizerConfig),
			maximumIds: MAXIMUM_IDS,
		})}`,
	};
}

async function readEncoderFile(path: string): Promise<Buffer> {
	try {
		return await readFile(path);
	} catch (error) {
		throw new PrerequisiteError(
			`the sentence encoder is incomplete: ${path} cannot be read (${error instanceof Error ? error.message : String(error)})`,
			{
				code: "encoder_missing",
				hint: "Reinstall audio-dissect, or point `embeddings.directory` at a folder with model.onnx, tokenizer.json and tokenizer_config.json.",
				cause: error,
			},
		);
	}
}
