/** The start page's table of layers: counts, shares as bars, the clearest neuron of each. */
import type { ModuleName } from "../../types.ts";
import { shareBar } from "./charts.ts";
import type { ReportLayer } from "./context.ts";
import { capitalised, formatCount } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { ActivationSummary } from "./layer-activations.ts";
import { indexFile } from "./names.ts";
import { neuronLink } from "./neuron-link.ts";
import type { NeuronView } from "./source.ts";
import { conceptShares, stateShares, type Tally } from "./tally.ts";
import {
	conceptOf,
	type NeuronState,
	states,
	stateWords,
	verdictOf,
} from "./verdict.ts";

/** A neuron whose concept is far above its null. */
export type ClearNeuron = {
	readonly unit: number;
	readonly concept: string;
	/** Its description, when it has one. */
	readonly sentence: string | null;
	/** Score minus the null's 95th percentile. */
	readonly lead: number;
};

export type LayerOverview = {
	readonly layer: ReportLayer;
	readonly tally: Tally;
	readonly clearest: ClearNeuron | null;
	/** Null: the recording cannot be read. */
	readonly activations: ActivationSummary | null;
};

/** The clearest of some neurons and the clearest so far: described ones first, then by lead; ties go to the one so far, which has the lower unit. */
export function clearestOf(
	views: readonly NeuronView[],
	modules: ReadonlySet<ModuleName>,
	soFar: ClearNeuron | null,
): ClearNeuron | null {
	let clearest = soFar;
	for (const view of views) {
		const verdict = verdictOf(view, modules);
		const concept = conceptOf(view, modules);
		if (concept.kind !== "fits") continue;
		const lead = (concept.score ?? 0) - (concept.p95 ?? 0);
		const gained =
			clearest === null
				? 1
				: Number(verdict.found) - Number(clearest.sentence !== null);
		if (gained > 0 || (gained === 0 && lead > (clearest?.lead ?? 0)))
			clearest = {
				unit: view.unit,
				concept: concept.concept,
				sentence: verdict.found ? verdict.sentence : null,
				lead,
			};
	}
	return clearest;
}

/** The table. States that no neuron is in have no column, but for the three a reader looks for. */
export function layersTable(layers: readonly LayerOverview[]): Html {
	const shown = states.filter(
		(state) =>
			alwaysShown.has(state) ||
			layers.some(({ tally }) => tally.states[state] > 0),
	);
	return html`<div class="scroll"><table class="plain layers"><caption class="visually-hidden">Layers in network order</caption><thead><tr><th scope="col">Layer</th><th scope="col" class="number">Neurons</th><th scope="col" title="its best concept scores above the null, or the language model named it">A concept fits</th><th scope="col">Summaries</th>${shown.map(
		(state) =>
			html`<th scope="col" class="number" title="${stateWords[state].meaning}">${capitalised(stateWords[state].label)}</th>`,
	)}<th scope="col">Clearest neuron</th></tr></thead><tbody>
${layers.map((layer) => layerRow(layer, shown))}</tbody></table></div>${legend(layers)}`;
}

const alwaysShown: ReadonlySet<NeuronState> = new Set([
	"calibrated",
	"nothing_distinguishes",
	"failed",
]);

function layerRow(
	{ layer, tally, clearest }: LayerOverview,
	shown: readonly NeuronState[],
): Html {
	const { concepts, neurons } = tally;
	const count = (value: number): Html =>
		html`<td class="number${value === 0 && " zero"}">${formatCount(value)}</td>`;
	return html`<tr><th scope="row"><a href="${layer.folder}/${indexFile}">${layer.name}</a></th>${count(neurons)}<td>${shareBar(conceptShares(tally))}<span class="share">${
		neurons === 0
			? "no neuron yet"
			: `${formatCount(concepts.fits)} (${Math.round((100 * concepts.fits) / neurons)}\u00A0%)`
	}</span></td><td>${shareBar(stateShares(tally))}</td>${shown.map((state) => count(tally.states[state]))}<td class="clearest">${
		clearest === null
			? html`<span class="muted">none</span>`
			: html`${neuronLink({ layer, unit: clearest.unit, text: `#${clearest.unit}`, folder: `${layer.folder}/` })} <b dir="auto">${clearest.concept}</b> <span class="muted" dir="auto">${clearest.sentence}</span>`
	}</td></tr>
`;
}

function legend(layers: readonly LayerOverview[]): Html {
	const shares = new Map<string, string>();
	for (const { tally } of layers)
		for (const { name, count, tone } of [
			...conceptShares(tally),
			...stateShares(tally),
		])
			if (count > 0) shares.set(name, tone);
	return html`<ul class="legend">${[...shares].map(([name, tone]) => html`<li><span class="swatch ${tone}" aria-hidden="true"></span>${name}</li>`)}</ul>`;
}
