/** `audio-dissect runs list`, `show`, `calls`, `tag`, `untag`, `rm`. */
import { existsSync } from "node:fs";
import { StoreError } from "../../errors.ts";
import { loadPrices } from "../../llm/prices.ts";
import type { Json } from "../../shared/hash.ts";
import type { Store } from "../../store/store.ts";
import { callText } from "../call-text.ts";
import { exitCodes } from "../exit.ts";
import { plural, table } from "../format.ts";
import { ledgerSummary, ledgerText } from "../ledger-summary.ts";
import { runSummary, runSummaryText } from "../run-summary.ts";
import type { Session } from "../session.ts";
import { parseNeurons } from "../study-options.ts";
import { type StoreOptions, withStore } from "../with-store.ts";

export function listRuns(
	session: Session,
	options: StoreOptions,
): Promise<number> {
	return withStore(session, options, (store) => {
		const runs = store.listRuns();
		session.result(runs, () =>
			[
				runs.length === 0
					? "no runs yet"
					: table(
							[
								"run",
								"status",
								"started",
								"network",
								"probe set",
								"neurons",
								"tags",
							],
							runs.map((run) => [
								run.id,
								run.status,
								run.startedAt,
								run.network,
								run.probeSet,
								String(run.neurons),
								run.tags.join(" "),
							]),
						),
				...jobLines(store),
			].join("\n"),
		);
		return exitCodes.done;
	});
}

/** What was asked outside of runs, newest first. */
function jobLines(store: Store): string[] {
	const jobs = store.listJobs();
	return jobs.length === 0
		? []
		: [
				"",
				"asked outside of runs; `audio-dissect runs show JOB` says what it took",
				table(
					["job", "started"],
					jobs.map(({ id, startedAt }) => [id, startedAt]),
				),
			];
}

export function showRun(
	session: Session,
	options: StoreOptions & { readonly run?: string | undefined },
): Promise<number> {
	return withStore(session, options, async (store) => {
		const job = options.run === undefined ? null : jobNamed(store, options.run);
		if (job !== null) {
			// A job keeps no config: its calls have the price they had, the others that of the shipped table.
			const spent = ledgerSummary(store, job.id, await loadPrices(null));
			session.result({ job, spent }, () =>
				[
					`job        ${job.id}, since ${job.startedAt}`,
					...ledgerText(spent),
				].join("\n"),
			);
			return exitCodes.done;
		}
		const run = store.readRun(options.run ?? "latest");
		const summary = runSummary(store, run.id);
		const prices = await loadPrices(pricesOf(run.resolved));
		const spent = ledgerSummary(store, run.id, prices);
		session.result({ ...run, ...summary, spent }, () =>
			[runSummaryText(summary), ...ledgerText(spent)].join("\n"),
		);
		return exitCodes.done;
	});
}

type JobView = NonNullable<ReturnType<Store["findJob"]>>;

/** What the verbs that ask outside of runs are called, by the kind of their jobs. */
const JOB_VERBS: Readonly<Record<JobView["kind"], string>> = {
	caption: "caption",
	"llm-check": "llm check",
	probe: "dissect",
};

/** The job of that id, or the newest of that kind; null: it is the name of a run. A run's tag comes first. */
function jobNamed(store: Store, name: string): JobView | null {
	if (store.listRuns().some(({ tags }) => tags.includes(name))) return null;
	const job = store.findJob(name);
	const verb = Object.entries(JOB_VERBS).find(
		([kind]) => name === kind || name.startsWith(`${kind}-`),
	)?.[1];
	if (job !== null || verb === undefined) return job;
	throw new StoreError(
		`"${name}" is not in store ${store.directory}: expected a run or a job that \`audio-dissect runs list\` shows`,
		{
			code: "job_unknown",
			hint: `\`audio-dissect ${verb}\` makes one; what \`dissect\` asks belongs to its run.`,
		},
	);
}

/** The price table the run was started with; none when it is no longer there. */
function pricesOf(resolved: Json): string | null {
	const { prices } = resolved as { readonly prices?: string | null };
	return typeof prices === "string" && existsSync(prices) ? prices : null;
}

export function showCalls(
	session: Session,
	options: StoreOptions & {
		readonly run: string;
		readonly neuron?: string | undefined;
	},
): Promise<number> {
	return withStore(session, options, (store) => {
		const { id, layers } = store.readRun(options.run);
		const units = new Map(layers.map(({ name, units }) => [name, units]));
		const wanted =
			options.neuron === undefined
				? []
				: [...parseNeurons(options.neuron, units)].flatMap(([layer, units]) =>
						[...units].map((unit) => ({ layer, unit })),
					);
		const calls =
			options.neuron === undefined
				? [...store.runCalls(id)]
				: wanted.flatMap(({ layer, unit }) => [
						...store.runCalls(id, layer, unit),
					]);
		session.result(calls, () =>
			calls.length === 0
				? "no calls: nothing here was written by a language model"
				: [
						plural(calls.length, "call"),
						...calls.map((call) => `\n${callText(call)}`),
					].join("\n"),
		);
		return exitCodes.done;
	});
}

export function tagRun(
	session: Session,
	options: StoreOptions & { readonly run: string; readonly tag: string },
): Promise<number> {
	return withStore(session, { ...options, write: true }, (store) => {
		const { id } = store.readRun(options.run);
		store.tagRun(id, options.tag);
		session.result(
			{ run: id, tag: options.tag },
			() => `run ${id} is now also called ${options.tag}`,
		);
		return exitCodes.done;
	});
}

export function untagRun(
	session: Session,
	options: StoreOptions & { readonly tag: string },
): Promise<number> {
	return withStore(session, { ...options, write: true }, (store) => {
		const { tag } = options;
		const run = store.removeTag(tag);
		if (run === null)
			throw new StoreError(
				`no run in store ${store.directory} has the tag "${tag}"`,
				{
					code: "tag_unknown",
					hint: "`audio-dissect runs list` shows the tags.",
				},
			);
		session.result(
			{ run, tag, removed: true },
			() => `run ${run} is no longer called ${tag}`,
		);
		return exitCodes.done;
	});
}

export function removeRun(
	session: Session,
	options: StoreOptions & { readonly run: string },
): Promise<number> {
	return withStore(session, { ...options, write: true }, async (store) => {
		const { id } = store.readRun(options.run);
		await store.removeRun(id, { signal: session.signal });
		session.result(
			{ run: id, removed: true },
			() =>
				`run ${id} is forgotten; its calls, embeddings and recordings are kept. The database file stays as large: what later runs write uses the room first`,
		);
		return exitCodes.done;
	});
}
