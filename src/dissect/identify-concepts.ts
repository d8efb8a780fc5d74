/** Stage "closed-set" (module A): every neuron against the concept set, by its activations over all clips or by its summary. */
import { permutationsFor } from "../modules/closed-set/clip-shuffle.ts";
import { identifyClosedSet } from "../modules/closed-set/identify.ts";
import {
	type ClosedSetWorkers,
	openClosedSetWorkers,
} from "../modules/closed-set/layer-workers.ts";
import { softmaxFactors } from "../modules/closed-set/softmax-factors.ts";
import type {
	ClosedSetReason,
	ClosedSetResult,
	ComparedConcepts,
	Outcome,
	SoftmaxFactors,
} from "../types.ts";
import { closedSetScores, defaultFunction } from "./closed-set-scores.ts";
import type { StageContext } from "./context.ts";
import { identifyInContext } from "./identify-in-context.ts";
import { countPending, type Described, openOutcomeWriter } from "./neurons.ts";

export async function identifyConcepts(context: StageContext): Promise<void> {
	const { method } = context.method.closedSet;
	if (countPending(context, "closed-set") === 0) return;
	if (method === "icl") {
		await identifyInContext(context);
		return;
	}
	// One set of threads for all layers.
	const workers = openClosedSetWorkers();
	try {
		await identifyByActivations(context, method, workers);
	} finally {
		await workers.close();
	}
}

async function identifyByActivations(
	context: StageContext,
	method: "db" | "tab",
	workers: ClosedSetWorkers,
): Promise<void> {
	const { store, run, recording, conceptSet } = context;
	const { signal, onProgress } = context;
	const { closedSet, seed } = context.method;
	const total = countPending(context, "closed-set");
	const { scores, leftOut } = await closedSetScores(method, {
		...context,
		concepts: conceptSet.concepts,
		conceptScores: closedSet.conceptScores,
		conceptTemplate: closedSet.conceptTemplate,
	});
	if (leftOut.length > 0)
		store.putEvaluation(run, "closed-set-clips-left-out", {
			reason:
				method === "db"
					? "the captions have no embedding"
					: "the sounds have no embedding",
			clips: leftOut.map(({ clip }) => clip),
			...(method === "db" ? {} : { why: leftOut.map(({ why }) => why) }),
		});

	const permutations = permutationsFor(
		closedSet.permutations,
		recording.layers.reduce((sum, { units }) => sum + units, 0),
	);
	const similarity = closedSet.function ?? defaultFunction(method);
	const factors = softmaxFactors({
		...closedSet,
		method,
		function: similarity,
	});
	let done = 0;
	onProgress?.({ stage: "closed-set", done, total });
	for (const layer of context.layers) {
		const writer = openOutcomeWriter(context, "closed-set");
		const put = (unit: number, described: Described): void => {
			writer.put(layer, unit, described);
			done += 1;
			onProgress?.({ stage: "closed-set", done, total });
		};
		const units: number[] = [];
		const settled = store.settledUnits(run, layer, "closed-set");
		for (const [unit, status] of store.readStatuses(run, layer))
			if (settled.has(unit)) continue;
			else if (status.status === "ok") units.push(unit);
			else put(unit, { outcome: status });
		try {
			if (units.length > 0)
				for await (const identified of identifyClosedSet({
					activations: {
						path: recording.layers.find(({ name }) => name === layer)
							?.path as string,
					},
					scores,
					concepts: conceptSet.concepts,
					function: similarity,
					permutations,
					seed,
					units,
					workers,
					signal,
				}))
					put(identified.unit, {
						outcome: outcomeOf(identified.result, {
							method,
							softmaxFactors: factors,
						}),
					});
		} finally {
			writer.flush();
		}
	}
}

/** Without a winner there is nothing to describe: the reason is the outcome. */
function outcomeOf(
	result: ComparedConcepts,
	by: {
		readonly method: "db" | "tab";
		readonly softmaxFactors: SoftmaxFactors;
	},
): Outcome<ClosedSetResult> {
	const { reason, function: similarity } = result;
	if (reason === undefined)
		return { status: "described", output: { ...by, ...result } };
	return {
		status: "skipped",
		reason,
		evidence: {
			function: similarity,
			why: WHY[reason],
		},
	};
}

const WHY: Readonly<Record<ClosedSetReason, string>> = {
	constant: "its activation is the same for all clips",
	non_finite: "an activation is not finite",
	few_clips:
		"rank-reorder compares a twentieth of the clips and needs at least 40 clips; cos-cubed has no such limit",
	tied_top:
		"the clips with the largest activations all have the same one, which rank-reorder cannot order; use cos-cubed",
	prior_undefined:
		"soft-wpmi compares with the other neurons of the layer, and there is none with finite activations; use cos-cubed",
	no_score: "no concept has a finite score",
};
