/** The files of a text-audio encoder: a descriptor (YAML) that names them, and the content addresses of what they compute. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { ConfigError, PrerequisiteError } from "../errors.ts";
import { hashJson, type Json, sha256 } from "../shared/hash.ts";
import { parseYaml } from "../shared/yaml.ts";
import { MAXIMUM_IDS, shippedEncoderDirectory } from "./encoder-files.ts";

const file = z.string().trim().min(1);

/** `text: shipped`: the sound was trained against the sentence encoder of the package, which has the layout of a text tower. */
const shippedText = {
	file: join(shippedEncoderDirectory, "model.onnx"),
	tokenizer: join(shippedEncoderDirectory, "tokenizer.json"),
	tokenizerConfig: join(shippedEncoderDirectory, "tokenizer_config.json"),
	maximumIds: MAXIMUM_IDS,
};

/** Relative paths start at the descriptor's folder. */
const descriptorSchema = <FrontEnd>(frontEnd: z.ZodType<FrontEnd>) =>
	z.strictObject({
		audio: z.strictObject({ file, frontEnd }),
		text: z.preprocess(
			(value) => (value === "shipped" ? shippedText : value),
			z.strictObject(
				{
					file,
					tokenizer: file.default("tokenizer.json"),
					tokenizerConfig: file.default("tokenizer_config.json"),
					/** Longest text in token ids, special tokens included. LAION's CLAP was trained with 77. */
					maximumIds: z.int().min(3).max(8192).default(77),
				},
				{
					error: ({ code }) =>
						code === "invalid_type"
							? 'expected "shipped", or the files of a text tower'
							: undefined,
				},
			),
		),
	});

export type ClapFiles<FrontEnd> = {
	readonly audio: {
		/** Absolute path of the ONNX file: one input `[batch, ...]`, an output `embedding` (or only one) `[batch, dimension]`. */
		readonly model: string;
		readonly frontEnd: FrontEnd;
		/** Content address of weights and front end. */
		readonly id: string;
	};
	readonly text: {
		/** Absolute path of the ONNX file: `input_ids` and perhaps `attention_mask` int64 `[1, tokens]` to `[1, dimension]`. */
		readonly model: string;
		/** Texts of the two files. */
		readonly tokenizer: string;
		readonly tokenizerConfig: string;
		readonly maximumIds: number;
		/** Content address of weights and tokenizer. */
		readonly id: string;
	};
};

/**
 * Reads the descriptor at `path` and hashes what it names. `frontEnd`: the schema of the front end. Throws ConfigError `text_audio_invalid`
 * with every problem as file:line:column, PrerequisiteError `text_audio_missing` naming the file that cannot be read.
 */
export async function readClapFiles<FrontEnd>(
	path: string,
	frontEnd: z.ZodType<FrontEnd>,
): Promise<ClapFiles<FrontEnd>> {
	const { audio, text } = parseDescriptor(
		await readable(path, path, () => readFile(path, "utf8")),
		path,
		descriptorSchema(frontEnd),
	);
	const at = (name: string): string => resolve(dirname(path), name);
	const content = (name: string): Promise<string> =>
		readable(path, at(name), () => readFile(at(name), "utf8"));
	const [tokenizer, tokenizerConfig, audioWeights, textWeights] =
		await Promise.all([
			content(text.tokenizer),
			content(text.tokenizerConfig),
			hashWeights(path, at(audio.file)),
			hashWeights(path, at(text.file)),
		]);
	return {
		audio: {
			model: at(audio.file),
			frontEnd: audio.frontEnd,
			id: `clap-audio:${hashJson({ model: audioWeights, frontEnd: audio.frontEnd as Json })}`,
		},
		text: {
			model: at(text.file),
			tokenizer,
			tokenizerConfig,
			maximumIds: text.maximumIds,
			id: `clap-text:${hashJson({
				model: textWeights,
				tokenizer: sha256(tokenizer),
				tokenizerConfig: sha256(tokenizerConfig),
				maximumIds: text.maximumIds,
			})}`,
		},
	};
}

function parseDescriptor<T>(text: string, path: string, schema: z.ZodType<T>) {
	const yaml = parseYaml(text.replace(/^\uFEFF/, ""));
	if ("problems" in yaml)
		throw invalid(
			path,
			yaml.problems.map(
				({ line, column, message }) => `${path}:${line}:${column}: ${message}`,
			),
		);
	const parsed = schema.safeParse(yaml.value);
	if (parsed.success) return parsed.data;
	throw invalid(
		path,
		parsed.error.issues.map((issue) => {
			const { line, column } = yaml.positionOf(issue.path);
			const field = issue.path.length === 0 ? "the file" : issue.path.join(".");
			return `${path}:${line}:${column}: \`${field}\`: ${issue.message}`;
		}),
	);
}

function invalid(path: string, problems: readonly string[]): ConfigError {
	const count =
		problems.length === 1 ? "a problem" : `${problems.length} problems`;
	return new ConfigError(
		`the text-audio encoder ${path} has ${count}:\n${problems.join("\n")}`,
		{
			code: "text_audio_invalid",
			hint: "docs/closed-set.md has an example to start from.",
			evidence: { problems },
		},
	);
}

/** Of the ONNX file and of the file of external weights that PyTorch's exporter puts beside it. */
async function hashWeights(descriptor: string, model: string): Promise<Json> {
	const weights = await readable(descriptor, model, () => hashFile(model));
	const data = `${model}.data`;
	const isThere = await access(data).then(
		() => true,
		() => false,
	);
	return isThere
		? { weights, data: await readable(descriptor, data, () => hashFile(data)) }
		: { weights };
}

async function hashFile(path: string): Promise<string> {
	const hash = createHash("sha256");
	for await (const chunk of createReadStream(path)) hash.update(chunk);
	return hash.digest("hex");
}

async function readable<T>(
	descriptor: string,
	path: string,
	read: () => Promise<T>,
): Promise<T> {
	try {
		return await read();
	} catch (error) {
		throw new PrerequisiteError(
			`the text-audio encoder is incomplete: ${path} cannot be read (${error instanceof Error ? error.message : String(error)})`,
			{
				code: "text_audio_missing",
				hint:
					path === descriptor
						? "Check `textAudio` in the config."
						: `Put the file there, or correct ${descriptor}.`,
				cause: error,
			},
		);
	}
}
