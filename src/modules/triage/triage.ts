/** Triage before spending: is there anything to describe in a neuron's high clips? */
import type {
	ClaritySource,
	NeuronExemplars,
	TriageBar,
	TriageEvidence,
} from "../../types.ts";
import {
	type ClarityNull,
	clarityNull,
	clarityOf,
	percentileOf,
	type UnitVectors,
} from "./clarity.ts";

/** A neuron with its exemplars and the share of clips it is above 0 for. */
export type TriageNeuron = NeuronExemplars & { readonly firingRate: number };

/**
 * Returns the function that puts the evidence, and the mark `not_describable` when the neuron is below the bar, on its status. `vectors`:
 * those of the clips' shown captions, or of their sounds (`by` says which), in the order of the recording's clips. Deterministic in `seed`
 * (an integer). What cannot be computed is null and never below the bar; neurons that are skipped anyway stay as they are. `asked`: the
 * user named the neuron, which therefore gets the evidence without the mark.
 */
export function createTriage(options: {
	readonly vectors: UnitVectors;
	readonly by: ClaritySource;
	readonly bar: TriageBar;
	readonly seed: number;
}): (neuron: TriageNeuron, asked: boolean) => NeuronExemplars {
	const { vectors, by, bar, seed } = options;
	const nulls = new Map<number, ClarityNull | null>();
	const nullOf = (size: number): ClarityNull | null => {
		const known = nulls.get(size);
		if (known !== undefined) return known;
		const made = clarityNull(vectors, { size, seed });
		nulls.set(size, made);
		return made;
	};
	return ({ firingRate, ...neuron }, asked) => {
		const { status, high } = neuron;
		if (status.status !== "ok") return neuron;
		const triage = evidenceOf({
			firingRate,
			by,
			clarity: clarityOf(
				vectors,
				high.map(({ clip }) => clip),
			),
			chance: nullOf(high.length),
			bar,
		});
		const marked = triage.below !== null && !asked;
		return {
			...neuron,
			status: {
				status: "ok",
				marks: marked ? [...status.marks, "not_describable"] : status.marks,
				triage,
			},
		};
	};
}

function evidenceOf(options: {
	readonly firingRate: number;
	readonly by: ClaritySource;
	readonly clarity: number | null;
	readonly chance: ClarityNull | null;
	readonly bar: TriageBar;
}): TriageEvidence {
	const { firingRate, by, clarity, chance, bar } = options;
	const percentile =
		clarity === null || chance === null ? null : percentileOf(clarity, chance);
	const below = [
		...(firingRate < bar.minimumFiringRate ? ["firing_rate"] : []),
		...(percentile !== null && percentile < bar.minimumClarity
			? ["clarity"]
			: []),
	];
	return {
		firingRate,
		by,
		bar,
		clarity,
		percentile,
		nullMean: chance?.mean ?? null,
		nullP95: chance?.p95 ?? null,
		below: below.length === 0 ? null : below.join(" and "),
	};
}
