/** The config section `languageModel`. */
import { z } from "zod";
import { baseUrl, count, requestBody, text, wholeOrAuto } from "../fields.ts";
import { request } from "./request.ts";

const fields = {
	provider: z
		.enum(["none", "openai", "anthropic", "llama-cpp", "replay"])
		.default("none")
		.describe(
			"Who writes the summaries: none (extractive, no language model), openai (and every OpenAI-compatible server, see baseUrl), anthropic, llama-cpp (a GGUF file on this machine, see file), replay (recorded calls only, see replayOf). Default: none.",
		),
	model: text
		.nullable()
		.default(null)
		.describe(
			"Model name as the provider spells it; with llama-cpp any name, by default that of the file. Needed with openai and anthropic.",
		),
	baseUrl: baseUrl.describe(
		"Address of an OpenAI-compatible or Anthropic-compatible server. Default: the provider's own.",
	),
	api: z
		.enum(["auto", "responses", "chat"])
		.default("auto")
		.describe(
			"Which API of an OpenAI-compatible server is asked: responses, chat (Chat Completions), or auto: responses at OpenAI's own address unless a seed is set, chat elsewhere. Default: auto.",
		),
	replayOf: z
		.enum(["openai", "anthropic", "llama-cpp"])
		.nullable()
		.default(null)
		.describe(
			"Whose recorded calls are replayed: nothing is sent and no key is needed. The other fields stay as they were when the calls were recorded. Needed with replay.",
		),
	file: text
		.nullable()
		.default(null)
		.describe("The GGUF file of the model. Needed with llama-cpp."),
	contextSize: count(128, 1_000_000)
		.default(4096)
		.describe(
			"Tokens of prompt and reply together that llama-cpp makes room for, from 128. Default: 4096.",
		),
	threads: wholeOrAuto(512)
		.default("auto")
		.describe(
			"Threads for llama-cpp, 1 to 512, or auto: one per physical core the process may use, at most 8. Does not change results. Default: auto.",
		),
	structuredOutput: z
		.enum(["auto", "schema", "json", "text"])
		.default("auto")
		.describe(
			"What the server holds replies to: a JSON schema, JSON of any shape, or nothing (text). auto asks a server that is not the provider's own once per model, and remembers. Default: auto.",
		),
	reply: z
		.enum(["auto", "json", "text"])
		.default("auto")
		.describe(
			"How summaries are asked for: as JSON, or as plain text, which small models write better. auto: JSON when a server holds replies to a schema, text otherwise and with llama-cpp. Default: auto.",
		),
	temperature: z
		.number()
		.min(0)
		.max(2)
		.nullable()
		.default(0)
		.describe(
			"Sampling temperature, 0 to 2; null leaves it out, for models that refuse it. Where none is taken (anthropic; reasoning models at OpenAI's own address) 0 leaves it out too. Default: 0.",
		),
	seed: count(0, 2 ** 32 - 1)
		.nullable()
		.default(null)
		.describe(
			"Seed of the provider's sampling, for llama-cpp and for OpenAI-compatible servers that take one, 0 to 4294967295. Default: none is sent.",
		),
	maxOutputTokens: count(1, 1_000_000)
		.default(1024)
		.describe("Limit of a reply in tokens, from 1. Default: 1024."),
	extraBody: requestBody
		.nullable()
		.default(null)
		.describe(
			"Further fields for the body of each request to an OpenAI-compatible server, such as cache_prompt: false for llama.cpp's server. Default: none.",
		),
	batch: z
		.union([z.literal("auto"), z.boolean()])
		.default("auto")
		.describe(
			"Whether the server has the provider's batch API, for dissect --batch: true, false, or auto: the provider's own address has. Default: auto.",
		),
	concurrency: wholeOrAuto(256)
		.default("auto")
		.describe(
			"Requests in flight at the same time, 1 to 256, or auto: starts at 4, grows while the server keeps up, to 64 at most. Either is halved when the server answers 429 or 529 or a request times out, and grows again. Holds for all models on the same server. Default: auto.",
		),
	requestsPerMinute: count(1, 10_000_000)
		.nullable()
		.default(null)
		.describe(
			"Requests sent in any 60 s, from 1. Holds for all models on the same server. Default: no limit.",
		),
	tokensPerMinute: count(1, 1_000_000_000)
		.nullable()
		.default(null)
		.describe(
			"Input and output tokens in any 60 s, from 1; a call counts with its estimated input and maxOutputTokens until it is answered. Holds for all models on the same server. Default: no limit.",
		),
	...request,
};

type Fields = typeof fields;

/** The same fields, each of which may be left out and has no default. */
type PartialFields = {
	[Key in keyof Fields]: z.ZodOptional<
		Fields[Key] extends z.ZodDefault<infer Inner extends z.ZodType>
			? Inner
			: Fields[Key]
	>;
};

const partialFields = Object.fromEntries(
	Object.entries(fields).map(([name, field]) => [
		name,
		field
			.removeDefault()
			.optional()
			.describe(
				(field.description ?? "").replace(
					/ Default: [^.]+\.$/,
					" Default: as for all.",
				),
			),
	]),
	// The loop does to each field what the type says; TypeScript cannot see that.
) as unknown as PartialFields;

const forOne = (use: string) =>
	z.strictObject(partialFields).optional().describe(`The model for ${use}.`);

const modules = {
	summarize: forOne("summaries"),
	calibrate: forOne("summary calibration by a language model"),
	"acoustic-filter": forOne("the acoustic filter of adjectives"),
	"identify-concept": forOne("closed-set identification by a language model"),
	judge: forOne("judging descriptions"),
	caption: forOne("captions of clips that have none"),
};

/** What a language model is used for; each may have a model of its own. */
export type Operation = keyof typeof modules;

export const languageModel = z
	.strictObject({
		...fields,
		check: z
			.boolean()
			.default(true)
			.describe(
				"Puts a quiz with known answers to each model for each use before it describes its first neuron (17 calls or so, once per model, prompt and use), and warns when a score is not above chance; see `audio-dissect llm check`. Default: true.",
			),
		modules: z
			.strictObject(modules)
			.default({})
			.describe(
				"Another model for one use: summarize, calibrate, acoustic-filter, identify-concept, judge, caption, each with the fields above that differ. With another provider, no field that belongs to the first one is taken over (model, baseUrl, apiKeyEnv, api, file, extraBody, structuredOutput, seed). Default: the same model for all.",
			),
	})
	.prefault({})
	.describe("The language model.");
