/** The start page's list of output units that prefer another label than their name. */
import type { ReportLayer } from "./context.ts";
import { countOf, formatCount } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { LayerOverview } from "./layers-table.ts";
import { neuronLink } from "./neuron-link.ts";
import { type Preference, preferenceText } from "./preference.ts";

const mostListed = 12;

type Listed = {
	readonly layer: ReportLayer;
	readonly unit: number;
	readonly preference: Preference;
};

/** Nothing when no unit has a class name. Units whose name is a label come first, the largest difference first; ties in unit order. */
export function namedUnitsSection(
	layers: readonly LayerOverview[],
): Html | false {
	const named = layers.reduce(
		(sum, { activations }) => sum + (activations?.named ?? 0),
		0,
	);
	if (named === 0) return false;
	const listed: readonly Listed[] = layers
		.flatMap(({ layer, activations }) =>
			(activations?.preferences ?? []).map((entry) => ({ layer, ...entry })),
		)
		.sort((a, b) => differenceOf(b.preference) - differenceOf(a.preference));
	const comparable = listed.filter(({ preference }) => preference.own !== null);
	return html`<section aria-labelledby="named"><h2 id="named">Names of output units and what they prefer</h2><p>${
		listed.length === 0
			? html`All ${countOf(named, "output unit")} with a class name are highest on the label of that name.`
			: html`${formatCount(listed.length)} of ${countOf(named, "output unit")} with a class name are highest on another label${comparable.length < listed.length && html`; for ${formatCount(listed.length - comparable.length)} of them no clip has the name as label`}.`
	}</p>${
		listed.length > 0 &&
		html`<ul class="named">${listed
			.slice(0, mostListed)
			.map(
				({ layer, unit, preference }) =>
					html`<li>${neuronLink({ layer, unit, text: `${layer.name}#${unit}`, folder: `${layer.folder}/` })} ${preferenceText(preference)}</li>`,
			)}</ul>${listed.length > mostListed && html`<p class="muted">and ${countOf(listed.length - mostListed, "more", "more")}, on their layers' pages.</p>`}`
	}</section>`;
}

/** Of the means; units without a label of their name come after all others, by their highest mean. */
function differenceOf({ highest, own }: Preference): number {
	return own === null ? highest.mean - 1e12 : highest.mean - own.mean;
}
