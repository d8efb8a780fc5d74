/** The config section `triage`. */
import { z } from "zod";

export const triage = z
	.strictObject({
		enabled: z
			.union([z.literal("auto"), z.boolean()], {
				error: 'expected "auto", true or false',
			})
			.default("auto")
			.describe(
				"Leave out neurons whose high clips have nothing in common before anything is asked about them: no summary, no calibration, no open-set concepts; a closed set by activations still has them, and --neurons describes them all the same. true, false, or auto: true when a language model writes the summaries. Default: auto.",
			),
		clarity: z
			.enum(["captions", "audio"])
			.default("captions")
			.describe(
				"What clips have in common: captions (the likeness of their captions) or audio (that of the sounds, by the audio side of textAudio). Default: captions.",
			),
		minimumFiringRate: z
			.number()
			.min(0)
			.max(1)
			.default(0)
			.describe(
				"Least share of clips whose pooled activation is above 0, 0 to 1. Meant for layers behind a rectifier: others may be below 0 for every clip. Default: 0.",
			),
		minimumClarity: z
			.number()
			.min(0)
			.max(1)
			.default(0.5)
			.describe(
				"Least share, 0 to 1, of 2,000 random sets of clips that are less alike (mean cosine over pairs of captions or sounds) than the neuron's high clips; those as alike count half. 0.5: no less alike than chance. Default: 0.5.",
			),
	})
	.prefault({})
	.describe("Which neurons are worth asking about.");
