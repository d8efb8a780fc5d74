/** What a dry run found, in words. */

import type { DryRun } from "../dissect/dry-run.ts";
import type { Bounds } from "../dissect/dry-run-calls.ts";
import { plural, table, usd } from "./format.ts";
import { triageLines } from "./triage-text.ts";

export type DryRunSettings = {
	readonly budget: Readonly<Record<"usd" | "tokens" | "calls", number | null>>;
};

export function dryRunText(result: DryRun, settings: DryRunSettings): string {
	const { modules, recorded, neurons } = result;
	const lines = [
		"dry run    nothing was sent, recorded or stored as a run",
		`network    ${plural(neurons, "neuron")}; ${recorded ? "the recording is there" : "not recorded over this probe set yet"}`,
		...dryTriageLines(result),
		...(result.run === null
			? []
			: [
					`run        ${result.run.id} (${result.run.status}) would be resumed`,
				]),
	];
	if (modules.length === 0)
		return [
			...lines,
			"",
			"no language model is asked: 0 calls, 0 tokens, nothing to pay",
		].join("\n");
	return [
		...lines,
		"",
		table(
			[
				"module",
				"model",
				"new calls",
				"of them quiz",
				"from the store",
				"shared",
				"tokens in",
				"tokens out",
				"price",
				"at most",
			],
			modules.map((line) => [
				line.batched ? `${line.module}, in batches` : line.module,
				`${line.provider}/${line.model}`,
				bounds(line.calls),
				count(line.quizCalls),
				count(line.served),
				count(line.shared),
				bounds(line.inputTokens),
				bounds(line.outputTokens),
				price(line.usd),
				usd(line.usdAtMost),
			]),
		),
		`total      ${bounds(add(modules.map(({ calls }) => calls)))} calls, price ${price(result.usd)}, at most ${usd(result.usdAtMost)} (if every reply is as long as it may be)`,
		...new Set(
			modules.flatMap(({ reason }) =>
				reason === null ? [] : [`           ${reason}`],
			),
		),
		...budgetLines(result, settings),
		"",
		...priceDays(modules),
		...modules
			.filter(({ module, calls }) => module !== "embeddings" && calls.most > 0)
			.map(({ module, outputPerCall: { tokens, from } }) =>
				from === "stored"
					? `note       ${module}: ${tokens} tokens a reply, the mean of the replies in the store`
					: `note       ${module}: ${tokens} tokens a reply are assumed, the store has none to go by`,
			),
		...result.assumptions.map((assumption) => `note       ${assumption}`),
	].join("\n");
}

function dryTriageLines({ neurons, triage }: DryRun): string[] {
	if (triage === null) return [];
	const { notDescribable, unjudged, reason } = triage;
	if (notDescribable === null || unjudged === null)
		return [
			`triage     how many neurons it leaves out is not known yet: ${reason}; none is left out of these counts`,
		];
	return triageLines({ neurons, notDescribable, unjudged });
}

/** The days of the price tables, each once. */
function priceDays(modules: DryRun["modules"]): string[] {
	const days = new Set(
		modules.flatMap(({ priceDay }) => (priceDay === null ? [] : [priceDay])),
	);
	return days.size === 0
		? []
		: [
				`prices     of ${[...days].sort().join(", ")} (config/prices.yaml, or yours); higher rates for prompts above 100,000 tokens are not in them`,
			];
}

/** Which limits of the budget the expected use would reach; what this run has spent before is not looked at. */
function budgetLines(
	{ modules, usd: expected, unpriced }: DryRun,
	{ budget }: DryRunSettings,
): string[] {
	const most = {
		usd: expected?.most ?? null,
		tokens: add(
			modules.flatMap(({ inputTokens, outputTokens }) => [
				inputTokens,
				outputTokens,
			]),
		).most,
		calls: add(modules.map(({ calls }) => calls)).most,
	};
	return (["usd", "tokens", "calls"] as const).flatMap((name) => {
		const limit = budget[name];
		const needed = most[name];
		if (limit === null) return [];
		if (needed === null || (name === "usd" && unpriced.length > 0))
			return [
				`budget     ${name} ${limit} cannot be kept without a price: the run would refuse to start`,
				...unpriced.map((reason) => `           ${reason}`),
			];
		return needed > limit
			? [
					`budget     ${name} ${limit} would stop the run: up to ${name === "usd" ? usd(needed) : needed.toLocaleString("en-GB")} expected`,
				]
			: [`budget     ${name} ${limit} is enough`];
	});
}

function add(all: readonly Bounds[]): Bounds {
	return all.reduce(
		(sum, { least, most }) => ({
			least: sum.least + least,
			most: sum.most + most,
		}),
		{ least: 0, most: 0 },
	);
}

function bounds({ least, most }: Bounds): string {
	const number = (value: number): string => value.toLocaleString("en-GB");
	if (least === most) return number(most);
	return least === 0
		? `up to ${number(most)}`
		: `${number(least)} to ${number(most)}`;
}

function count(value: number | null): string {
	return value === null ? "not known" : value.toLocaleString("en-GB");
}

function price(value: Bounds | null): string {
	if (value === null) return "unknown";
	const { least, most } = value;
	if (least === most) return usd(most);
	return least === 0 ? `up to ${usd(most)}` : `${usd(least)} to ${usd(most)}`;
}
