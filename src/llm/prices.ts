/** What tokens cost: a model's line in the price table, and the price of a number of tokens. */
import { packageFile } from "../shared/package.ts";
import { type PriceList, readPriceTable } from "./price-table.ts";
import type { ModelIdentity } from "./provider.ts";

/** Whose price is asked for. */
export type PricedModel = Pick<ModelIdentity, "provider" | "baseUrl" | "model">;

export type Price = {
	/** US dollars per million tokens, 0 and up. */
	readonly input: number;
	readonly output: number;
	/** Of input that the provider has read from its own cache of prompts. Absent: as other input. */
	readonly cachedInput?: number | undefined;
	/** Of input that it has written there. Absent: as other input. */
	readonly cacheWrite?: number | undefined;
	/** Of input that is sound. Absent: not known, unless the model costs nothing at all. */
	readonly audioInput?: number | undefined;
	/** Input tokens of a second of sound. Absent: not known. */
	readonly audioTokensPerSecond?: number | undefined;
	/** What a request in a batch costs, as a share of the price, in (0, 1]. */
	readonly batchFactor: number;
	/** Day of the price page, YYYY-MM-DD. */
	readonly asOf: string;
	readonly source: string;
};

/** Null: no known price; `reason` says so in words. */
export type PriceAnswer =
	| { readonly price: Price; readonly reason: null }
	| { readonly price: null; readonly reason: string };

export type Prices = { of(model: PricedModel): PriceAnswer };

export type Tokens = {
	/** All of them. */
	readonly input: number;
	readonly output: number;
	/** Of `input`: read from the provider's own cache of prompts, or written to it. Absent: none. */
	readonly cached?: number | undefined;
	readonly cacheWrite?: number | undefined;
	/** Of `input`: sound. Absent: none. */
	readonly audio?: number | undefined;
};

/**
 * The price tables: `path` (YAML, the user's own) before the shipped `config/prices.yaml`.
 * ConfigError `prices_unreadable`, `prices_invalid` with file, line and column of the first problem.
 */
export async function loadPrices(path: string | null): Promise<Prices> {
	const shipped = await readPriceTable(packageFile("config/prices.yaml"));
	const lists =
		path === null ? shipped : [...(await readPriceTable(path)), ...shipped];
	return {
		of: (model) => {
			for (const list of lists) {
				const line = lineOf(list, model);
				if (line === undefined) continue;
				const { asOf, source, batchFactor, audioTokensPerSecond } = list;
				return {
					price: { ...line, audioTokensPerSecond, batchFactor, asOf, source },
					reason: null,
				};
			}
			return {
				price: null,
				reason: `no price for ${model.model} at ${model.baseUrl} in ${path === null ? "" : `${path} or `}prices.yaml`,
			};
		},
	};
}

/** US dollars for `tokens`; null when some are sound, whose price is not known. `batch`: sent in a batch. */
export function costOf(
	price: Pick<
		Price,
		| "input"
		| "output"
		| "batchFactor"
		| "cachedInput"
		| "cacheWrite"
		| "audioInput"
	>,
	tokens: Tokens,
	options: { readonly batch?: boolean } = {},
): number | null {
	const { input, output, cached = 0, cacheWrite = 0, audio = 0 } = tokens;
	const free = price.input === 0 && price.output === 0;
	const audioInput = price.audioInput ?? (free ? 0 : null);
	if (audio > 0 && audioInput === null) return null;
	// Where a provider counts a token twice (sound that was cached), at the price of both: rather too much.
	const plain = Math.max(0, input - cached - cacheWrite - audio);
	const full =
		(plain * price.input +
			cached * (price.cachedInput ?? price.input) +
			cacheWrite * (price.cacheWrite ?? price.input) +
			audio * (audioInput ?? 0) +
			output * price.output) /
		1e6;
	return options.batch === true ? full * price.batchFactor : full;
}

/** `tokens` as dear as they can be: nothing is found in the provider's cache, and where writing to it costs more, all is written. */
export function dearest(
	{ input, cacheWrite }: Pick<Price, "input" | "cacheWrite">,
	tokens: Tokens,
): Tokens {
	const { audio = 0 } = tokens;
	return (cacheWrite ?? input) > input
		? { ...tokens, cached: 0, cacheWrite: tokens.input - audio }
		: { ...tokens, cached: 0, cacheWrite: 0 };
}

/** What tokens of a model cost; without a price, why there is none. `batch`: sent in a batch. */
export function priced(
	{ price, reason }: PriceAnswer,
	{ model, baseUrl }: PricedModel,
	tokens: Tokens,
	options: { readonly batch?: boolean } = {},
):
	| { readonly usd: number; readonly reason: null }
	| { readonly usd: null; readonly reason: string } {
	if (price === null) return { usd: null, reason };
	const usd = costOf(price, tokens, options);
	return usd === null
		? {
				usd,
				reason: `no price for sound sent to ${model} at ${baseUrl} (audioInput) in prices.yaml`,
			}
		: { usd, reason: null };
}

/** A dated version of a model: `-2025-04-14`, `-20250929`. */
const VERSION = /^-\d{4}-?\d{2}-?\d{2}$/;

function lineOf(
	{ baseUrl, provider, models }: PriceList,
	model: PricedModel,
): PriceList["models"][string] | undefined {
	const here =
		provider === undefined
			? baseUrl?.replace(/\/+$/, "") === model.baseUrl
			: provider === model.provider;
	if (!here) return undefined;
	if (Object.hasOwn(models, model.model)) return models[model.model];
	const dated = Object.keys(models).find(
		(name) =>
			model.model.startsWith(name) &&
			VERSION.test(model.model.slice(name.length)),
	);
	return models[dated ?? "*"];
}
