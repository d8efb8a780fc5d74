/** What a run used of language models, by module and model, for people and for --json. */
import { moduleOfOperation } from "../dissect/operations.ts";
import { usdOfSum } from "../llm/ledger-sums.ts";
import type { Prices } from "../llm/prices.ts";
import type { LedgerRow, Store } from "../store/store.ts";
import { plural, table, usd } from "./format.ts";

/** A line of the ledger. */
type LedgerLine = Omit<
	LedgerRow,
	| "usd"
	| "unpriced"
	| "unpricedInputTokens"
	| "unpricedOutputTokens"
	| "unpricedCachedTokens"
	| "unpricedCacheWriteTokens"
	| "unpricedAudioTokens"
> & {
	readonly module: string;
	/** US dollars; null: see `reason`. */
	readonly usd: number | null;
	readonly reason: string | null;
	/** Day of the price table, YYYY-MM-DD, and its page; null: it has no price for the model. Calls keep the price of when they were sent. */
	readonly priceTable: {
		readonly asOf: string;
		readonly source: string;
	} | null;
};

export type LedgerSummary = {
	readonly lines: readonly LedgerLine[];
	readonly total: {
		readonly calls: number;
		readonly tokens: number;
		/** US dollars; null when the price of a line is not known. */
		readonly usd: number | null;
	};
};

/** The ledger of a run or a job; calls of the quiz stand under the module they are about. Calls whose price was not known when they were sent are priced with `prices`. */
export function ledgerSummary(
	store: Store,
	run: string,
	prices: Prices,
): LedgerSummary {
	const lines = store.readLedger(run).map((row): LedgerLine => {
		const {
			unpriced: _,
			unpricedInputTokens: _input,
			unpricedOutputTokens: _output,
			unpricedCachedTokens: _cached,
			unpricedCacheWriteTokens: _written,
			unpricedAudioTokens: _audio,
			...line
		} = row;
		const { price } = prices.of(row);
		const { usd: dollars, reason } = usdOfSum(row, prices);
		return {
			...line,
			module: moduleOfOperation(row.operation),
			usd: dollars,
			reason,
			priceTable:
				price === null ? null : { asOf: price.asOf, source: price.source },
		};
	});
	return {
		lines,
		total: {
			calls: sum(lines.map(({ calls }) => calls)),
			tokens: sum(
				lines.map(
					({ inputTokens, outputTokens }) => inputTokens + outputTokens,
				),
			),
			usd: lines.some((line) => line.usd === null)
				? null
				: sum(lines.map((line) => line.usd ?? 0)),
		},
	};
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}

/** Empty when no language model was used. */
export function ledgerText({ lines, total }: LedgerSummary): string[] {
	if (lines.length === 0) return [];
	const estimated = sum(lines.map((line) => line.estimated));
	const failedUsd = sum(lines.map((line) => line.failedUsd));
	const number = (value: number): string => value.toLocaleString("en-GB");
	return [
		"",
		table(
			[
				"module",
				"model",
				"calls sent",
				"of them failed",
				"from the store",
				"tokens in",
				"tokens out",
				"price",
			],
			lines.map((line) => [
				line.batch ? `${line.module}, in batches` : line.module,
				`${line.provider}/${line.model}`,
				number(line.calls),
				number(line.failed),
				number(line.served),
				number(line.inputTokens),
				number(line.outputTokens),
				usd(line.usd),
			]),
		),
		`spent      ${plural(total.calls, "call")}, ${plural(total.tokens, "token")}, ${total.usd === null ? "price unknown" : usd(total.usd)}${failedUsd > 0 ? `, of it ${usd(failedUsd)} for calls that failed` : ""}`,
		...new Set(
			lines.flatMap(({ reason }) =>
				reason === null ? [] : [`           ${reason}`],
			),
		),
		...(estimated > 0
			? [
					`           tokens of ${plural(estimated, "call")} are estimates: the server did not report them`,
				]
			: []),
		...unansweredText(lines),
		...priceTableText(lines),
	];
}

/** As `ledgerText`, of a job: what it took over every time. */
export function jobLedgerText(spent: LedgerSummary, job: string): string[] {
	const lines = ledgerText(spent);
	return lines.length === 0
		? []
		: [
				...lines,
				`           over every time; \`audio-dissect runs show ${job}\` prints it again`,
			];
}

/** What may have been billed without a word. */
function unansweredText(lines: readonly LedgerLine[]): string[] {
	const ended = lines.filter(({ unanswered }) => unanswered > 0);
	if (ended.length === 0) return [];
	const requests = sum(ended.map(({ unanswered }) => unanswered));
	const tokens = sum(ended.map(({ unansweredTokens }) => unansweredTokens));
	const dollars = ended.some((line) => line.usd === null)
		? null
		: sum(ended.map(({ unansweredUsd }) => unansweredUsd));
	return [
		`           ${plural(requests, "request")} ended without a reply: up to ${plural(tokens, "token")}, ${dollars === null ? "price unknown" : usd(dollars)}, of the above may not have been billed`,
	];
}

/** The price tables, each once. */
function priceTableText(lines: readonly LedgerLine[]): string[] {
	const tables = lines.flatMap(({ calls, priceTable: from }) =>
		calls === 0 || from === null ? [] : [`${from.asOf}, ${from.source}`],
	);
	return [...new Set(tables)].map((from) => `prices     of ${from}`);
}

/** `usd 20, calls 100`: the limits that are set. */
export function limitsText(
	budget: Readonly<Record<string, number | null>>,
): string {
	return Object.entries(budget)
		.flatMap(([name, limit]) => (limit === null ? [] : [`${name} ${limit}`]))
		.join(", ");
}

/** What to say when the budget stopped a run, or captions. */
export function budgetReachedText(
	waiting: number,
	budget: Readonly<Record<string, number | null>>,
	noun = "neuron",
): string {
	return [
		`budget     reached (${limitsText(budget)}): ${plural(waiting, noun)} ${waiting === 1 ? "waits" : "wait"}`,
		"           Raise it (--set budget.usd=..., tokens, calls) and run the same command again: it goes on where it stopped.",
	].join("\n");
}
