/** The page that answers "which neurons hear rain?". */
import type { WordEntry } from "./concept-index.ts";
import type { ReportContext } from "./context.ts";
import { countOf, formatCount, formatScore } from "./format.ts";
import { type Html, html } from "./html.ts";
import { indexFile } from "./names.ts";
import { neuronLink } from "./neuron-link.ts";
import { page } from "./page.ts";

/** The whole text of the page. */
export function conceptsPage(options: {
	readonly context: ReportContext;
	readonly concepts: readonly WordEntry[];
	readonly adjectives: readonly WordEntry[];
}): string {
	const { context, concepts, adjectives } = options;
	const { run } = context;
	return page({
		title: `Concepts · ${run.network.name}`,
		root: "",
		trail: [{ text: run.network.name, href: indexFile }],
		here: "concepts",
		footer: context.footer,
		script: null,
		body: html`<div class="title"><h1>Neurons by concept</h1></div>
<p class="muted">Strongest first. A concept or word without a neuron is not listed.</p>
<section aria-labelledby="closed"><h2 id="closed">Closed-set concepts</h2><p>Best concept of <strong>${run.conceptSet.name}</strong> for the neuron, above the neuron's own null. The number at a neuron is its score.</p>${wordTable(concepts, "Concept", context, formatScore)}</section>
<section aria-labelledby="acoustic"><h2 id="acoustic">Acoustic adjectives</h2><p>Open-set adjectives that the acoustic filter accepts. The number at a neuron is the support: high clips whose caption has the word.</p>${wordTable(adjectives, "Adjective", context, formatCount)}</section>`,
	});
}

function wordTable(
	entries: readonly WordEntry[],
	title: string,
	{ layers }: ReportContext,
	strength: (value: number) => string,
): Html {
	if (entries.length === 0)
		return html`<p class="notice">No neuron has one.</p>`;
	return html`<div class="scroll"><table class="plain index"><thead><tr><th scope="col">${title}</th><th scope="col" class="number">Neurons</th><th scope="col">Where</th></tr></thead><tbody>
${entries.map(({ word, count, named }) => {
	const links = named.map(({ position, unit, strength: value }) => {
		const layer = layers[position];
		return (
			layer !== undefined &&
			html`<li>${neuronLink({ layer, unit, text: `${layer.name}#${unit}`, folder: `${layer.folder}/` })} <span class="muted">${strength(value)}</span></li>`
		);
	});
	const more =
		count > named.length &&
		html`<li class="muted">and ${countOf(count - named.length, "more", "more")}</li>`;
	return html`<tr><th scope="row" dir="auto">${word}</th><td class="number">${formatCount(count)}</td><td><ul class="links">${links}${more}</ul></td></tr>
`;
})}</tbody></table></div>`;
}
