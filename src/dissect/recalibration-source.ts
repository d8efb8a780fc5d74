/** What a recalibration takes from its source: the outcomes it is made from, and the evaluations that hold for both. */
import { type Json, sha256 } from "../shared/hash.ts";
import { QUIZ_EVALUATION } from "../shared/quiz-warnings.ts";
import type { RunView, Store } from "../store/store.ts";
import type { ModuleName } from "../types.ts";

/** Made again. */
export const REMADE_MODULES = [
	"summary-calibration",
	"open-set-extraction",
] as const satisfies readonly ModuleName[];
/** Copied from the source as they are. */
export const COPIED_MODULES: readonly ModuleName[] = [
	"closed-set",
	"summarize",
];
/** Results that rest on copied modules alone, or on the models that wrote them. */
const COPIED_EVALUATIONS = [
	"last-layer",
	"last-layer-table",
	"closed-set-clips-left-out",
	QUIZ_EVALUATION,
];

/**
 * SHA-256 of the source's latest outcomes, by layer and module (hex): a neuron that failed and was described since, or failed in another way, is another
 * source.
 */
export function hashOutcomes(
	store: Store,
	{ id, layers }: Pick<RunView, "id" | "layers">,
): Json {
	return layers.map(({ name }) =>
		[...COPIED_MODULES, ...REMADE_MODULES].map((module) =>
			sha256(
				[...store.readOutcomes(id, name, module)]
					.map((entry) => JSON.stringify(entry))
					.join("\n"),
			),
		),
	);
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
