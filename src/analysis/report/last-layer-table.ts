/** The last-layer table of the start page: every method and similarity function against the class names. */
import { z } from "zod";
import type { Json } from "../../shared/hash.ts";
import { countOf, formatCount, formatFixed, formatPercent } from "./format.ts";
import { type Html, html } from "./html.ts";
import { words } from "./verdict.ts";

const scoreSchema = z
	.object({
		value: z.number().nullable(),
		reason: z.string().optional(),
		nValid: z.number(),
		nFailed: z.number(),
		ci95: z.tuple([z.number(), z.number()]).nullable(),
		null: z.object({ value: z.number().nullable() }),
	})
	.nullable();
const tableSchema = z.object({
	layer: z.string(),
	units: z.number(),
	concepts: z.number(),
	rows: z.array(
		z.object({
			method: z.string(),
			function: z.string().nullable(),
			top1: scoreSchema,
			top5: scoreSchema,
			cosine: scoreSchema,
			reason: z.string().nullable(),
		}),
	),
	absent: z.array(z.object({ method: z.string(), why: z.string() })),
});
type Row = z.infer<typeof tableSchema>["rows"][number];
type Score = z.infer<typeof scoreSchema>;

/** False when the run has no such table: `audio-dissect evaluate --last-layer` makes it. */
export function lastLayerSection(
	evaluations: Readonly<Record<string, Json>>,
): Html | false {
	const parsed = tableSchema.safeParse(evaluations["last-layer-table"]);
	if (!parsed.success) return false;
	const { layer, units, concepts, rows, absent } = parsed.data;
	return html`<section aria-labelledby="last-layer"><h2 id="last-layer">Last-layer accuracy by method</h2><p class="muted">Layer ${layer}: ${countOf(units, "unit")} against ${countOf(concepts, "concept")}. DB: captions, TAB: sound, ICL: language model. In brackets: 95 % interval, then the mean of 1,000 shuffles of the class names. A unit without a concept is a miss and has no cosine; ICL has none for units without a summary, such as those that triage left out.</p><div class="scroll"><table class="plain"><caption class="visually-hidden">Accuracy of each method and similarity function</caption><thead><tr><th scope="col">Method</th><th scope="col">Similarity</th><th scope="col" class="number">Top-1</th><th scope="col" class="number">Top-5</th><th scope="col" class="number">Cosine</th><th scope="col" class="number">Units</th></tr></thead><tbody>${rows.map(rowOf)}</tbody></table></div>${absent.map(({ method, why }) => html`<p class="muted">No ${method.toUpperCase()}: ${why}.</p>`)}</section>`;
}

function rowOf(row: Row): Html {
	const head = html`<th scope="row">${row.method.toUpperCase()}</th><td>${row.function ?? "none"}</td>`;
	if (row.reason !== null)
		return html`<tr>${head}<td colspan="4" class="without">no accuracy: ${words(row.reason)}</td></tr>`;
	const { top1, top5, cosine } = row;
	return html`<tr>${head}${share(top1)}${share(top5)}<td class="number">${
		cosine === null || cosine.value === null
			? "none"
			: html`${formatFixed(cosine.value, 2)}${cosine.null.value !== null && html` <span class="muted">(${formatFixed(cosine.null.value, 2)})</span>`}${fewerUnits(cosine, top1)}`
	}</td><td class="number">${top1 !== null && formatCount(top1.nValid)}${top1 !== null && top1.nFailed > 0 && html` <span class="muted">(${formatCount(top1.nFailed)} failed)</span>`}</td></tr>`;
}

/** Where the cosine is of fewer units than the other columns: without a concept there is none. */
function fewerUnits({ nValid }: NonNullable<Score>, top1: Score): Html | false {
	return (
		top1 !== null &&
		nValid < top1.nValid &&
		html` <span class="muted">of ${countOf(nValid, "unit")}</span>`
	);
}

function share(score: Score): Html {
	if (score === null || score.value === null)
		return html`<td class="number without">${words(score?.reason ?? "none")}</td>`;
	const { ci95 } = score;
	return html`<td class="number">${formatPercent(score.value)} <span class="muted">(${ci95 === null ? "no interval" : `${formatPercent(ci95[0])} to ${formatPercent(ci95[1])}`}; ${score.null.value === null ? "no shuffle" : formatPercent(score.null.value)})</span></td>`;
}
