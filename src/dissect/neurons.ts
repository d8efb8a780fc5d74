/** The loop all stages share: the neurons a module has still to describe, each outcome stored, failures kept as evidence. */
import {
	CallDeferredError,
	DissectionError,
	InterruptedError,
	StoreError,
	throwIfInterrupted,
	toErrorRecord,
} from "../errors.ts";
import { endsEveryCall } from "../llm/ends-every-call.ts";
import { forEachLimited } from "../shared/pool.ts";
import type { NeuronView, StoredDescription } from "../store/store.ts";
import type { ModuleName, Outcome } from "../types.ts";
import type { StageContext } from "./context.ts";

const PAGE = 200;
/** Outcomes per transaction. What a kill loses of them is made again from stored calls. */
const WRITE_BLOCK = 200;

/** What the loop needs of a run. */
export type RunContext = Pick<
	StageContext,
	"store" | "run" | "layers" | "signal" | "onProgress" | "noteDeferred"
>;

/** A module's outcome for one neuron and where it came from. */
export type Described = Pick<
	StoredDescription,
	"promptHash" | "model" | "callIds"
> & { readonly outcome: Outcome<unknown> };

/** Neurons of the run that `module` has not settled (described or skipped), layer by layer; a page at a time in memory. */
export function* pendingNeurons(
	context: RunContext,
	module: ModuleName,
): Generator<NeuronView> {
	const { store, run } = context;
	for (const layer of context.layers) {
		const settled = store.settledUnits(run, layer, module);
		for (let from = 0; ; from += PAGE) {
			const page = store.readLayerNeurons(run, layer, { from, count: PAGE });
			for (const neuron of page) if (!settled.has(neuron.unit)) yield neuron;
			if (page.length < PAGE) break;
		}
	}
}

/** How many neurons `pendingNeurons` will give. */
export function countPending(context: RunContext, module: ModuleName): number {
	return context.store.countUnsettled(context.run, module);
}

/** Collects outcomes and stores them a block at a time. `flush` when done, also after a failure. */
export function openOutcomeWriter(context: RunContext, module: ModuleName) {
	const { store, run } = context;
	let block: StoredDescription[] = [];
	const flush = (): void => {
		const entries = block;
		block = [];
		if (entries.length > 0) store.putDescriptions(run, entries);
	};
	return {
		put: (layer: string, unit: number, described: Described): void => {
			block.push({ layer, unit, module, ...described });
			if (block.length >= WRITE_BLOCK) flush();
		},
		flush,
	};
}

/**
 * Describes every pending neuron, at most `concurrency` at a time. A neuron whose activations say nothing (constant, dead,
 * non-finite, below the bar of triage) is `skipped`; one whose description throws is `failed` with its evidence, and the others go on. Errors that
 * would hit every neuron (interruption, the store, a rejected key, an unreachable server) end the stage.
 */
export async function describeNeurons(
	context: RunContext,
	options: {
		readonly module: ModuleName;
		readonly concurrency: number;
		/** Work done in bulk for a page of neurons before they are described one by one. */
		readonly prepare?: (page: readonly NeuronView[]) => Promise<void>;
		readonly describe: (neuron: NeuronView) => Promise<Described>;
	},
): Promise<void> {
	const { module, concurrency, prepare, describe } = options;
	const { signal, onProgress } = context;
	const total = countPending(context, module);
	if (total === 0) return;
	let done = 0;
	onProgress?.({ stage: module, done, total });
	const writer = openOutcomeWriter(context, module);
	try {
		await forEachLimited(
			preparedNeurons(pendingNeurons(context, module), prepare),
			concurrency,
			async (neuron) => {
				throwIfInterrupted(signal);
				const described = await describeOne(neuron, describe);
				if (described instanceof CallDeferredError)
					context.noteDeferred(described);
				else writer.put(neuron.layer, neuron.unit, described);
				done += 1;
				onProgress?.({ stage: module, done, total });
			},
		);
	} finally {
		writer.flush();
	}
}

async function* preparedNeurons(
	neurons: Iterable<NeuronView>,
	prepare: ((page: readonly NeuronView[]) => Promise<void>) | undefined,
): AsyncGenerator<NeuronView> {
	if (prepare === undefined) {
		yield* neurons;
		return;
	}
	let page: NeuronView[] = [];
	for (const neuron of neurons) {
		page.push(neuron);
		if (page.length < PAGE) continue;
		await prepare(page);
		yield* page;
		page = [];
	}
	await prepare(page);
	yield* page;
}

/** The CallDeferredError when a call it needs was put aside: the neuron stays as it is, for a later call of `dissect`. */
async function describeOne(
	neuron: NeuronView,
	describe: (neuron: NeuronView) => Promise<Described>,
): Promise<Described | CallDeferredError> {
	const { status } = neuron;
	if (status.status === "skipped") return { outcome: status };
	if (status.marks.includes("not_describable"))
		return {
			outcome: {
				status: "skipped",
				reason: "not_describable",
				evidence: status.triage ?? null,
			},
		};
	try {
		return await describe(neuron);
	} catch (error) {
		if (error instanceof CallDeferredError) return error;
		if (endsTheRun(error)) throw error;
		return { outcome: { status: "failed", error: toErrorRecord(error) } };
	}
}

/** What every further neuron would meet too: going on would only repeat it. */
function endsTheRun(error: unknown): boolean {
	return (
		error instanceof InterruptedError ||
		error instanceof StoreError ||
		endsEveryCall(error)
	);
}

/** The output of a module this one builds on. Throws when it failed, and CallDeferredError when it waits itself: nothing is made from a missing part. */
export function outputOf<T>(outcome: Outcome<T> | null, needed: ModuleName): T {
	if (outcome?.status === "described") return outcome.output;
	if (outcome === null)
		throw new CallDeferredError(
			null,
			`${needed} has no result yet for this neuron`,
		);
	const cause = outcome.status === "failed" ? outcome.error : undefined;
	throw new DissectionError(
		cause === undefined
			? `${needed} has no result for this neuron`
			: `${needed} failed: ${cause.message}`,
		{
			code: `${needed.replaceAll("-", "_")}_missing`,
			hint: "Run the same command again: failed neurons are tried anew.",
			...(cause === undefined ? {} : { evidence: { code: cause.code } }),
		},
	);
}
