/** Modules summarize and summary-calibration of a neuron: what each side shares, and what calibration struck. */
import type {
	CalibratedSentence,
	CalibratedSummary,
	Summary,
	SummarySentence,
} from "../../types.ts";
import { failureBox, skipBox } from "./failure.ts";
import { capitalised, formatFixed, formatScore } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { NeuronView } from "./source.ts";
import { stateWords } from "./verdict.ts";

/** The section of a neuron's page. `absent` says why a module has no outcome. */
export function summarySection(
	view: NeuronView,
	absent: (module: "summarize" | "summary-calibration") => string,
): Html {
	const { summaries, calibrated } = view;
	const written = summaries?.status === "described" ? summaries.output : null;
	const result = calibrated?.status === "described" ? calibrated.output : null;
	const sizes = { high: view.high.length, low: view.low.length };
	return html`<section aria-labelledby="summaries"><h2 id="summaries">Summaries</h2>${
		summaries === null && html`<p class="muted">${absent("summarize")}</p>`
	}${summaries?.status === "failed" && failureBox("summarize", summaries.error)}${
		summaries?.status === "skipped" &&
		skipBox("summarize", summaries.reason, summaries.evidence)
	}${
		calibrated === null &&
		summaries !== null &&
		html`<p class="muted">${absent("summary-calibration")}</p>`
	}${
		calibrated?.status === "failed" &&
		failureBox("summary-calibration", calibrated.error)
	}${
		calibrated?.status === "skipped" &&
		summaries?.status !== "skipped" &&
		skipBox("summary-calibration", calibrated.reason, calibrated.evidence)
	}${result !== null && html`<p class="answer">${calibrationAnswer(result)}</p>`}${
		(written !== null || result !== null) &&
		html`<div class="pair"><div><h3>High clips share</h3>${
			result !== null
				? calibratedList(result, sizes.high)
				: written !== null &&
					html`<p class="muted">Not calibrated.</p>${sentenceList(written.high.sentences, sizes.high)}`
		}${written !== null && droppedList(written.high)}</div><div><h3>Low clips share</h3>${sentenceList(
			result?.low ?? written?.low.sentences ?? [],
			sizes.low,
		)}${written !== null && droppedList(written.low)}</div></div>`
	}</section>`;
}

function calibrationAnswer(result: CalibratedSummary): Html {
	const compared = comparedSentences(result);
	const kept = compared.filter((sentence) => sentence.kept).length;
	const total = compared.length;
	const { label, meaning } = stateWords[result.status];
	const counts = total > 0 && html` ${kept} of ${total} high sentences kept.`;
	return html`<strong>${capitalised(label)}:</strong> ${meaning}.${counts} <span class="muted">${
		result.method === "model"
			? "Struck by the language model; cosines are for comparison."
			: html`Threshold: cosine above ${formatThreshold(result.threshold)}.`
	}</span>`;
}

/** High sentences in order, struck ones crossed out with the low sentence and the cosine that struck them. */
export function calibratedList(result: CalibratedSummary, clips: number): Html {
	const compared = comparedSentences(result);
	if (compared.length === 0) return nothingShared;
	return html`<ul class="sentences">${compared.map((sentence) =>
		sentence.kept
			? html`<li class="kept"><p dir="auto">${sentence.text}</p><p class="why"><b class="kept-word">Kept</b> ${dot} ${nearest(sentence)}${spoken(sentence.support, clips)}</p></li>`
			: html`<li class="struck"><p dir="auto"><del>${sentence.text}</del></p><p class="why"><b class="struck-word">Struck</b> ${dot} ${nearest(sentence)}${spoken(sentence.support, clips)}</p></li>`,
	)}</ul>`;
}

/** Without those dropped before: they are listed with the summary. */
function comparedSentences({
	sentences,
}: CalibratedSummary): readonly CalibratedSentence[] {
	return sentences.filter(
		({ reason }) => reason !== "junk" && reason !== "too_short",
	);
}

/** Sentences of a side that calibration leaves alone. */
function sentenceList(
	sentences: readonly SummarySentence[],
	clips: number,
): Html {
	if (sentences.length === 0) return nothingShared;
	return html`<ul class="sentences">${sentences.map(
		({ text, support: ranks }) =>
			html`<li><p dir="auto">${text}</p>${ranks !== undefined && html`<p class="why">${support(ranks, clips)}</p>`}</li>`,
	)}</ul>`;
}

const nothingShared = html`<p class="muted">Nothing that could be named.</p>`;

function nearest({ cosine, nearestLow }: CalibratedSentence): Html {
	if (nearestLow === null) return html`No low sentence to compare with`;
	if (cosine === null)
		return html`Its cosine to the low sentences is undefined`;
	return html`Cosine <b>${formatScore(cosine)}</b> with the low sentence <q dir="auto">${nearestLow}</q>`;
}

const dot = "·";

function spoken(ranks: readonly number[] | undefined, clips: number): Html {
	return html`${ranks !== undefined && html` ${dot} ${support(ranks, clips)}`}`;
}

function support(ranks: readonly number[], clips: number): Html {
	return html`said of ${ranks.length} of ${clips} clips${ranks.length > 0 && html` (${ranks.join(", ")})`}`;
}

function droppedList(summary: Summary): Html | false {
	if (summary.dropped.length === 0) return false;
	return html`<details><summary>Dropped before calibration (${summary.dropped.length})</summary><ul class="sentences">${summary.dropped.map(
		({ text, reason }) =>
			html`<li class="struck"><p dir="auto"><del>${text}</del></p><p class="why">${reason === "junk" ? "Chat filler, not about sound." : "Too few words."}</p></li>`,
	)}</ul></details>`;
}

/** At least two decimals, more when the threshold has them. */
function formatThreshold(threshold: number): string {
	const decimals = String(threshold).split(".")[1]?.length ?? 0;
	return formatFixed(threshold, Math.min(6, Math.max(2, decimals)));
}
