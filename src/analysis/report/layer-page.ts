/** One page of a layer's neuron table. */
import type { ModuleName } from "../../types.ts";
import type { NeuronStatistics } from "../activations/statistics-types.ts";
import type { AttributeData } from "./attribute-section.ts";
import { valueBar } from "./charts.ts";
import type { ReportContext, ReportLayer } from "./context.ts";
import { countOf, formatCount, formatScore } from "./format.ts";
import { type Html, html } from "./html.ts";
import { activationCells, activationHeads } from "./layer-activations.ts";
import {
	indexFile,
	layerPageFile,
	neuronAnchor,
	rowsPerPage,
} from "./names.ts";
import { neuronLink } from "./neuron-link.ts";
import { page } from "./page.ts";
import { tableScript } from "./scripts.ts";
import type { NeuronView } from "./source.ts";
import { type Tally, tallyOf } from "./tally.ts";
import { unitOrder, unitOrderSection } from "./unit-order.ts";
import {
	type ConceptVerdict,
	conceptOf,
	states,
	stateWords,
	verdictOf,
} from "./verdict.ts";

/** Statistics of a page's neurons by unit (null: not finite), and what pictures are drawn from. */
export type PageActivations = {
	readonly statistics: ReadonlyMap<number, NeuronStatistics | null>;
	readonly data: AttributeData;
};

/** The whole text of the page. `views`: the neurons of this page; `neurons`: how many the layer has. */
export function layerPage(options: {
	readonly context: ReportContext;
	readonly layer: ReportLayer;
	readonly views: readonly NeuronView[];
	/** 0 and up. */
	readonly page: number;
	readonly neurons: number;
	/** Null: the recording cannot be read. */
	readonly activations: PageActivations | null;
}): string {
	const { context, layer, views, page: number, neurons, activations } = options;
	const { run, settings } = context;
	const pages = Math.max(1, Math.ceil(neurons / rowsPerPage));
	const tally = tallyOf(views, settings.modules);
	const top = Math.max(
		0,
		...views.map((view) => bestScore(view, settings.modules) ?? 0),
	);
	return page({
		title: `${layer.name}${pages > 1 ? ` (${number + 1} of ${pages})` : ""} · ${run.network.name}`,
		root: "../../",
		trail: [{ text: run.network.name, href: `../../${indexFile}` }],
		here: layer.name,
		footer: context.footer,
		script: tableScript,
		body: html`${neighbourLayers(context, layer.position)}
<div class="title"><h1><span class="layer-name">${layer.name}</span></h1></div>
<p class="muted">${countOf(neurons, "neuron")}${neurons !== layer.units && html` of ${countOf(layer.units, "unit")}`}, pooling ${layer.pooling}, layer ${layer.position + 1} of ${context.layers.length}. Text: ${settings.describer.name}.</p>
${pages > 1 && pager(views, number, pages, neurons)}
${views.length > 0 && summaryLine(tally, pages > 1)}
${activations !== null && unitOrderSection(unitOrder([...activations.statistics.values()]), activations.data)}
<div class="controls" hidden><label for="words">Search</label><input id="words" type="search" placeholder="rain, rising, #17 …" autocomplete="off" spellcheck="false"><label for="state">Status</label><select id="state"><option value="">all</option>${states
			.filter((state) => tally.states[state] > 0)
			.map(
				(state) =>
					html`<option value="${state}">${stateWords[state].label} (${tally.states[state]})</option>`,
			)}</select><label class="check"><input id="fits" type="checkbox"> a concept fits</label><output id="count" for="words state fits"></output></div>
${
	views.length === 0
		? html`<p class="notice">This run has no neuron of this layer yet.</p>`
		: html`<div class="scroll"><table class="neurons${activations !== null && " full"}"><caption class="visually-hidden">Neurons of ${layer.name}</caption><thead><tr><th scope="col" data-sort="number">Unit</th><th scope="col" data-sort="text">Description</th><th scope="col" data-sort="text">Closed-set concept</th><th scope="col" data-sort="number" data-first="descending">Score</th>${activations !== null && activationHeads}<th scope="col" data-sort="number" data-first="descending">Acoustic adjectives</th><th scope="col" data-sort="text">Status</th></tr></thead><tbody>
${views.map((view) =>
	neuronRow(
		layer,
		view,
		settings.modules,
		top,
		context.classOf(layer.name, view.unit),
		activations,
	),
)}</tbody></table></div>`
}
${pages > 1 && pager(views, number, pages, neurons)}`,
	});
}

