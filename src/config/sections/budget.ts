/** The config section `budget`, and the price table it is kept with. */
import { z } from "zod";
import { count, text } from "../fields.ts";

export const budget = z
	.strictObject({
		usd: z
			.number()
			.min(0)
			.nullable()
			.default(null)
			.describe(
				"US dollars, from 0, by the price table (see prices). Default: no limit.",
			),
		tokens: count(0, Number.MAX_SAFE_INTEGER)
			.nullable()
			.default(null)
			.describe("Input and output tokens together, from 0. Default: no limit."),
		calls: count(0, Number.MAX_SAFE_INTEGER)
			.nullable()
			.default(null)
			.describe(
				"Calls sent to language models and embedding servers, whatever comes of them, from 0. Default: no limit.",
			),
	})
	.prefault({})
	.describe(
		"What a run may spend on language models and embedding servers in all, over every time it is resumed; the captions of a probe set by one model and prompt are like a run of their own, and so is the quiz of llm check. Before a call is sent there must be room for the most it can cost. When the budget is reached the run ends with exit code 1; raise it and run the same command again to go on.",
	);

export const prices = text
	.nullable()
	.default(null)
	.describe(
		"Price table that comes before the shipped config/prices.yaml. Default: only that one.",
	);
