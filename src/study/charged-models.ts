/** From a config to its language models with everything they are charged to: for the verbs that ask models outside a dissection. */
import type { Config } from "../config/config.ts";
import { createLedger, type Ledger } from "../llm/ledger.ts";
import { loadPrices, type Prices } from "../llm/prices.ts";
import type { Store } from "../store/store.ts";
import { type LanguageModels, openLanguageModels } from "./language-models.ts";

/**
 * Nothing is opened or sent before the first `models.open`. Calls count for the config's budget; `ledger.begin` says for which run. Throws
 * what `loadPrices` throws.
 */
export async function chargedModels({
	config,
	store,
	signal,
}: {
	readonly config: Config;
	readonly store: Store;
	readonly signal?: AbortSignal | undefined;
}): Promise<{
	readonly models: LanguageModels;
	readonly ledger: Ledger;
	readonly prices: Prices;
}> {
	const prices = await loadPrices(config.prices);
	const ledger = createLedger({ store, prices, budget: config.budget });
	const models = openLanguageModels({
		languageModel: config.languageModel,
		store,
		ledger,
		signal,
	});
	return { models, ledger, prices };
}
