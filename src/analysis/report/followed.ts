/** The start page's table of what the activations of each layer go with: labels and numeric attributes. */
import { valueBar } from "./charts.ts";
import { formatCount } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { ActivationSummary } from "./layer-activations.ts";
import type { LayerOverview } from "./layers-table.ts";

/** Attributes named per layer: those that are strongest for most neurons. */
const mostAttributes = 3;

/** Nothing when no layer's activations could be read. */
export function followedSection(
	layers: readonly LayerOverview[],
): Html | false {
	const rows = layers.flatMap(({ layer, activations }) =>
		activations === null || activations.neurons === 0
			? []
			: [{ layer, activations }],
	);
	if (rows.length === 0) return false;
	return html`<section aria-labelledby="followed"><h2 id="followed">What activations go with</h2><div class="scroll"><table class="plain followed"><caption class="visually-hidden">Labels and attributes by layer</caption><thead><tr><th scope="col">Layer</th><th scope="col" class="number" title="Median over neurons of the share of variance that lies between labels (eta squared)">Labels tell</th><th scope="col"><span class="visually-hidden">As a bar</span></th><th scope="col" title="Attributes that are the strongest for most neurons, with the share of neurons">Strongest attributes, share of neurons</th></tr></thead><tbody>
${rows.map(
	({ layer, activations }) =>
		html`<tr><th scope="row">${layer.name}</th>${labelCells(activations)}<td>${strongest(activations)}</td></tr>
`,
)}</tbody></table></div></section>`;
}

function labelCells({ labelShares }: ActivationSummary): Html {
	const sorted = [...labelShares].sort((a, b) => a - b);
	const median = sorted[Math.floor(sorted.length / 2)];
	if (median === undefined)
		return html`<td class="number"><span class="muted">no labels</span></td><td></td>`;
	return html`<td class="number">${Math.round(median * 100)}\u00A0%</td><td>${valueBar({ value: median, scale: { low: 0, high: 1 }, tone: "score" })}</td>`;
}

function strongest({ strongest: counts, neurons }: ActivationSummary): Html {
	const attributes = [...counts]
		.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
		.slice(0, mostAttributes);
	if (attributes.length === 0)
		return html`<span class="muted">none beyond chance</span>`;
	return html`${attributes.map(
		([name, count]) =>
			html`<span class="item" title="${formatCount(count)} of ${formatCount(neurons)} neurons"><span dir="auto">${name}</span> <span class="number muted">${Math.round((100 * count) / neurons)}\u00A0%</span></span> `,
	)}`;
}
