/** Dry run: what counted calls would cost. */
import type { LanguageModel } from "../llm/port.ts";
import { costOf, type Prices } from "../llm/prices.ts";
import type { ModuleName } from "../types.ts";
import type { Bounds, CountedCalls } from "./dry-run-calls.ts";
import type { DissectOptions } from "./options.ts";

export type DryRunModule = {
	/** `llm-check`: the quiz before the first neuron. */
	readonly module: ModuleName | "llm-check";
	readonly provider: string;
	readonly model: string;
	/** Calls that would be sent. */
	readonly calls: Bounds;
	/** Calls whose replies the store has; null: not known before the network is recorded. */
	readonly served: number | null;
	/** Requests that need no call of their own, because other neurons make the same; null: not known yet. */
	readonly shared: number | null;
	/** Estimated: UTF-8 bytes / 3, rather too many. */
	readonly inputTokens: Bounds;
	/** Expected length of the replies, see `outputPerCall`. */
	readonly outputTokens: Bounds;
	readonly outputPerCall: {
		readonly tokens: number;
		/** `stored`: the mean of the replies in the store; `assumed`: no such reply is there. */
		readonly from: "stored" | "assumed";
	};
	/** US dollars expected; null: see `reason`. */
	readonly usd: Bounds | null;
	/** US dollars when every reply is as long as a reply may be. */
	readonly usdAtMost: number | null;
	readonly reason: string | null;
};

/** Tokens of a reply when the store has none to go by. */
const ASSUMED_OUTPUT: Readonly<Record<string, number>> = {
	summarize: 150,
	"acoustic-filter": 500,
	calibrate: 20,
	"identify-concept": 40,
};

const FREE = { input: 0, output: 0, batchFactor: 1 };

/** The line of a module: its calls, tokens and price. */
export function priceOf(
	{
		store,
		prices,
	}: Pick<DissectOptions, "store"> & { readonly prices: Prices },
	asked: {
		readonly module: DryRunModule["module"];
		readonly operation: string;
		readonly model: LanguageModel;
		readonly counted: CountedCalls;
		readonly served: number | null;
		readonly shared: number | null;
	},
): DryRunModule {
	const { counted, operation, model } = asked;
	const mean =
		counted.model === null
			? null
			: store.meanOutputTokens({ operation, ...counted.model });
	const perCall = mean ?? ASSUMED_OUTPUT[operation] ?? 0;
	const output: Bounds = {
		least: Math.ceil(counted.calls.least * perCall),
		most: Math.ceil(counted.calls.most * perCall),
	};
	// No call costs nothing, whoever would have answered.
	const { price, reason } =
		counted.model === null
			? { price: FREE, reason: null }
			: prices.of(counted.model);
	return {
		module: asked.module,
		provider: model.provider,
		model: model.model,
		calls: counted.calls,
		served: asked.served,
		shared: asked.shared,
		inputTokens: counted.input,
		outputTokens: output,
		outputPerCall: {
			tokens: Math.round(perCall),
			from: mean === null ? "assumed" : "stored",
		},
		usd:
			price === null
				? null
				: {
						least: costOf(price, {
							input: counted.input.least,
							output: output.least,
						}),
						most: costOf(price, {
							input: counted.input.most,
							output: output.most,
						}),
					},
		usdAtMost:
			price === null
				? null
				: costOf(price, {
						input: counted.input.most,
						output: counted.outputMost,
					}),
		reason,
	};
}
