/** Dry run: what counted calls would cost. */
import { ConfigError } from "../errors.ts";
import type { LanguageModel } from "../llm/port.ts";
import {
	dearest,
	type Price,
	type Prices,
	priced,
	type Tokens,
} from "../llm/prices.ts";
import type { ModuleName } from "../types.ts";
import { type Bounds, type CountedCalls, sumOf } from "./dry-run-calls.ts";
import type { DissectOptions } from "./options.ts";

export type DryRunModule = {
	/** `embeddings`: sentences, by a server. */
	readonly module: ModuleName | "embeddings";
	readonly provider: string;
	readonly model: string;
	/** Calls that would be sent. */
	readonly calls: Bounds;
	/** Of them: the quiz before the first neuron. */
	readonly quizCalls: number;
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
	/** Sent in batches, and priced so. */
	readonly batched: boolean;
	/** Day of the price table, YYYY-MM-DD; null: no call, or no price. */
	readonly priceDay: string | null;
};

/** Tokens of a reply when the store has none to go by. */
const ASSUMED_OUTPUT: Readonly<Record<string, number>> = {
	summarize: 150,
	"acoustic-filter": 500,
	calibrate: 20,
	"identify-concept": 40,
};

const FREE: Price = {
	input: 0,
	output: 0,
	batchFactor: 1,
	asOf: "",
	source: "",
};

/** The line of a module: its calls, tokens and price. */
export function priceOf(
	{
		store,
		prices,
		batch = false,
	}: Pick<DissectOptions, "store"> & {
		readonly prices: Prices;
		readonly batch?: boolean | undefined;
	},
	asked: {
		readonly module: DryRunModule["module"];
		readonly operation: string;
		readonly model: Pick<LanguageModel, "provider" | "model">;
		readonly counted: CountedCalls;
		/** Calls of the quiz, which come on top. Absent: none. */
		readonly quiz?: CountedCalls | undefined;
		readonly served: number | null;
		readonly shared: number | null;
	},
): DryRunModule {
	const { operation, model, quiz } = asked;
	const counted =
		quiz === undefined ? asked.counted : sumOf(asked.counted, quiz);
	if (batch && counted.inBatches === "never") throw notInBatches(model);
	const batched = batch && counted.inBatches === "all";
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
	const answer =
		counted.model === null
			? { price: FREE, reason: null }
			: prices.of(counted.model);
	const cost = (tokens: Tokens) =>
		priced(answer, { baseUrl: "", ...model, ...counted.model }, tokens, {
			batch: batched,
		});
	const least = cost({ input: counted.input.least, output: output.least });
	const most = cost({ input: counted.input.most, output: output.most });
	const longest: Tokens = {
		input: counted.input.most,
		output: counted.outputMost,
	};
	const atMost = cost(
		answer.price === null ? longest : dearest(answer.price, longest),
	);
	return {
		module: asked.module,
		provider: model.provider,
		model: model.model,
		calls: counted.calls,
		quizCalls: quiz?.calls.most ?? 0,
		served: asked.served,
		shared: asked.shared,
		inputTokens: counted.input,
		outputTokens: output,
		outputPerCall: {
			tokens: Math.round(perCall),
			from: mean === null ? "assumed" : "stored",
		},
		batched,
		usd:
			least.usd === null || most.usd === null
				? null
				: { least: least.usd, most: most.usd },
		usdAtMost: atMost.usd,
		reason: most.reason,
		priceDay: counted.model === null ? null : (answer.price?.asOf ?? null),
	};
}

function notInBatches({
	provider,
	model,
}: Pick<LanguageModel, "provider" | "model">): ConfigError {
	return new ConfigError(
		`${provider} model "${model}" has no batch API: expected openai or anthropic at their own addresses`,
		{
			code: "batch_unsupported",
			hint: "Leave --batch out; if the server passes batches on to the provider, set languageModel.batch: true.",
		},
	);
}
