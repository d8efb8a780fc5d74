/** The config: every field with its unit, range and default. The only place where defaults are. */
import { z } from "zod";
import type { ModuleName } from "../types.ts";
import {
	baseUrl,
	count,
	environmentVariable,
	text,
	wholeOrAuto,
} from "./fields.ts";
import { probeSet } from "./probe-set-schema.ts";

/** In pipeline order. */
export const MODULE_NAMES = [
	"closed-set",
	"summarize",
	"summary-calibration",
	"open-set-extraction",
] as const satisfies readonly ModuleName[];

const layers = z
	.array(text)
	.default([])
	.describe(
		'Layers to dissect: names of the descriptor or globs ("layer.*.output.dense"). Default: all of the descriptor.',
	);

const modules = z
	.array(z.enum(MODULE_NAMES))
	.min(1)
	.default([...MODULE_NAMES])
	.describe(
		"Modules to run, a later one needs the earlier ones of its chain: summarize, summary-calibration, open-set-extraction. Default: all four.",
	);

const exemplars = z
	.strictObject({
		count: count(1, 100)
			.default(5)
			.describe(
				"Clips shown per side (most and least active), 1 to 100. Default: 5.",
			),
	})
	.prefault({})
	.describe("The clips a neuron is described from.");

const closedSet = z
	.strictObject({
		function: z
			.enum(["cos-cubed", "cosine"])
			.default("cos-cubed")
			.describe(
				"Similarity of a neuron's activations and a concept's scores over all clips. Default: cos-cubed.",
			),
		conceptScores: z
			.enum(["softmax", "cosine"])
			.default("softmax")
			.describe(
				"How much a clip is about a concept: softmax over the concepts of 100 times the cosine of their texts, or the cosine. Default: softmax.",
			),
		permutations: count(0, 10_000)
			.default(200)
			.describe(
				'Shuffles of the clips for the null ("no concept fits"), 0 to 10000; 0: no null. Default: 200.',
			),
	})
	.prefault({})
	.describe("Module A, closed-set identification.");

const summarize = z
	.strictObject({
		minWords: count(1, 100)
			.default(3)
			.describe(
				"Sentences with fewer words are dropped, 1 to 100 words. Default: 3.",
			),
	})
	.prefault({})
	.describe("Summaries of the two sides.");

const summaryCalibration = z
	.strictObject({
		threshold: z
			.number()
			.min(-1)
			.max(1)
			.default(0.5)
			.describe(
				"A high sentence whose largest cosine to a low sentence is above this is struck, -1 to 1. Default: 0.5.",
			),
	})
	.prefault({})
	.describe("Module B, summary calibration.");

const request = {
	apiKeyEnv: environmentVariable.describe(
		"Environment variable with the API key. Default: OPENAI_API_KEY or ANTHROPIC_API_KEY, by provider.",
	),
	timeoutSeconds: z
		.number()
		.positive()
		.max(86_400)
		.default(120)
		.describe("Limit of one request in seconds, up to 86400. Default: 120."),
	maxRetries: count(0, 20)
		.default(2)
		.describe(
			"Further tries after 429, 5xx and connection errors, 0 to 20. Default: 2.",
		),
};

const languageModel = z
	.strictObject({
		provider: z
			.enum(["none", "openai", "anthropic"])
			.default("none")
			.describe(
				"Who writes the summaries: none (extractive, no language model), openai (and every OpenAI-compatible server, see baseUrl), anthropic. Default: none.",
			),
		model: text
			.nullable()
			.default(null)
			.describe("Model name as the provider spells it. Needed unless none."),
		baseUrl: baseUrl.describe(
			"Address of an OpenAI-compatible or Anthropic-compatible server. Default: the provider's own.",
		),
		temperature: z
			.number()
			.min(0)
			.max(2)
			.nullable()
			.default(0)
			.describe(
				"Sampling temperature, 0 to 2; null leaves it out, for models that refuse it. Default: 0.",
			),
		seed: count(0, 2 ** 32 - 1)
			.nullable()
			.default(null)
			.describe(
				"Seed of the provider's sampling, for OpenAI-compatible servers that take one, 0 to 4294967295. Default: none is sent.",
			),
		maxOutputTokens: count(1, 1_000_000)
			.default(1024)
			.describe("Limit of a reply in tokens, from 1. Default: 1024."),
		concurrency: count(1, 256)
			.default(8)
			.describe("Requests in flight at the same time, 1 to 256. Default: 8."),
		...request,
	})
	.prefault({})
	.describe("The language model.");

