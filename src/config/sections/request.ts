/** What every config section that sends requests has. */
import { z } from "zod";
import { count, environmentVariable } from "../fields.ts";

export const request = {
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
