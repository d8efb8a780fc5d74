/** Module A of a neuron: the concepts nearest to it, against its own null. */
import type {
	ClosedSetResult,
	ComparedConcepts,
	InContextConcepts,
	Outcome,
	SoftmaxFactors,
} from "../../types.ts";
import { scaleOf, valueBar } from "./charts.ts";
import { failureBox, skipBox } from "./failure.ts";
import { countOf, formatScore } from "./format.ts";
import { type Html, html } from "./html.ts";
import { inContextTable } from "./in-context.ts";

/** The section of a neuron's page. `absent` says why there is no outcome. */
export function closedSetSection(
	outcome: Outcome<ClosedSetResult> | null,
	absent: string,
): Html {
	return html`<section aria-labelledby="closed-set"><h2 id="closed-set">Closed-set concepts</h2>${
		outcome === null
			? html`<p class="muted">${absent}</p>`
			: outcome.status === "failed"
				? failureBox("closed-set", outcome.error)
				: outcome.status === "skipped"
					? skipBox("closed-set", outcome.reason, outcome.evidence)
					: outcome.output.method === "icl"
						? inContextTable(outcome.output)
						: closedSetTable(outcome.output)
	}</section>`;
}

/** Room to the right of the longest bar, so that a line at its end is seen. */
const headroom = 1.04;

/** Ranked concepts with bars; the null's 95th percentile is a line through them. */
export function closedSetTable(
	result: Exclude<ClosedSetResult, InContextConcepts>,
): Html {
	const { ranked, null: chance, margin, aboveNull } = result;
	if (ranked.length === 0)
		return html`<p class="muted">No concept has a finite score.</p>`;
	const { low, high } = scaleOf([
		...ranked.flatMap(({ score }) => score ?? []),
		...(chance.p95 === null ? [] : [chance.p95]),
	]);
	const scale = { low, high: high * headroom };
	return html`<p class="answer">${answer(result)}</p><table class="concepts"><caption class="visually-hidden">The best ${ranked.length} concepts, best first</caption><thead><tr><th scope="col"><abbr title="Rank">#</abbr></th><th scope="col">Concept</th><th scope="col" class="number">Score</th><th scope="col"><span class="visually-hidden">Score as a bar</span></th></tr></thead><tbody>${ranked.map(
		({ concept, score }, index) =>
			html`<tr${index === 0 && aboveNull !== false && html` class="best"`}><th scope="row">${index + 1}</th><td dir="auto">${concept}</td><td class="number">${scoreText(score)}</td><td>${valueBar({ value: score ?? 0, scale, marker: chance.p95, tone: chance.p95 !== null && (score ?? chance.p95) <= chance.p95 ? "muted" : "score" })}</td></tr>`,
	)}</tbody></table><dl class="facts inline"><dt>Compared with</dt><dd>${result.method === "tab" ? "the sound of the clips" : "the captions of the clips"}</dd><dt>Similarity</dt><dd>${result.function}</dd>${softmaxFact(result.softmaxFactors)}<dt>Margin to the second</dt><dd>${
		margin === null
			? `none: there is only one concept${ranked.length > 1 ? " with a finite score" : ""}`
			: formatScore(margin)
	}</dd><dt>Null, 95th percentile</dt><dd>${
		chance.p95 === null
			? noNull(result)
			: html`${formatScore(chance.p95)} <span class="muted">(the line across the bars; best score over ${countOf(chance.permutations, "clip permutation")}, seed ${chance.seed})</span>`
	}</dd></dl>${
		result.flags?.includes("unstable_mean") &&
		html`<p class="muted">Unstable: the mean score of a concept in this list is nearly 0 because positive and negative scores cancel out, and rank-reorder divides by its root.</p>`
	}`;
}

/** What is inside the softmaxes over the concepts; nothing where there is none. */
function softmaxFact(factors: SoftmaxFactors | undefined): Html | false {
	const { conceptScores = null, similarity = null } = factors ?? {};
	const parts = [
		...(conceptScores === null ? [] : [`of ${conceptScores} × the cosine`]),
		...(similarity === null ? [] : [`of ${similarity} × the concept score`]),
	];
	return (
		parts.length > 0 &&
		html`<dt>Softmax over the concepts</dt><dd>${parts.join(", then ")}</dd>`
	);
}

/** Null is -Infinity: a score behind every finite one. */
function scoreText(score: number | null): string {
	return formatScore(score ?? Number.NEGATIVE_INFINITY);
}

/** Why there is no null to compare with. */
function noNull({ null: chance }: ComparedConcepts): string {
	return chance.permutations === 0
		? "not computed: 0 permutations"
		: "not defined: with shuffled clips no score is finite";
}

function answer(result: ComparedConcepts): Html {
	const { ranked, null: chance, aboveNull } = result;
	const best = ranked[0];
	if (best === undefined) return html`No concept has a finite score.`;
	const name = html`<strong dir="auto">${best.concept}</strong>`;
	if (aboveNull === null)
		return html`Best concept: ${name}. There is no null to compare with (${chance.permutations === 0 ? "0 permutations" : noNull(result)}).`;
	if (!aboveNull)
		return html`<strong>No concept fits.</strong> The best, ${name}, scores no more than chance does (${scoreText(best.score)}${chance.p95 !== null && html` against ${formatScore(chance.p95)}`}).`;
	return html`${name} scores above chance (${scoreText(best.score)}${chance.p95 !== null && html` against ${formatScore(chance.p95)}`}).`;
}
