/** What a neuron comes to, in one state and one sentence: the words every page uses for it. */
import type { ActivationStatus, ModuleName, Outcome } from "../../types.ts";
import { countOf, formatActivation, formatCount } from "./format.ts";
import type { NeuronView } from "./source.ts";
import { belowWords } from "./triage-words.ts";

/** Every state a neuron can be in, in the order pages list them. */
export const states = [
	"calibrated",
	"low_empty",
	"nothing_distinguishes",
	"high_empty",
	"partial",
	"left_out",
	"skipped",
	"failed",
	"pending",
] as const;
export type NeuronState = (typeof states)[number];

/** Label of a state and what it means. */
export const stateWords: Readonly<
	Record<NeuronState, { readonly label: string; readonly meaning: string }>
> = {
	calibrated: {
		label: "calibrated",
		meaning:
			"at least one thing its high clips share is not shared by its low clips",
	},
	low_empty: {
		label: "low side empty",
		meaning:
			"its low clips share nothing that could be named, so nothing could be struck from the high summary",
	},
	nothing_distinguishes: {
		label: "nothing distinguishes",
		meaning: "all that its high clips share, its low clips share too",
	},
	high_empty: {
		label: "nothing shared",
		meaning: "its high clips share nothing that could be named",
	},
	partial: {
		label: "no calibration",
		meaning: "the run was not asked to calibrate summaries",
	},
	left_out: {
		label: "left out by triage",
		meaning:
			"its high clips have too little in common, or it is active on too few clips, so nothing was asked about it",
	},
	skipped: {
		label: "skipped",
		meaning:
			"its activations say nothing (constant, dead or not finite), or a module had nothing to work on",
	},
	failed: {
		label: "failed",
		meaning:
			"a module failed; the error is on its page and the next run tries again",
	},
	pending: {
		label: "not reached",
		meaning: "the run ended before this neuron was finished",
	},
};

export type Verdict = {
	readonly state: NeuronState;
	/** One sentence. When `found` it describes the neuron; otherwise it says why there is no description. */
	readonly sentence: string;
	readonly found: boolean;
};

/** The modules' outcomes of a neuron, in the order they run. */
export function outcomesOf(
	view: NeuronView,
): readonly (readonly [ModuleName, Outcome<unknown> | null])[] {
	return [
		["closed-set", view.closedSet],
		["summarize", view.summaries],
		["summary-calibration", view.calibrated],
		["open-set-extraction", view.openSet],
	];
}

/** State and sentence of a neuron. `modules`: those the run was asked for. */
export function verdictOf(
	view: NeuronView,
	modules: ReadonlySet<ModuleName>,
): Verdict {
	const without = (state: NeuronState, sentence: string): Verdict => ({
		state,
		sentence,
		found: false,
	});
	if (view.status.status === "skipped")
		return without("skipped", skipSentence(view.status));
	for (const [module, outcome] of outcomesOf(view))
		if (outcome?.status === "failed")
			return without("failed", `Failed in ${module}: ${outcome.error.message}`);
	const { calibrated, openSet } = view;
	if (view.status.marks.includes("not_describable"))
		return without("left_out", notDescribable(view.status));
	if (calibrated?.status === "skipped")
		return without("skipped", `Not calibrated: ${words(calibrated.reason)}.`);
	const missing = outcomesOf(view).find(
		([module, outcome]) => outcome === null && modules.has(module),
	)?.[0];
	if (missing !== undefined && calibrated === null)
		return without("pending", `Not reached: ${missing} has no result yet.`);
	if (calibrated?.status !== "described")
		return without("partial", "This run did not calibrate summaries.");
	const { status, sentences } = calibrated.output;
	const state = missing === undefined ? status : "pending";
	if (status === "nothing_distinguishes")
		return without(
			state,
			"Nothing distinguishes its top clips from its bottom clips.",
		);
	if (status === "high_empty")
		return without(state, "Its high clips share nothing that could be named.");
	const description =
		(openSet?.status === "described" ? openSet.output.description : null) ??
		sentences.find((sentence) => sentence.kept)?.text;
	return description === undefined
		? without(state, "No sentence survived.")
		: { state, sentence: description, found: true };
}

/** The closed-set result of a neuron, as a table or a headline needs it. */
export type ConceptVerdict =
	| {
			readonly kind: "fits" | "no_null";
			readonly concept: string;
			/** Null: the language model gave no probability. */
			readonly score: number | null;
			readonly p95: number | null;
	  }
	| {
			readonly kind: "none_fits";
			/** The best all the same. Null: the language model named none. */
			readonly concept: string | null;
			/** Null: the language model gave no probability. */
			readonly score: number | null;
			readonly p95: number | null;
	  }
	| { readonly kind: "absent"; readonly why: string };

/** The best concept and whether it fits: it beats the neuron's own null, or the language model says so. */
export function conceptOf(
	view: NeuronView,
	modules: ReadonlySet<ModuleName>,
): ConceptVerdict {
	const { closedSet } = view;
	if (closedSet === null)
		return {
			kind: "absent",
			why:
				view.status.status === "skipped"
					? "skipped"
					: modules.has("closed-set")
						? "not reached"
						: "not part of this run",
		};
	if (closedSet.status !== "described")
		return {
			kind: "absent",
			why: closedSet.status === "failed" ? "failed" : words(closedSet.reason),
		};
	const best = closedSet.output.ranked[0];
	if (closedSet.output.method === "icl" && closedSet.output.noneFits)
		return {
			kind: "none_fits",
			concept: best?.concept ?? null,
			score: best?.score ?? null,
			p95: null,
		};
	if (best === undefined) return { kind: "absent", why: "no finite score" };
	if (closedSet.output.method === "icl")
		return {
			kind: "fits",
			concept: best.concept,
			score: best.score,
			p95: null,
		};
	const { aboveNull } = closedSet.output;
	return {
		kind: aboveNull === null ? "no_null" : aboveNull ? "fits" : "none_fits",
		concept: best.concept,
		score: best.score,
		p95: closedSet.output.null.p95,
	};
}

/** Why triage left a neuron out. */
function notDescribable({
	triage,
}: Extract<ActivationStatus, { readonly status: "ok" }>): string {
	return triage === undefined
		? "Not describable."
		: `Not describable: ${belowWords(triage)}.`;
}

/** Why a neuron was skipped, from its activations. */
function skipSentence(
	status: Extract<ActivationStatus, { readonly status: "skipped" }>,
): string {
	const { value, nonFinite, clips } = status.evidence;
	const all = countOf(clips, "clip");
	switch (status.reason) {
		case "dead":
			return `Dead: its activation is 0 for all ${all}.`;
		case "constant":
			return value === undefined
				? `Constant: all ${all} give the same activation.`
				: `Constant: all ${all} give ${formatActivation(value)}.`;
		case "non_finite":
			return nonFinite === undefined
				? `Not finite: some of ${all} give NaN or infinity.`
				: `Not finite: ${formatCount(nonFinite)} of ${all} give NaN or infinity.`;
	}
}

/** A code such as `high_empty` as words. */
export function words(code: string): string {
	return code.replaceAll("_", " ");
}
