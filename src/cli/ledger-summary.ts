/** What a run used of language models, by module and model, for people and for --json. */
import { usdOfSum } from "../llm/ledger.ts";
import type { Prices } from "../llm/prices.ts";
import type { LedgerRow, Store } from "../store/store.ts";
import { plural, table, usd } from "./format.ts";

/** A line of the ledger. */
type LedgerLine = Omit<
	LedgerRow,
	"usd" | "unpriced" | "unpricedInputTokens" | "unpricedOutputTokens"
> & {
	readonly module: string;
	/** US dollars; null: see `reason`. */
	readonly usd: number | null;
	readonly reason: string | null;
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

/** Module that sends calls of an operation. */
const MODULES: Readonly<Record<string, string>> = {
	"acoustic-filter": "open-set-extraction",
};

function moduleOf(operation: string): string {
	return MODULES[operation] ?? operation;
}

/** The ledger of a run. Calls whose price was not known when they were sent are priced with `prices`. */
export function ledgerSummary(
	store: Store,
	run: string,
	prices: Prices,
): LedgerSummary {
	const lines = store.readLedger(run).map((row): LedgerLine => {
		const { unpriced, unpricedInputTokens, unpricedOutputTokens, ...line } =
			row;
		const dollars = usdOfSum(row, prices);
		return {
			...line,
			module: moduleOf(row.operation),
			usd: dollars,
			reason: dollars === null ? prices.of(row).reason : null,
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
				line.module,
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
	];
}

/** `usd 20, calls 100`: the limits that are set. */
export function limitsText(
	budget: Readonly<Record<string, number | null>>,
): string {
	return Object.entries(budget)
		.flatMap(([name, limit]) => (limit === null ? [] : [`${name} ${limit}`]))
		.join(", ");
}

/** What to say when the budget stopped a run. */
export function budgetReachedText(
	waiting: number,
	budget: Readonly<Record<string, number | null>>,
): string {
	return [
		`budget     reached (${limitsText(budget)}): ${plural(waiting, "neuron")} ${waiting === 1 ? "waits" : "wait"}`,
		"           Raise it (--set budget.usd=..., tokens, calls) and run the same command again: it goes on where it stopped.",
	].join("\n");
}
