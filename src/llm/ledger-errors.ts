/** Why a budget cannot be kept: said before anything is sent. */
import { ConfigError } from "../errors.ts";
import type { PricedModel } from "./prices.ts";

/** A budget in US dollars, and something without a price. */
export function unpriced(reason: string): ConfigError {
	return new ConfigError(`budget.usd cannot be kept: ${reason}`, {
		code: "price_unknown",
		hint: "Name a price table that has the model (`prices: FILE`, see config/prices.yaml), or limit budget.tokens or budget.calls.",
	});
}

/** A budget in US dollars or tokens, and sounds of which nobody says how many tokens they take. */
export function audioUnknown({ model, baseUrl }: PricedModel): ConfigError {
	return new ConfigError(
		`the budget cannot be kept: how many tokens a second of sound takes is not known for ${model} at ${baseUrl}`,
		{
			code: "audio_tokens_unknown",
			hint: "Set audioTokensPerSecond of that server in a price table of your own (`prices: FILE`, see config/prices.yaml), or limit budget.calls.",
		},
	);
}
