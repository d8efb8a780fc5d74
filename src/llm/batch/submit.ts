/** Submits calls that were put aside: as many as the budget has room for, in batches within the provider's limits. */
import { InterruptedError, LanguageModelError } from "../../errors.ts";
import type { BatchMethods, BatchRequest, ModelServer } from "../../types.ts";
import type { DeferredCall } from "../ask.ts";
import type { Budget, Spent } from "../budget.ts";
import { errorOfFailure } from "../failures.ts";
import { costOf, dearest, type Prices } from "../prices.ts";
import type { BatchApi } from "./port.ts";

export type SubmitOptions = {
	/** Each key once. */
	readonly calls: readonly DeferredCall[];
	readonly store: Pick<
		BatchMethods,
		"prepareBatch" | "confirmBatch" | "endBatch"
	>;
	/** That is charged. */
	readonly run: string;
	readonly budget: Budget;
	/** Of the run so far, with the most that its open and lost batches can use. */
	readonly spent: Spent;
	readonly prices: Prices;
	readonly signal: AbortSignal;
};

export type SubmitResult = {
	/** Batches that the provider has taken. */
	readonly batches: readonly (ModelServer & {
		readonly id: string;
		readonly remoteId: string;
		readonly status: string;
		readonly requests: number;
	})[];
	/** Calls that the budget has no room for. */
	readonly beyondBudget: number;
};

type Sendable = {
	readonly call: DeferredCall;
	readonly request: BatchRequest;
	readonly batches: BatchApi;
};

/** As long as a request's name in the store. */
const NAME = "0".repeat(57);

/**
 * Each batch is in the store before it is submitted. Throws LanguageModelError when a batch was not taken, or when nobody knows (it is
 * looked for the next time); InterruptedError; TypeError for a call that cannot be sent in a batch.
 */
export async function submitBatches(
	options: SubmitOptions,
): Promise<SubmitResult> {
	const { fitting, beyondBudget } = withinBudget(options);
	const submitted: SubmitResult["batches"][number][] = [];
	for (const group of byServer(fitting))
		for await (const part of parts(group)) {
			const batch = await submitPart(part, options);
			if (batch !== null) submitted.push(batch);
		}
	return { batches: submitted, beyondBudget };
}

/** In order, as many as fit: what open batches and these can use at most is counted as spent. */
function withinBudget({ calls, budget, spent, prices }: SubmitOptions): {
	readonly fitting: readonly Sendable[];
	readonly beyondBudget: number;
} {
	const fitting: Sendable[] = [];
	let sum = spent;
	for (const call of calls) {
		const { batches, worst, identity } = call;
		if (batches === null)
			throw new TypeError(
				`a call of ${identity.provider} model "${identity.model}" cannot be sent in a batch`,
			);
		const { price } = prices.of(identity);
		const worstUsd =
			price === null
				? null
				: costOf(price, dearest(price, worst), { batch: true });
		const next: Spent = {
			calls: sum.calls + 1,
			tokens: sum.tokens + worst.input + worst.output,
			usd: sum.usd + (worstUsd ?? 0),
		};
		if (
			(["calls", "tokens", "usd"] as const).some(
				(name) => next[name] > (budget[name] ?? Number.POSITIVE_INFINITY),
			)
		)
			break;
		sum = next;
		fitting.push({
			call,
			batches,
			request: {
				key: call.key,
				operation: call.call.operation,
				request: call.request,
				sampleIndex: call.call.sampleIndex,
				worst,
				worstUsd,
			},
		});
	}
	return { fitting, beyondBudget: calls.length - fitting.length };
}

function serverOf({ call: { identity }, batches }: Sendable): ModelServer {
	const { provider, baseUrl, model } = identity;
	return { provider, api: batches.api, baseUrl, model };
}

function byServer(calls: readonly Sendable[]): Sendable[][] {
	const groups = new Map<string, Sendable[]>();
	for (const call of calls) {
		const { provider, api, baseUrl, model } = serverOf(call);
		const name = JSON.stringify([provider, api, baseUrl, model]);
		const group = groups.get(name) ?? [];
		group.push(call);
		groups.set(name, group);
	}
	return [...groups.values()];
}

type Part = {
	readonly calls: readonly Sendable[];
	readonly bodies: ReadonlyMap<string, Awaited<ReturnType<BatchApi["body"]>>>;
};

/** One at a time in memory: as many requests as the limits let into a batch. */
async function* parts(group: readonly Sendable[]): AsyncGenerator<Part> {
	let calls: Sendable[] = [];
	let bodies: Part["bodies"] & Map<string, unknown> = new Map();
	let bytes = 0;
	for (const sendable of group) {
		const { batches, call } = sendable;
		const body = await batches.body(call.call);
		// And a comma or a line break; what surrounds them all is within the margin of the limits.
		const size = Buffer.byteLength(batches.line(NAME, body)) + 2;
		const { limits } = batches;
		if (
			calls.length > 0 &&
			(calls.length >= limits.requests || bytes + size > limits.bytes * 0.99)
		) {
			yield { calls, bodies };
			calls = [];
			bodies = new Map();
			bytes = 0;
		}
		calls.push(sendable);
		bodies.set(call.key, body);
		bytes += size;
	}
	if (calls.length > 0) yield { calls, bodies };
}

async function submitPart(
	{ calls, bodies }: Part,
	{ store, run, signal }: SubmitOptions,
): Promise<SubmitResult["batches"][number] | null> {
	const [first] = calls;
	if (first === undefined) return null;
	if (signal.aborted) throw new InterruptedError(signal.reason);
	const server = serverOf(first);
	const prepared = store.prepareBatch({
		run,
		server,
		requests: calls.map(({ request }) => request),
	});
	if (prepared === null) return null;
	const { id, requests } = prepared;
	const lines = requests.map(({ customId, key }) =>
		first.batches.line(customId, bodies.get(key) ?? null),
	);
	const result = await first.batches.submit(id, lines, signal);
	if ("batch" in result) {
		const { remoteId, status } = result.batch;
		store.confirmBatch(id, { remoteId, status });
		return { ...server, id, remoteId, status, requests: requests.length };
	}
	const { failure, notTaken } = result;
	if (notTaken) {
		store.endBatch(id, { status: failure.code, rest: "not_sent" });
		throw errorOfFailure(failure, server, null);
	}
	throw new LanguageModelError(
		`a batch of ${requests.length} requests was submitted, and it is not known whether it arrived: ${failure.message}`,
		{
			code: "batch_unconfirmed",
			hint: "Run the same command again: it looks for the batch first, and submits it only when the provider does not have it.",
			cause: failure.cause,
			evidence: { ...server, batch: id },
		},
	);
}
