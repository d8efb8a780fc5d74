/** Where a neuron's results come from: module by module, prompt, model and calls. */
import { type Html, html } from "./html.ts";
import type { NeuronView } from "./source.ts";
import { outcomesOf } from "./verdict.ts";

/** A table of attempts; nothing when no module has run. */
export function neuronProvenance(view: NeuronView): Html {
	const status = new Map(
		outcomesOf(view).map(([module, outcome]) => [module, outcome?.status]),
	);
	return html`<section aria-labelledby="provenance"><h2 id="provenance">Provenance</h2>${
		view.provenance.length === 0
			? html`<p class="muted">No module has a result for this neuron.</p>`
			: html`<div class="scroll"><table class="plain"><thead><tr><th scope="col">Module</th><th scope="col">Status</th><th scope="col">Model</th><th scope="col">Prompt</th><th scope="col">Calls</th><th scope="col" class="number">Attempt</th></tr></thead><tbody>${view.provenance.map(
					(entry) =>
						html`<tr><th scope="row">${entry.module}</th><td>${status.get(entry.module) ?? "none"}</td><td dir="auto">${entry.model ?? html`<span class="muted">no language model</span>`}</td><td>${entry.promptHash === null ? html`<span class="muted">none</span>` : html`<code title="${entry.promptHash}">${entry.promptHash.slice(0, 12)}</code>`}</td><td>${entry.callIds.length === 0 ? html`<span class="muted">none</span>` : entry.callIds.join(", ")}</td><td class="number">${entry.attempt}</td></tr>`,
				)}</tbody></table></div>`
	}</section>`;
}
