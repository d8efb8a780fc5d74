/** What triage saw of a neuron, in words. */
import type { TriageEvidence } from "../../types.ts";
import { formatFixed } from "./format.ts";

/** Every measure with its bar; no full stop. */
export function triageWords(triage: TriageEvidence): string {
	const { clarity, nullMean } = triage;
	const measured =
		clarity === null
			? ""
			: `clarity ${formatFixed(clarity, 3)}${nullMean === null ? "" : `, of random sets ${formatFixed(nullMean, 3)} on average`}; `;
	return `${measured}${alikeWords(triage)}; ${firingWords(triage)}`;
}

/** The measures it is below the bar of; no full stop. */
export function belowWords(triage: TriageEvidence): string {
	const below = triage.below ?? "";
	return [
		...(below.includes("clarity") ? [alikeWords(triage)] : []),
		...(below.includes("firing_rate") ? [firingWords(triage)] : []),
	].join("; ");
}

function alikeWords({ by, percentile, bar }: TriageEvidence): string {
	const what = by === "audio" ? "sounds" : "captions";
	return percentile === null
		? `how alike the ${what} of its high clips are cannot be computed`
		: `the ${what} of its high clips are more alike than those of ${percent(percentile)} of random sets${barOf(bar?.minimumClarity)}`;
}

function firingWords({ firingRate, bar }: TriageEvidence): string {
	return `it is above 0 for ${percent(firingRate)} of the clips${barOf(bar?.minimumFiringRate)}`;
}

function percent(share: number): string {
	return `${formatFixed(share * 100, 1)} %`;
}

/** Runs of earlier versions do not say their bar beside the evidence. */
function barOf(least: number | undefined): string {
	return least === undefined ? "" : ` (the bar is ${percent(least)})`;
}
