/** From a config to its language models with everything they are charged to: for the verbs that ask models outside a dissection. */
import type { Config } from "../config/config.ts";
import type { DeferredCall } from "../llm/ask.ts";
import { createLedger, type Ledger } from "../llm/ledger.ts";
import { loadPrices, type Prices } from "../llm/prices.ts";
import type { Store } from "../store/store.ts";
import { type LanguageModels, openLanguageModels } from "./language-models.ts";

/**
 * Nothing is opened or sent before the first `models.open`. Calls count for the config's budget; `ledger.begin` says for which run or job.
 * Throws what `loadPrices` throws.
 */
export async function chargedModels({
	config,
	languageModel = config.languageModel,
	store,
	defer,
	signal,
}: {
	readonly config: Config;
	/** Default: the config's. */
	readonly languageModel?: Config["languageModel"];
	readonly store: Store;
	/** Puts calls aside: nothing is sent or charged, and no key is needed. */
	readonly defer?: ((call: DeferredCall) => void) | undefined;
	readonly signal?: AbortSignal | undefined;
}): Promise<{
	readonly models: LanguageModels;
	readonly ledger: Ledger;
	readonly prices: Prices;
}> {
	const prices = await loadPrices(config.prices);
	const ledger = createLedger({ store, prices, budget: config.budget });
	const models = openLanguageModels({
		languageModel,
		store,
		ledger: defer === undefined ? ledger : undefined,
		defer,
		signal,
	});
	return { models, ledger, prices };
}
