/** Fetches the results of open batches: each is stored as a call, with what it is charged, before anything is done with it. */
import { LanguageModelError, toErrorRecord } from "../../errors.ts";
import type {
	BatchMethods,
	ErrorRecord,
	ModelServer,
	OnProgress,
	OpenBatch,
} from "../../types.ts";
import type { Prices } from "../prices.ts";
import { batchGone } from "./failures.ts";
import type { BatchApi, RemoteBatch } from "./port.ts";
import {
	type BatchResultStore,
	type Counts,
	newCounts,
	storeResults,
} from "./store-results.ts";

/** What fetching needs of a store. */
type BatchStore = BatchResultStore &
	Pick<BatchMethods, "openBatches" | "submittedBatches" | "confirmBatch">;

/** A model whose calls can be sent in batches. */
export type BatchServer = {
	readonly server: ModelServer;
	readonly batches: BatchApi;
};

/** What is known of one batch now, and what was stored this time. */
export type BatchReport = Omit<OpenBatch, "open"> &
	Readonly<Counts> & {
		/** `waiting`: for the provider; `ended`: its results are stored; `not_sent`: it never arrived; `problem`: could not be looked at. */
		readonly state: "waiting" | "ended" | "not_sent" | "problem";
		/** Requests the provider is done with; null: not known. */
		readonly done: number | null;
		readonly problem: ErrorRecord | null;
	};

type FetchOptions = {
	readonly store: BatchStore;
	/** The models whose batches are looked at. */
	readonly servers: readonly BatchServer[];
	readonly prices: Prices;
	/** False: only batches whose submission was cut off are looked for, and those that the provider did not have the last time are given up. */
	readonly results: boolean;
	readonly signal: AbortSignal;
	readonly onProgress?: OnProgress | undefined;
};

/**
 * Looks at every open batch. One that cannot be looked at is a `problem` of the report, and the others go on. Throws LanguageModelError
 * for a rejected key, InterruptedError, and what the store throws; what was stored stays.
 */
export async function fetchBatches(
	options: FetchOptions,
): Promise<BatchReport[]> {
	const reports: BatchReport[] = [];
	for (const batch of options.store.openBatches()) {
		const counts = newCounts();
		const report = (
			more: Pick<BatchReport, "state"> & Partial<BatchReport>,
		): void => {
			const { open: _, ...known } = batch;
			reports.push({ ...known, done: null, problem: null, ...counts, ...more });
		};
		const batches = serverOf(batch, options.servers)?.batches;
		if (batches === undefined) {
			report({ state: "problem", problem: toErrorRecord(otherModel(batch)) });
			continue;
		}
		// Whoever submits again was told by a poll that it is gone.
		const results = options.results || batch.status === GONE;
		try {
			const remote = await locate(batch, batches, { ...options, results });
			if (remote === "unclear") report({ state: "waiting" });
			else if (remote === null) report({ state: "not_sent" });
			else if (remote.ended && results) {
				await storeResults({ batch, remote, batches, counts }, options);
				report({
					state: "ended",
					remoteId: remote.remoteId,
					status: remote.status,
					...counts,
				});
			} else
				report({
					state: "waiting",
					remoteId: remote.remoteId,
					status: remote.status,
					done: remote.done,
				});
		} catch (error) {
			if (!(error instanceof LanguageModelError)) throw error;
			if (error.evidence?.reach === "every_call") throw error;
			if (error.code === "batch_gone" || error.code === "batch_unknown") {
				if (!options.results && batch.status === GONE) {
					const end = { status: GONE, rest: "lost" } as const;
					const lost = options.store.endBatch(batch.id, end);
					const unanswered = { ...counts.unanswered, lost };
					report({ state: "ended", status: GONE, ...counts, unanswered });
					continue;
				}
				if (options.results)
					options.store.confirmBatch(batch.id, {
						remoteId: batch.remoteId,
						status: GONE,
					});
			}
			report({ state: "problem", problem: toErrorRecord(error), ...counts });
		}
	}
	return reports;
}

/** Status of a batch that the provider does not have any more, or not for this key, or does not say whether it has. */
const GONE = "gone";

function serverOf(
	batch: ModelServer,
	servers: readonly BatchServer[],
): BatchServer | undefined {
	return servers.find(({ server }) =>
		(["provider", "api", "baseUrl", "model"] as const).every(
			(name) => server[name] === batch[name],
		),
	);
}

function otherModel({
	provider,
	model,
	baseUrl,
}: OpenBatch): LanguageModelError {
	return new LanguageModelError(
		`a batch of ${provider} model "${model}" at ${baseUrl} is open, which is not the config's model`,
		{
			code: "batch_of_other_model",
			hint: "Its results are fetched with the config it was submitted with.",
		},
	);
}

/** The batch at the provider; null when it never arrived, which is then noted. */
async function locate(
	batch: OpenBatch,
	batches: BatchApi,
	{ store, signal, results }: FetchOptions,
): Promise<RemoteBatch | "unclear" | null> {
	const { id, remoteId } = batch;
	if (remoteId === null) {
		const found = await batches.find(
			{
				id,
				since: batch.preparedAt,
				requests: batch.requests,
				others: store.submittedBatches(),
			},
			signal,
		);
		if (found === null)
			store.endBatch(id, { status: "not sent", rest: "not_sent" });
		else if (found !== "unclear") store.confirmBatch(id, found);
		return found;
	}
	if (results) {
		const remote = await batches.look(remoteId, signal);
		if (remote === null) throw batchGone(`batch ${remoteId}`, batch);
		store.confirmBatch(id, remote);
		return remote;
	}
	return {
		remoteId,
		status: batch.status ?? "submitted",
		ended: false,
		done: null,
		refused: null,
		rest: "lost",
		files: [],
	};
}