const embeddings = z
	.strictObject({
		provider: z
			.enum(["local", "openai"])
			.default("local")
			.describe(
				"Sentence embeddings: local (the shipped encoder, no network) or openai (and every OpenAI-compatible server). Default: local.",
			),
		directory: text
			.nullable()
			.default(null)
			.describe(
				"Folder of another local encoder (model.onnx, tokenizer.json). Default: the shipped one.",
			),
		model: text
			.nullable()
			.default(null)
			.describe("Model name as the provider spells it. Needed with openai."),
		baseUrl: baseUrl.describe(
			"Address of an OpenAI-compatible server. Default: the provider's own.",
		),
		...request,
	})
	.prefault({})
	.describe("The sentence embeddings.");

const recording = z
	.strictObject({
		batchSize: wholeOrAuto(4096)
			.default("auto")
			.describe(
				"Clips in one inference, 1 to 4096, or auto: 1 on a CPU unless the ONNX file fixes another number, as more is no faster; activations then depend on no other clip and serve later recordings. On other devices auto goes by memory. Another number may change their last bits. Default: auto.",
			),
		threads: wholeOrAuto(512)
			.default("auto")
			.describe(
				"Threads for the network, 1 to 512, or auto: one per physical core the process may use, at most 8. Does not change results. Default: auto.",
			),
		clipThreads: wholeOrAuto(512)
			.default("auto")
			.describe(
				"Threads that decode clips and compute their features, 1 to 512, or auto: as many as threads. Does not change results. Default: auto.",
			),
		precision: z
			.enum(["float32", "float16"])
			.default("float32")
			.describe(
				"Activations on disk: float32, or float16 for half the space at 3 digits. Default: float32.",
			),
		provider: z
			.enum(["cpu", "cuda", "coreml", "dml"])
			.default("cpu")
			.describe(
				"Where onnxruntime computes: cpu, cuda (Linux), coreml (macOS), dml (Windows). Last bits differ between them. Default: cpu.",
			),
	})
	.prefault({})
	.describe("Running the network over the clips.");

/** As written in YAML: paths relative to the file. Cross-field rules are in rules.ts. */
export const configSchema = z
	.strictObject({
		network: text.describe(
			"The target network: its descriptor (a YAML file), a manifest of imported activations (a .json file, see docs/import.md), or a shipped one (demo, demo-random, crepe-tiny, musicnn-mtt).",
		),
		layers,
		probeSet,
		labels: z
			.enum(["classes", "own"])
			.default("classes")
			.describe(
				"What the labels of the clips are: classes (those of the network: a label that is none of them is refused), or own (other names, as for a tagger on somebody else's clips). Default: classes.",
			),
		conceptSet: text.describe("The concepts of module A, one a line."),
		store: text
			.default(".audio-dissect")
			.describe(
				"Folder of the database and the recordings. Default: .audio-dissect.",
			),
		prompts: text
			.nullable()
			.default(null)
			.describe(
				"Folder with prompts that replace the shipped ones of the same name. Default: none.",
			),
		modules,
		exemplars,
		closedSet,
		summarize,
		summaryCalibration,
		languageModel,
		embeddings,
		recording,
		report: z
			.strictObject({
				directory: text
					.default("report")
					.describe("Folder the report is written to. Default: report."),
			})
			.prefault({})
			.describe("The report."),
		seed: count(0, 2 ** 32 - 1)
			.default(0)
			.describe(
				"Seed of everything random, a whole number from 0 to 4294967295. Default: 0.",
			),
	})
	.describe("Config of audio-dissect.");

/** Every field has its value; paths still as written. */
export type ConfigValues = z.output<typeof configSchema>;

/** JSON Schema of the YAML file, for editors. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
	return z.toJSONSchema(configSchema, { io: "input" });
}
