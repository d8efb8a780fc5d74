/** What a recalibration takes from its source: the outcomes it is made from, and the evaluations that hold for both. */
import { throwIfInterrupted } from "../errors.ts";
import type { Json } from "../shared/hash.ts";
import { forEachLimited } from "../shared/pool.ts";
import { QUIZ_EVALUATION } from "../shared/quiz-warnings.ts";
import type { RunView, Store } from "../store/store.ts";
import type { ModuleName } from "../types.ts";
import type { RunContext } from "./neurons.ts";

/** Made again. */
export const REMADE_MODULES = [
	"summary-calibration",
	"open-set-extraction",
] as const satisfies readonly ModuleName[];
/** Copied from the source as they are. */
const COPIED_MODULES: readonly ModuleName[] = ["closed-set", "summarize"];
/** Results that rest on copied modules alone, or on the models that wrote them. */
const COPIED_EVALUATIONS = [
	"last-layer",
	"last-layer-table",
	"closed-set-clips-left-out",
	QUIZ_EVALUATION,
];

/**
 * SHA-256 of the source's latest outcomes, by layer and module (hex): a neuron that failed and was described since, or failed in another way, is another
 * source. Throws InterruptedError and StoreError.
 */
export async function hashOutcomes(
	{ store, signal }: Pick<RunContext, "store" | "signal">,
	{ id, layers }: Pick<RunView, "id" | "layers">,
): Promise<Json> {
	const hashes: Json[] = [];
	await forEachLimited(layers, 1, async ({ name }) => {
		throwIfInterrupted(signal);
		hashes.push(
			[...COPIED_MODULES, ...REMADE_MODULES].map((module) =>
				store.hashOutcomes(id, name, module),
			),
		);
	});
	return hashes;
}

/** Those that `run` has not got: it may have newer ones of its own, and the source may have been evaluated since the run was made. */
export function copyEvaluations(
	store: Store,
	source: string,
	run: string,
): void {
	const has = store.readEvaluations(run);
	const of = store.readEvaluations(source);
	for (const name of COPIED_EVALUATIONS) {
		const result = of[name];
		if (result !== undefined && has[name] === undefined)
			store.putEvaluation(run, name, result);
	}
}

/** Units per transaction. */
const BLOCK = 200;

/**
 * Gives the run the neurons of its source with their exemplars and what the copied modules said of them, a block at a time: what an interrupted one has
 * copied stays, and the next goes on. Throws InterruptedError and StoreError.
 */
export async function copyNeurons(
	{ store, run, signal, onProgress }: RunContext,
	source: Pick<RunView, "id" | "layers">,
): Promise<void> {
	const counts = new Map(
		store.listRuns().map(({ id, neurons }) => [id, neurons]),
	);
	const total = counts.get(source.id) ?? 0;
	let done = counts.get(run) ?? 0;
	if (done === total) return;
	onProgress?.({ stage: "copy", done, total });
	await forEachLimited(blocksOf(source), 1, async (block) => {
		throwIfInterrupted(signal);
		done += store.copyNeurons(run, {
			...block,
			source: source.id,
			modules: COPIED_MODULES,
		});
		onProgress?.({ stage: "copy", done, total });
	});
}

function* blocksOf({ layers }: Pick<RunView, "layers">) {
	for (const { name, units } of layers)
		for (let from = 0; from < units; from += BLOCK)
			yield { layer: name, from, count: BLOCK };
}
