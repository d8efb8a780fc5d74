/** Shared by the batch tests: a model whose calls are put aside for batches, its store and a run to charge. */
import { setMaxListeners } from "node:events";
import { CallDeferredError } from "../../../src/errors.ts";
import type { DeferredCall } from "../../../src/llm/ask.ts";
import { fetchBatches } from "../../../src/llm/batch/fetch.ts";
import type { BatchApi } from "../../../src/llm/batch/port.ts";
import {
	type BatchMode,
	batchStandings,
} from "../../../src/llm/batch/standing.ts";
import { submitBatches } from "../../../src/llm/batch/submit.ts";
import type { Budget } from "../../../src/llm/budget.ts";
import { schemaOnly } from "../../../src/llm/capabilities.ts";
import { createLedger } from "../../../src/llm/ledger.ts";
import type { Prices } from "../../../src/llm/prices.ts";
import type { Store } from "../../../src/store/store.ts";
import type { FakeLlmServer } from "../../support/fake-llm-server.ts";
import {
	startSampleRun,
	temporaryStore,
} from "../../support/temporary-store.ts";
import { type Asked, modelAt, request } from "../helpers.ts";

const prices: Prices = {
	of: () => ({
		price: {
			input: 1,
			output: 10,
			batchFactor: 0.5,
			asOf: "2026-11-01",
			source: "a test",
		},
		reason: null,
	}),
};

const noBudget: Budget = { usd: null, tokens: null, calls: null };

/** Text of request `index`. */
export function textOf(index: number): string {
	return `1. sound ${index} of rain\n2. rain ${index}`;
}

export function batchStudy(
	server: FakeLlmServer,
	asked: Asked,
	options: { readonly limits?: BatchApi["limits"] } = {},
) {
	const store: Store = temporaryStore();
	const run = startSampleRun(store);
	const signal = new AbortController().signal;
	// As `dissectInBatches` does: the SDKs leave a listener for each request.
	setMaxListeners(0, signal);
	const open = (mode: BatchMode) => {
		const aside: DeferredCall[] = [];
		const model = modelAt(server, asked, store, {
			capabilities: { ...schemaOnly, batch: true },
			defer: (call) => aside.push(call),
			standing: batchStandings(store, mode),
			// Of which a submission must make no use.
			maxRetries: 2,
		});
		if (model.batches === undefined) throw new Error("no batches");
		const batches: BatchApi =
			options.limits === undefined
				? model.batches
				: { ...model.batches, limits: options.limits };
		return { model, aside, batches };
	};
	/** What asking for request `index` comes to: its value, an error's code, or `waits` with `put aside` calls. */
	const ask = async (mode: BatchMode, count: number) => {
		const { model, aside, batches } = open(mode);
		const outcomes: string[] = [];
		for (let index = 0; index < count; index += 1)
			outcomes.push(
				await model.generate(request(textOf(index))).then(
					({ value }) => value.sentences.join(" "),
					(error: unknown) =>
						error instanceof CallDeferredError
							? "waits"
							: String((error as { code?: unknown }).code),
				),
			);
		return {
			outcomes,
			aside: aside.map((call) => ({ ...call, batches })),
		};
	};
	const submit = async (
		calls: readonly DeferredCall[],
		budget: Budget = noBudget,
		stop: AbortSignal = signal,
	) => {
		const ledger = createLedger({ store, prices, budget });
		ledger.begin(run);
		return submitBatches({
			calls,
			store,
			run,
			budget,
			spent: ledger.spent(),
			prices,
			signal: stop,
		});
	};
	const fetch = (results = true) => {
		const { batches, model } = open("poll");
		const baseUrl = asked === "anthropic" ? server.url : server.openAiUrl;
		return fetchBatches({
			store,
			servers: [
				{
					server: {
						provider: model.provider,
						api: batches.api,
						baseUrl,
						model: model.model,
					},
					batches,
				},
			],
			prices,
			results,
			signal,
		});
	};
	return { store, run, ask, submit, fetch };
}
