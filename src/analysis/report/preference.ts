/** What an output unit is named and what it prefers. */

import { conceptKey } from "../../shared/concept-key.ts";
import { meanDifference } from "../activations/label-means.ts";
import type {
	LabelMean,
	NeuronStatistics,
} from "../activations/statistics-types.ts";
import { formatActivation, formatFixed } from "./format.ts";
import { type Html, html } from "./html.ts";

export type Preference = {
	readonly className: string;
	/** The label with the highest mean. */
	readonly highest: LabelMean;
	/** The label that is the class name; null when no clip has it. */
	readonly own: LabelMean | null;
	/** 95\u00A0% interval of the difference of both means; null when it cannot be said. */
	readonly difference: readonly [number, number] | null;
};

/** Names are compared as concepts are: case, `_` and spaces do not count. */
export function isNamed(label: string, className: string): boolean {
	return conceptKey(label) === conceptKey(className);
}

/** Null when the unit has no class name, no clip has a label, or the unit is highest on its own name. */
export function preferenceOf(
	statistics: NeuronStatistics | null,
	className: string | null,
): Preference | null {
	const highest = statistics?.labels[0];
	if (statistics === null || highest === undefined || className === null)
		return null;
	if (isNamed(highest.label, className)) return null;
	const own =
		statistics.labels.find(({ label }) => isNamed(label, className)) ?? null;
	if (own !== null && own.mean === highest.mean) return null;
	return {
		className,
		highest,
		own,
		difference:
			own === null
				? null
				: meanDifference(
						{ ...highest, error: highest.error ?? Number.NaN },
						{ ...own, error: own.error ?? Number.NaN },
					),
	};
}

/** `named violin, prefers cello: 0.44 against 0.31`, and how sure that is. */
export function preferenceText(preference: Preference): Html {
	const { className, highest, own, difference } = preference;
	const format = formatMeans([highest]);
	const named = html`named <strong dir="auto">${className}</strong>, `;
	const label = html`<strong dir="auto">${highest.label}</strong>`;
	if (own === null)
		return html`${named}highest on ${label}: ${format(highest.mean)} <span class="muted">(no clip has the label ${className})</span>`;
	return html`${named}prefers ${label}: ${format(highest.mean)} against ${format(own.mean)} <span class="muted">(${
		difference === null
			? "too few clips to say how sure that is"
			: html`difference ${format(highest.mean - own.mean)}, 95\u00A0% interval ${interval(difference, format)}${difference[0] <= 0 && `: ${highest.n} and ${own.n} clips do not settle it`}`
	})</span>`;
}

/** `0.327 to 0.558`. */
export function interval(
	[low, high]: readonly [number, number],
	format: (value: number) => string,
): string {
	return `${format(low)} to ${format(high)}`;
}

/** How means that stand together are written: with as many decimals as give the largest of them three digits. */
export function formatMeans(
	labels: readonly { readonly mean: number }[],
): (value: number) => string {
	const largest = Math.max(0, ...labels.map(({ mean }) => Math.abs(mean)));
	const decimals = 2 - Math.floor(Math.log10(largest));
	if (!(largest > 0) || decimals > 6 || decimals < -2) return formatActivation;
	return (value) => formatFixed(value, Math.max(0, decimals));
}
