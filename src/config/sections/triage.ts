/** The config section `triage`. */
import { z } from "zod";

export const triage = z
	.strictObject({
		enabled: z
			.boolean()
			.default(false)
			.describe(
				"Leave out neurons whose high clips have nothing in common before anything is asked about them: no summary, no calibration, no open-set concepts; the closed set still has them, and so has --neurons. Default: false.",
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
			.default(0.95)
			.describe(
				"Least share, 0 to 1, of 200 random sets of clips whose captions are less alike (mean cosine over pairs) than those of the neuron's high clips. Default: 0.95.",
			),
	})
	.prefault({})
	.describe("Which neurons are worth asking about.");
