/** The config section `languageModel`. */
import { z } from "zod";
import { baseUrl, count, text } from "../fields.ts";
import { request } from "./request.ts";

export const languageModel = z
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
