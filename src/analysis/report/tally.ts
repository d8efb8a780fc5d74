/** Counts of neurons by what they came to: for a table page, a layer, the run. */
import type { ModuleName } from "../../types.ts";
import type { Share } from "./charts.ts";
import type { NeuronView } from "./source.ts";
import {
	type ConceptVerdict,
	conceptOf,
	type NeuronState,
	states,
	stateWords,
	verdictOf,
} from "./verdict.ts";

export type Tally = {
	readonly neurons: number;
	readonly states: Readonly<Record<NeuronState, number>>;
	/** Neurons by their closed-set result. */
	readonly concepts: Readonly<Record<ConceptVerdict["kind"], number>>;
};

export const emptyTally: Tally = {
	neurons: 0,
	states: {
		calibrated: 0,
		low_empty: 0,
		nothing_distinguishes: 0,
		high_empty: 0,
		partial: 0,
		left_out: 0,
		skipped: 0,
		failed: 0,
		pending: 0,
	},
	concepts: { fits: 0, none_fits: 0, no_null: 0, absent: 0 },
};

/** Counts of the given neurons. */
export function tallyOf(
	views: readonly NeuronView[],
	modules: ReadonlySet<ModuleName>,
): Tally {
	const byState = { ...emptyTally.states };
	const byConcept = { ...emptyTally.concepts };
	for (const view of views) {
		const { state } = verdictOf(view, modules);
		byState[state] += 1;
		byConcept[conceptOf(view, modules).kind] += 1;
	}
	return {
		neurons: views.length,
		states: byState,
		concepts: byConcept,
	};
}

/** The sum of two tallies of different neurons. */
export function addTallies(a: Tally, b: Tally): Tally {
	const byState = { ...a.states };
	for (const state of states) byState[state] += b.states[state];
	return {
		neurons: a.neurons + b.neurons,
		states: byState,
		concepts: {
			fits: a.concepts.fits + b.concepts.fits,
			none_fits: a.concepts.none_fits + b.concepts.none_fits,
			no_null: a.concepts.no_null + b.concepts.no_null,
			absent: a.concepts.absent + b.concepts.absent,
		},
	};
}

/** The states as shares of a bar, in the order pages list them. */
export function stateShares(tally: Tally): readonly Share[] {
	return states.map((state) => ({
		name: stateWords[state].label,
		count: tally.states[state],
		tone: state,
	}));
}

/** The closed-set results as shares of a bar. */
export function conceptShares({ concepts }: Tally): readonly Share[] {
	return [
		{ name: "a concept fits", count: concepts.fits, tone: "fits" },
		{
			name: "no null to compare with",
			count: concepts.no_null,
			tone: "no_null",
		},
		{ name: "no concept fits", count: concepts.none_fits, tone: "none_fits" },
		{ name: "no result", count: concepts.absent, tone: "absent" },
	];
}
