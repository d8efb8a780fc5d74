/** Module C of a neuron: the words of its calibrated summary, by kind. */
import { groupSpellings } from "../../shared/spelling.ts";
import type { OpenSetConcept, OpenSetResult, Outcome } from "../../types.ts";
import { failureBox, skipBox } from "./failure.ts";
import { countOf } from "./format.ts";
import { type Html, html } from "./html.ts";

/** The section of a neuron's page. `clips`: shown high exemplars; `absent` says why there is no outcome. */
export function openSetSection(
	outcome: Outcome<OpenSetResult> | null,
	clips: number,
	absent: string,
): Html {
	return html`<section aria-labelledby="open-set"><h2 id="open-set">Open-set concepts</h2>${
		outcome === null
			? html`<p class="muted">${absent}</p>`
			: outcome.status === "failed"
				? failureBox("open-set-extraction", outcome.error)
				: outcome.status === "skipped"
					? skipBox("open-set-extraction", outcome.reason, outcome.evidence)
					: openSetList(outcome.output, clips)
	}</section>`;
}

const verdicts = {
	yes: { mark: "♪", words: "acoustic", order: 0 },
	unjudged: { mark: "?", words: "unjudged", order: 1 },
	no: { mark: "×", words: "not acoustic", order: 2 },
} as const;

/** Every kind with its lemmas; acoustic adjectives first. Numbers are supports: captions of high clips that contain the word. */
export function openSetList(result: OpenSetResult, clips: number): Html {
	const adjectives = groupSpellings(
		[...result.adjectives].sort(
			(a, b) => verdicts[a.acoustic].order - verdicts[b.acoustic].order,
		),
		({ support }) => support,
	);
	const any =
		adjectives.length +
			result.nouns.length +
			result.verbs.length +
			result.prepositions.length +
			result.negated.length >
		0;
	if (!any)
		return html`<p class="muted">No concept: ${
			result.description === null
				? "no sentence survived calibration"
				: "the surviving sentences hold none"
		}.</p>`;
	return html`<dl class="words">${
		adjectives.length > 0 &&
		html`<div><dt>Adjectives</dt><dd><ul class="chips">${adjectives.map(
			({ shown: { lemma, support, acoustic }, others }) =>
				html`<li class="chip ${acoustic}"><span class="mark-text" aria-hidden="true">${verdicts[acoustic].mark}</span> <span dir="auto">${lemma}</span>${otherSpellings(others)}${supportOf(support, clips)} <span class="verdict">${verdicts[acoustic].words}</span></li>`,
		)}</ul></dd></div>`
	}${wordGroup("Nouns", result.nouns, clips)}${wordGroup("Verbs", result.verbs, clips)}${wordGroup("Prepositions", result.prepositions, clips)}${
		result.negated.length > 0 &&
		html`<div><dt>Negated</dt><dd><ul class="chips">${result.negated.map((lemma) => html`<li class="chip negated"><span class="mark-text" aria-hidden="true">¬</span> <span dir="auto">${lemma}</span> <span class="verdict">said to be absent</span></li>`)}</ul></dd></div>`
	}</dl><p class="muted">The number is the support: how many of the ${countOf(clips, "high clip")} have a caption with the word. Calibrated summary: ${countOf(result.captionLength, "word")}.</p>`;
}

function wordGroup(
	title: string,
	concepts: readonly OpenSetConcept[],
	clips: number,
): Html | false {
	if (concepts.length === 0) return false;
	return html`<div><dt>${title}</dt><dd><ul class="chips">${groupSpellings(
		concepts,
		({ support }) => support,
	).map(
		({ shown: { lemma, support }, others }) =>
			html`<li class="chip"><span dir="auto">${lemma}</span>${otherSpellings(others)}${supportOf(support, clips)}</li>`,
	)}</ul></dd></div>`;
}

function otherSpellings(others: readonly OpenSetConcept[]): Html | false {
	return (
		others.length > 0 &&
		html` <span class="muted" title="other spellings of the word">also ${others.map(({ lemma }) => lemma).join(", ")}</span>`
	);
}

function supportOf(support: number, clips: number): Html {
	return html` <b class="support" title="in the captions of ${support} of ${clips} high clips">${support}</b>`;
}
