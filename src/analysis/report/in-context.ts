/** Module A of a neuron when a language model picked the concepts. */
import type { InContextConcepts } from "../../types.ts";
import { valueBar } from "./charts.ts";
import { countOf, formatFixed } from "./format.ts";
import { type Html, html } from "./html.ts";

const probabilities = { low: 0, high: 1 };

/** The concepts it named, with their probabilities where it gives any, and what it was shown. */
export function inContextTable(result: InContextConcepts): Html {
	const { ranked, noneFits, noneScore, margin, shortlist } = result;
	const byProbability = ranked.some(({ score }) => score !== null);
	return html`<p class="answer">${answer(result)}</p>${
		ranked.length > 0 &&
		html`<table class="concepts"><caption class="visually-hidden">The concepts it named, best first</caption><thead><tr><th scope="col"><abbr title="Rank">#</abbr></th><th scope="col">Concept</th>${byProbability && html`<th scope="col" class="number">Probability</th><th scope="col"><span class="visually-hidden">Probability as a bar</span></th>`}</tr></thead><tbody>${ranked.map(
			({ concept, score }, index) =>
				html`<tr${index === 0 && !noneFits && html` class="best"`}><th scope="row">${index + 1}</th><td dir="auto">${concept}</td>${byProbability && html`<td class="number">${score === null ? "none" : formatFixed(score, 3)}</td><td>${score !== null && valueBar({ value: score, scale: probabilities, tone: noneFits ? "muted" : "score" })}</td>`}</tr>`,
		)}</tbody></table>`
	}<dl class="facts inline"><dt>Compared with</dt><dd>the high summary, by the language model</dd>${
		byProbability &&
		html`<dt>Margin to the second</dt><dd>${margin === null ? "none" : formatFixed(margin, 3)}</dd><dt>No concept fits</dt><dd>${noneScore === null ? "no probability" : `probability ${formatFixed(noneScore, 3)}`}</dd>`
	}<dt>Shown to it</dt><dd>${
		shortlist === null
			? "the whole concept set"
			: `the ${countOf(shortlist.length, "concept")} nearest to the summary`
	}</dd></dl>`;
}

function answer({ ranked, noneFits }: InContextConcepts): Html {
	const best = ranked[0];
	if (noneFits)
		return html`<strong>No concept fits</strong>, says the language model.`;
	return best === undefined
		? html`The language model named no concept.`
		: html`The language model says <strong dir="auto">${best.concept}</strong>.`;
}
