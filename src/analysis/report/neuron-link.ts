/** A neuron's name, as a link where it has a page. */
import type { ReportLayer } from "./context.ts";
import { type Html, html } from "./html.ts";
import { neuronFile } from "./names.ts";

/** `folder`: relative path to the layer's folder, `""` or ending in a slash. */
export function neuronLink(options: {
	readonly layer: ReportLayer;
	readonly unit: number;
	readonly text: string;
	readonly folder: string;
}): Html {
	const { layer, unit, text, folder } = options;
	return layer.hasPage(unit)
		? html`<a href="${folder}${neuronFile(unit)}">${text}</a>`
		: html`<span>${text}</span>`;
}
