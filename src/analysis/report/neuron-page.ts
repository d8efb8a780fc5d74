/** The page of one neuron. */
import type { ModuleName } from "../../types.ts";
import type { NeuronStatistics } from "../activations/statistics-types.ts";
import { type AttributeData, attributeSection } from "./attribute-section.ts";
import { closedSetSection } from "./closed-set.ts";
import type { ReportContext, ReportLayer } from "./context.ts";
import {
	type AudioOf,
	exemplarSection,
	type PaddingOf,
	type TraceOf,
} from "./exemplars.ts";
import { evidenceValue } from "./failure.ts";
import { formatScore } from "./format.ts";
import { type Html, html } from "./html.ts";
import { labelSection } from "./label-section.ts";
import {
	indexFile,
	layerPageFile,
	neuronAnchor,
	neuronFile,
	rowsPerPage,
} from "./names.ts";
import { neuronProvenance } from "./neuron-provenance.ts";
import { openSetSection } from "./open-set.ts";
import { page } from "./page.ts";
import { neuronScript } from "./scripts.ts";
import type { NeuronView } from "./source.ts";
import { summarySection } from "./summaries.ts";
import { furtherWords, triageWords } from "./triage-words.ts";
import { conceptOf, stateWords, verdictOf } from "./verdict.ts";

/** A neuron's activations over all clips, or why there are none (the end of a sentence). */
export type NeuronActivation =
	| {
			readonly statistics: NeuronStatistics;
			/** `[clips]`. */
			readonly values: Float32Array;
			readonly data: AttributeData;
	  }
	| { readonly missing: string };

/** The whole text of the page. `previous` and `next` are units of the same layer. */
export function neuronPage(options: {
	readonly context: ReportContext;
	readonly layer: ReportLayer;
	readonly view: NeuronView;
	readonly activation: NeuronActivation;
	/** Place of the neuron among the layer's neurons, 0 and up: decides its table page. */
	readonly position: number;
	readonly previous: number | null;
	readonly next: number | null;
	readonly audioOf: AudioOf;
	readonly traceOf?: TraceOf | undefined;
	readonly paddingOf?: PaddingOf | undefined;
}): string {
	const { context, layer, view, previous, next } = options;
	const { audioOf, traceOf, paddingOf } = options;
	const { high, low } = view;
	const exemplars = { high, low, audioOf, traceOf, paddingOf };
	const { run, settings } = context;
	const name = `${layer.name}#${view.unit}`;
	const className = context.classOf(layer.name, view.unit);
	const verdict = verdictOf(view, settings.modules);
	const table = layerPageFile(Math.floor(options.position / rowsPerPage));
	const row = `${table}#${neuronAnchor(view.unit)}`;
	const absent = (module: ModuleName): string =>
		view.status.status === "skipped"
			? "Skipped: its activations say nothing about sound."
			: !settings.modules.has(module)
				? `This run did not include ${module}.`
				: verdict.state === "failed"
					? "Not run: a module before it failed."
					: `Not reached: ${module} has no result for this neuron yet.`;
	return page({
		title: `${name} · ${run.network.name}`,
		root: "../../",
		trail: [
			{ text: run.network.name, href: `../../${indexFile}` },
			{ text: layer.name, href: row },
		],
		here: `#${view.unit}`,
		footer: context.footer,
		script: neuronScript,
		body: html`${neighbours({ previous, next, row })}
<div class="title"><h1><span class="layer-name">${layer.name}</span><span class="unit">#${view.unit}</span></h1>${className !== null && html`<span class="tag" dir="auto" title="The output unit's class name">${className}</span>`}<span class="state ${verdict.state}">${stateWords[verdict.state].label}</span>${
			view.status.status === "ok" &&
			view.status.marks.includes("few_clips") &&
			html` <span class="state few" title="The probe set has too few clips for two full sides">few clips</span>`
		}</div>
<p class="lead${!verdict.found && html` without`}" dir="auto">${verdict.sentence}</p>
${conceptLine(view, settings.modules)}
${triageLine(view, name)}
${
	view.status.status === "skipped"
		? html`<section aria-labelledby="skipped"><h2 id="skipped">Why it was skipped</h2><dl class="facts"><dt>Reason</dt><dd>${verdict.sentence}</dd><dt>Evidence</dt><dd>${evidenceValue(view.status.evidence)}</dd></dl></section>${high.length + low.length > 0 && exemplarSection(exemplars)}`
		: html`${exemplarSection(exemplars)}
${summarySection(view, absent)}
<div class="pair wide">${closedSetSection(view.closedSet, absent("closed-set"))}
${openSetSection(view.openSet, view.high.length, absent("open-set-extraction"))}</div>`
}
${activationSections(options.activation, className)}
${neuronProvenance(view)}`,
	});
}

function activationSections(
	activation: NeuronActivation,
	className: string | null,
): Html {
	if ("missing" in activation)
		return html`<section aria-labelledby="labels"><h2 id="labels">Activation by label, and against attributes</h2><p class="muted" dir="auto">Not shown: ${activation.missing}.</p></section>`;
	const { statistics, values, data } = activation;
	return html`${labelSection(statistics, className)}
${attributeSection(statistics, values, data)}`;
}

function neighbours(options: {
	readonly previous: number | null;
	readonly next: number | null;
	readonly row: string;
}): Html {
	const { previous, next, row } = options;
	return html`<nav class="neighbours" aria-label="Neurons of this layer">${
		previous === null
			? html`<span class="muted">first neuron</span>`
			: html`<a rel="prev" href="${neuronFile(previous)}">← #${previous} <kbd>k</kbd></a>`
	}<a rel="up" href="${row}">table <kbd>u</kbd></a>${
		next === null
			? html`<span class="muted">last neuron</span>`
			: html`<a rel="next" href="${neuronFile(next)}">#${next} → <kbd>j</kbd></a>`
	}<span class="keys"><kbd>1</kbd>–<kbd>9</kbd> play a high clip, with <kbd>Shift</kbd> a low one</span></nav>`;
}

/** What triage saw, whether the neuron is described or not. `name`: the neuron's, as `--neurons` takes it. */
function triageLine({ status }: NeuronView, name: string): Html | false {
	if (status.status === "skipped" || status.triage === undefined) return false;
	const { triage, marks } = status;
	if (marks.includes("not_describable"))
		return html`<p class="muted">Triage left it out before anything was asked about it: ${furtherWords(triage)}. To have it described all the same: <code>audio-dissect dissect --neurons ${name}</code>.</p>`;
	return html`<p class="muted">Triage: ${triageWords(triage)}.${
		triage.below !== null &&
		" That is below the bar; it is described because it was asked for by name."
	}</p>`;
}

function conceptLine(
	view: NeuronView,
	modules: ReadonlySet<ModuleName>,
): Html | false {
	const concept = conceptOf(view, modules);
	switch (concept.kind) {
		case "absent":
			return false;
		case "none_fits":
			return html`<p class="concept-line">Closed set: <strong>no concept fits</strong></p>`;
		default:
			return html`<p class="concept-line">Closed set: <strong dir="auto">${concept.concept}</strong> ${concept.score !== null && html`<span class="number">${formatScore(concept.score)}</span>`}</p>`;
	}
}
