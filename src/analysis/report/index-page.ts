/** The start page. */
import type { Json } from "../../shared/hash.ts";
import {
	clipProblemsSection,
	dissectedSection,
	provenanceSection,
	timeSection,
} from "./about-run.ts";
import type { ReportContext } from "./context.ts";
import type { Figure } from "./figure.ts";
import { figureCards } from "./figures.ts";
import { followedSection } from "./followed.ts";
import { countOf, formatCount } from "./format.ts";
import { howToRead } from "./how-to-read.ts";
import { type Html, html } from "./html.ts";
import { lastLayerSection } from "./last-layer-table.ts";
import { type LayerOverview, layersTable } from "./layers-table.ts";
import { namedUnitsSection } from "./named-units.ts";
import { conceptsFile } from "./names.ts";
import { page } from "./page.ts";
import type { Tally } from "./tally.ts";

/** The whole text of the page. */
export function indexPage(options: {
	readonly context: ReportContext;
	readonly figures: readonly Figure[];
	readonly layers: readonly LayerOverview[];
	readonly tally: Tally;
	/** What the language models cannot do, see `quizWarnings`. */
	readonly modelWarnings: readonly string[];
	/** Distinct concepts, and distinct acoustic adjectives, that have a neuron. */
	readonly words: { readonly concepts: number; readonly adjectives: number };
	/** The run's, by name. */
	readonly evaluations: Readonly<Record<string, Json>>;
}): string {
	const { context, figures, layers, tally, words, evaluations } = options;
	const { run, settings } = context;
	return page({
		title: `${run.network.name} · audio-dissect`,
		root: "",
		trail: [],
		here: null,
		footer: context.footer,
		script: null,
		body: html`<div class="title"><h1>What the neurons of <span class="layer-name">${run.network.name}</span> listen to</h1></div>
<p class="lead plain">${countOf(tally.neurons, "neuron")} in ${countOf(layers.length, "layer")}, heard through ${countOf(run.probeSet.clips, "captioned clip")}${run.probeSet.excluded.length > 0 && html` <a href="#excluded">(${formatCount(run.probeSet.excluded.length)} excluded)</a>`}. Text by: <strong>${settings.describer.name}</strong>.</p>
${unfinished(context, tally)}
<section aria-labelledby="figures"><h2 id="figures" class="visually-hidden">Headline figures</h2>${figureCards(figures)}</section>
<section aria-labelledby="layers"><h2 id="layers">Layers</h2>${layersTable(layers)}<p><a class="button" href="${conceptsFile}">Neurons by concept</a> <span class="muted">${countOf(words.concepts, "concept")} and ${countOf(words.adjectives, "acoustic adjective")} have at least one neuron.</span></p></section>
${lastLayerSection(evaluations)}
${followedSection(layers)}
${namedUnitsSection(layers)}
${howToRead(settings)}
<div class="pair wide">${dissectedSection(context, options.modelWarnings)}
${timeSection(context)}</div>
${clipProblemsSection(context)}
${provenanceSection(context)}`,
	});
}

function unfinished({ run }: ReportContext, tally: Tally): Html | false {
	const { failed, pending } = tally.states;
	if (run.status === "complete" && failed === 0 && pending === 0) return false;
	const why = {
		complete: "Some neurons have no result",
		running: "This run has not ended",
		interrupted: "This run was interrupted",
		incomplete: "This run is incomplete",
	}[run.status];
	return html`<p class="notice${failed > 0 && " failed"}"><strong>${why}:</strong> ${countOf(failed, "neuron")} failed, ${formatCount(pending)} not reached. The same command continues where it stopped and tries failed neurons again.</p>`;
}