/** One row. `top`: the largest score of the page, full width of the bars. `className`: of an output unit. */
export function neuronRow(
	layer: ReportLayer,
	view: NeuronView,
	modules: ReadonlySet<ModuleName>,
	top: number,
	className: string | null = null,
	activations: PageActivations | null = null,
): Html {
	const { unit } = view;
	const verdict = verdictOf(view, modules);
	const concept = conceptOf(view, modules);
	const acoustic =
		view.openSet?.status === "described"
			? view.openSet.output.adjectives.filter(
					(adjective) => adjective.acoustic === "yes",
				)
			: [];
	return html`<tr id="${neuronAnchor(unit)}" data-state="${verdict.state}"${concept.kind === "fits" && html` data-fits="yes"`}><th scope="row" data-value="${unit}">${neuronLink({ layer, unit, text: `#${unit}`, folder: "" })}${className !== null && html`<span class="beside" dir="auto">${className}</span>`}</th><td${!verdict.found && html` class="without" data-value=""`} dir="auto">${verdict.sentence}</td>${conceptCells(concept, top)}${activations !== null && activationCells(activations.statistics.get(unit) ?? null, className)}<td data-value="${acoustic.length === 0 ? "" : acoustic.length}" dir="auto">${acoustic.map(({ lemma }) => lemma).join(", ")}</td><td><span class="state ${verdict.state}">${stateWords[verdict.state].label}</span></td></tr>
`;
}

function conceptCells(concept: ConceptVerdict, top: number): Html {
	switch (concept.kind) {
		case "absent":
			return html`<td class="without" data-value="">${concept.why}</td><td class="number" data-value=""></td>`;
		case "none_fits":
			return html`<td class="without" data-value="">no concept fits${concept.concept !== null && html` <span class="best">best: <span dir="auto">${concept.concept}</span></span>`}</td>${scoreCell(concept.score, top, "muted")}`;
		default:
			return html`<td dir="auto">${concept.concept}</td>${scoreCell(concept.score, top, "score")}`;
	}
}

function scoreCell(
	score: number | null,
	top: number,
	tone: "score" | "muted",
): Html {
	if (score === null) return html`<td class="number" data-value=""></td>`;
	return html`<td class="number" data-value="${score}">${formatScore(score)}${valueBar({ value: Math.max(0, score), scale: { low: 0, high: top }, tone })}</td>`;
}

function bestScore(
	view: NeuronView,
	modules: ReadonlySet<ModuleName>,
): number | null {
	const concept = conceptOf(view, modules);
	return concept.kind === "absent" ? null : concept.score;
}

function summaryLine(tally: Tally, ofPage: boolean): Html {
	const { concepts } = tally;
	const parts = [
		...(concepts.fits > 0
			? [`${formatCount(concepts.fits)} with a concept that fits`]
			: []),
		...states
			.filter((state) => tally.states[state] > 0)
			.map(
				(state) =>
					`${formatCount(tally.states[state])} ${stateWords[state].label}`,
			),
	];
	return html`<p>${ofPage && "On this page: "}${parts.join(" · ")}.</p>`;
}

function neighbourLayers(context: ReportContext, position: number): Html {
	const previous = context.layers[position - 1];
	const next = context.layers[position + 1];
	return html`<nav class="neighbours" aria-label="Layers">${
		previous === undefined
			? html`<span class="muted">first layer</span>`
			: html`<a href="../../${previous.folder}/${indexFile}">← ${previous.name}</a>`
	}<a href="../../${indexFile}">all layers</a>${
		next === undefined
			? html`<span class="muted">last layer</span>`
			: html`<a href="../../${next.folder}/${indexFile}">${next.name} →</a>`
	}</nav>`;
}

function pager(
	views: readonly NeuronView[],
	number: number,
	pages: number,
	neurons: number,
): Html {
	const first = number * rowsPerPage + 1;
	const links = Array.from({ length: pages }, (_, index) =>
		index === number
			? html`<li><span aria-current="page">${index + 1}</span></li>`
			: html`<li><a href="${layerPageFile(index)}">${index + 1}</a></li>`,
	);
	return html`<nav class="pager" aria-label="Pages of this table"><span class="muted">Neurons ${formatCount(first)} to ${formatCount(first + views.length - 1)} of ${formatCount(neurons)}. Sorting and search act on this page.</span><ol>${links}</ol></nav>`;
}
