/** How many neurons triage leaves out, and how to have them described all the same. */
import { plural } from "./format.ts";

/** `notDescribable` of `neurons` are below the bar. */
export function leftOutText({
	neurons,
	notDescribable,
}: {
	readonly neurons: number;
	readonly notDescribable: number;
}): string {
	if (notDescribable === 0)
		return `leaves out none of ${plural(neurons, "neuron")}`;
	const share = ((100 * notDescribable) / neurons).toFixed(1);
	return `leaves out ${notDescribable.toLocaleString("en-GB")} of ${plural(neurons, "neuron")} (${share} %) as not describable; to have them described: dissect --neurons layer#unit for some, --set triage.enabled=false for all`;
}
