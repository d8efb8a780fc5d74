/** How many neurons triage leaves out, and how to have them described all the same. */
import { plural } from "./format.ts";

type TriageCounts = {
	readonly neurons: number;
	readonly notDescribable: number;
	readonly unjudged: number;
};

/** Neurons whose activations say nothing are skipped before triage: "all" is this share. */
const nearlyAll = 0.9;

/** What is wrong when triage leaves out nearly every neuron, or can compare hardly any; null when it is neither. */
export function triageWarning({
	neurons,
	notDescribable,
	unjudged,
}: TriageCounts): string | null {
	if (neurons === 0) return null;
	if (notDescribable >= nearlyAll * neurons)
		return "triage leaves out nearly every neuron: most captions (or sounds) of the probe set are alike, or the bar is too high; --set triage.enabled=false describes them all the same";
	if (unjudged >= nearlyAll * neurons)
		return "triage cannot tell neurons from chance: all captions (or sounds) of the probe set are alike, or too few clips have an embedding; clarity leaves none out";
	return null;
}

/** The lines of a summary, the warning below the counts. */
export function triageLines(counts: TriageCounts): string[] {
	const warning = triageWarning(counts);
	return [
		`triage     ${leftOutText(counts)}`,
		...(warning === null ? [] : [`           ! ${warning}`]),
	];
}

/** `notDescribable` of `neurons` are below the bar. */
export function leftOutText({
	neurons,
	notDescribable,
}: Omit<TriageCounts, "unjudged">): string {
	if (notDescribable === 0)
		return `leaves out none of ${plural(neurons, "neuron")}`;
	const share = ((100 * notDescribable) / neurons).toFixed(1);
	return `leaves out ${notDescribable.toLocaleString("en-GB")} of ${plural(neurons, "neuron")} (${share} %) as not describable; to have them described: dissect --neurons layer#unit for some, --set triage.enabled=false for all`;
}
