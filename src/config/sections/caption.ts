/** The config section `caption`. */
import { z } from "zod";
import { count } from "../fields.ts";

export const caption = z
	.strictObject({
		samples: count(1, 100)
			.default(1)
			.describe(
				"Captions of each clip, 1 to 100; more than one needs a languageModel.temperature above 0. Default: 1.",
			),
		sampleRate: count(8000, 48_000)
			.default(16_000)
			.describe(
				"Rate of the audio that is sent, 8000 to 48000 Hz. Default: 16000.",
			),
		seconds: z
			.number()
			.min(0.1)
			.max(600)
			.default(30)
			.describe(
				"Longest part of a clip that is sent, from its start, 0.1 to 600 s. Default: 30.",
			),
	})
	.prefault({})
	.describe(
		"Captions by an audio-capable model (audio-dissect caption); the model is that of languageModel.modules.caption.",
	);
