/** What triage saw of a neuron, in words. */
import type { TriageEvidence } from "../../types.ts";
import { formatFixed } from "./format.ts";

/** Every measure with its bar; no full stop. */
export function triageWords(triage: TriageEvidence): string {
	return [
		...clarityWords(triage),
		alikeWords(triage),
		firingWords(triage),
	].join("; ");
}

/** The measures that `belowWords` does not state; no full stop. */
export function furtherWords(triage: TriageEvidence): string {
	const below = triage.below ?? "";
	return [
		...clarityWords(triage),
		...(below.includes("clarity") ? [] : [alikeWords(triage)]),
		...(below.includes("firing_rate") ? [] : [firingWords(triage)]),
	].join("; ");
}

/** The measures it is below the bar of; no full stop. */
export function belowWords(triage: TriageEvidence): string {
	const below = triage.below ?? "";
	return [
		...(below.includes("clarity") ? [alikeWords(triage)] : []),
		...(below.includes("firing_rate") ? [firingWords(triage)] : []),
	].join("; ");
}

function clarityWords({ clarity, nullMean }: TriageEvidence): string[] {
	if (clarity === null) return [];
	const random =
		nullMean === null
			? ""
			: `, of random sets ${formatFixed(nullMean, 3)} on average`;
	return [`clarity ${formatFixed(clarity, 3)}${random}`];
}

function alikeWords({ by, clarity, percentile, bar }: TriageEvidence): string {
	const what = by === "audio" ? "sounds" : "captions";
	if (clarity !== null && percentile === null)
		return `all sets of clips have ${what} that are equally alike, which says nothing of a neuron`;
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

/** A bar of 0 leaves nothing out. Runs of earlier versions do not say their bar beside the evidence. */
function barOf(least: number | undefined): string {
	return least === undefined || least === 0
		? ""
		: ` (the bar is ${percent(least)})`;
}
