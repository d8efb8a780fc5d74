/** What batches stand at, in words. */
import type { BatchReport } from "../llm/batch/fetch.ts";
import type { DissectedInBatches } from "../study/batches.ts";
import { plural, printable } from "./format.ts";
import { limitsText } from "./ledger-summary.ts";

const UNANSWERED: Readonly<Record<keyof BatchReport["unanswered"], string>> = {
	expired: "expired",
	cancelled: "cancelled",
	refused: "refused with their batch",
	lost: "without a result",
	not_sent: "never sent",
};

export function batchText(
	result: Omit<DissectedInBatches, "dissected"> & {
		/** Neurons; null: not counted this time. */
		readonly waiting: number | null;
		readonly budget: Readonly<Record<string, number | null>>;
		/** The command without --batch and --batch-poll. */
		readonly command: string;
	},
): string[] {
	const { fetched, submitted, open, beyondBudget, waiting, command } = result;
	const inBatches = open.reduce((sum, batch) => sum + batch.open, 0);
	const again = fetched.some(
		({ failed, unanswered }) =>
			failed > 0 ||
			Object.keys(unanswered).some((reason) => reason !== "not_sent"),
	);
	return [
		...fetched.flatMap(fetchedText),
		...submitted.map(
			({ remoteId, requests, provider, model }) =>
				`submitted  ${plural(requests, "request")} to ${provider}/${model}: ${remoteId}`,
		),
		...(beyondBudget > 0
			? [
					`budget     reached (${limitsText(result.budget)}): ${plural(beyondBudget, "call")} not submitted`,
					"           Raise it (--set budget.usd=..., tokens, calls), or submit again with --batch when open batches have cost less than they could.",
				]
			: []),
		...(again
			? [
					`again      ${command} --batch submits failed and unanswered requests again.`,
				]
			: []),
		...(inBatches > 0
			? [
					`waiting    ${waiting === null ? "" : `${plural(waiting, "neuron")}; `}${plural(inBatches, "request")} in ${countOf(open.length, "batch", "batches")}`,
					`next       ${command} --batch-poll`,
				]
			: []),
	];
}

/** As `plural`, for nouns that take no plain s. */
function countOf(count: number, one: string, more: string): string {
	return `${count.toLocaleString("en-GB")} ${count === 1 ? one : more}`;
}

function fetchedText(report: BatchReport): string[] {
	const { state, remoteId, id, status, done, requests, problem } = report;
	const name = `batch      ${remoteId ?? id}`;
	const stored = [
		...(report.answered > 0
			? [`${countOf(report.answered, "reply", "replies")} stored`]
			: []),
		...(report.failed > 0 ? [`${report.failed} failed`] : []),
		...Object.entries(report.unanswered).map(
			([reason, count]) =>
				`${count} ${UNANSWERED[reason as keyof typeof UNANSWERED]}`,
		),
		...(report.strays > 0
			? [
					`${plural(report.strays, "line")} that ${report.strays === 1 ? "is the result" : "are the results"} of no request, kept in the store: ${printable(report.stray ?? "")}`,
				]
			: []),
	].join(", ");
	if (state === "not_sent")
		return [`${name}: the provider does not have it, it was never sent`];
	if (state === "problem")
		return [
			`${name}: ${problem?.message} [${problem?.code}]${stored === "" ? "" : `; ${stored}`}`,
			...(problem?.hint === undefined ? [] : [`           ${problem.hint}`]),
		];
	if (state === "waiting")
		return [
			remoteId === null
				? `${name}: looked for; a batch like it has not ended, only then it can be told whose it is`
				: `${name}: ${status ?? "submitted"}${done === null ? "" : `, ${done} of ${plural(requests, "request")} done`}`,
		];
	return [`${name}: ${status}; ${stored === "" ? "no new results" : stored}`];
}
