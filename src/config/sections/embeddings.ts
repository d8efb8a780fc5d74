/** The config section `embeddings`. */
import { z } from "zod";
import { baseUrl, text } from "../fields.ts";
import { request } from "./request.ts";

export const embeddings = z
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
