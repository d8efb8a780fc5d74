/** `audio-dissect runs list`, `show`, `calls`, `tag`, `rm`. */
import { loadConfig } from "../../config/load.ts";
import { openStore } from "../../store/open.ts";
import type { Store } from "../../store/store.ts";
import { exitCodes } from "../exit.ts";
import { plural, table } from "../format.ts";
import { runSummary, runSummaryText } from "../run-summary.ts";
import type { Session } from "../session.ts";
import { parseNeurons } from "../study-options.ts";

type StoreOptions = {
	readonly config: string;
	readonly set: readonly string[];
	readonly store?: string;
};

/** Opens the store of `--store`, or of the config, does the work and closes it. */
async function withStore(
	session: Session,
	options: StoreOptions & { readonly write?: boolean },
	work: (store: Store) => void,
): Promise<number> {
	const directory =
		options.store ??
		(await loadConfig({ path: options.config, set: options.set })).store;
	const store =
		options.write === true
			? openStore({ directory, now: session.now })
			: openStore({ directory, readOnly: true });
	try {
		work(store);
		return exitCodes.done;
	} finally {
		store.close();
	}
}

export function listRuns(
	session: Session,
	options: StoreOptions,
): Promise<number> {
	return withStore(session, options, (store) => {
		const runs = store.listRuns();
		session.result(runs, () =>
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
		);
	});
}

export function showRun(
	session: Session,
	options: StoreOptions & { readonly run?: string | undefined },
): Promise<number> {
	return withStore(session, options, (store) => {
		const run = store.readRun(options.run ?? "latest");
		const summary = runSummary(store, run.id);
		session.result({ ...run, ...summary }, () => runSummaryText(summary));
	});
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
						...calls.map((call) =>
							[
								"",
								`call ${call.id}  ${call.operation}  ${call.provider}/${call.model}  ${call.outcome}${call.rejected === null ? "" : ` (rejected: ${call.rejected})`}  ${call.at}`,
								`tokens ${call.inputTokens ?? "not said"} in, ${call.outputTokens ?? "not said"} out; ${call.milliseconds} ms; key ${call.key.slice(0, 12)}`,
								`request ${JSON.stringify(call.request)}`,
								`reply ${call.reply ?? "none"}`,
								...(call.error === null
									? []
									: [`error [${call.error.code}] ${call.error.message}`]),
							].join("\n"),
						),
					].join("\n"),
		);
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
	});
}

export function removeRun(
	session: Session,
	options: StoreOptions & { readonly run: string },
): Promise<number> {
	return withStore(session, { ...options, write: true }, (store) => {
		const { id } = store.readRun(options.run);
		store.removeRun(id);
		session.result(
			{ run: id, removed: true },
			() =>
				`run ${id} is forgotten; its calls, embeddings and recordings are kept`,
		);
	});
}
