/** A neuron's activation against the numeric attributes of the clips. */

import type { ClipTable, NumericAttribute } from "../activations/clip-table.ts";
import {
	type AttributeAssociation,
	type NeuronStatistics,
	significance,
} from "../activations/statistics-types.ts";
import { type AttributeBins, tuningOf } from "../activations/tuning.ts";
import {
	countOf,
	formatActivation,
	formatFixed,
	formatPercent,
} from "./format.ts";
import { type Html, html } from "./html.ts";
import { mostPoints, scatter } from "./scatter.ts";
import { words } from "./verdict.ts";

/** Pictures per page: the strongest; all others are rows of a table. */
const mostScatters = 3;
const mostRows = 25;

/** What the section draws from. */
export type AttributeData = {
	readonly table: ClipTable;
	/** By attribute name. */
	readonly attributes: ReadonlyMap<
		string,
		{
			readonly attribute: NumericAttribute;
			readonly bins: AttributeBins | null;
		}
	>;
};

/** The section; `activations`: `[clips]`. */
export function attributeSection(
	{ attributes }: NeuronStatistics,
	activations: Float32Array,
	data: AttributeData,
): Html {
	const drawn = attributes
		.filter(({ rho, labelBound }) => rho !== null && !labelBound)
		.slice(0, mostScatters);
	return html`<section aria-labelledby="attributes"><h2 id="attributes">Against attributes</h2>${
		attributes.length === 0
			? html`<p class="muted">The clips have no numeric attribute.</p>`
			: html`<p class="answer">${strongestText(attributes)}</p><div class="plots">${drawn.map((association) => figure(association, activations, data))}</div>${attributeTable(attributes, data)}`
	}</section>`;
}

/** An association that is more than chance, as a sentence about slope or band. */
function strongestText(attributes: readonly AttributeAssociation[]): Html {
	const [best] = attributes;
	if (best === undefined || best.strength === 0 || best.labelBound)
		return html`<span class="muted">No numeric attribute goes with it beyond chance (${countOf(attributes.length, "attribute")} looked at).</span>`;
	const name = html`<strong dir="auto">${best.attribute}</strong>`;
	return isBand(best) && best.tuning !== null
		? html`Strongest: ${name}, not a slope but a ${best.tuning.peakAt === "inside" ? "band" : "step"}: <strong>${peakText(best.tuning)}</strong>. Cut into equal groups the attribute tells ${formatPercent(best.tuning.share)} of the variance over ${countOf(best.n, "clip")}; rho, which sees slopes only, is ${formatFixed(best.rho ?? 0, 2)}.`
		: html`Strongest: ${name}, rho <strong>${formatFixed(best.rho ?? 0, 2)}</strong> ${best.ci95 !== null && html`(95 % interval ${rhoInterval(best.ci95)}) `}over ${countOf(best.n, "clip")}.`;
}

/** The steps of the attribute tell clearly more than its slope does. */
export function isBand({ rho, tuning }: AttributeAssociation): boolean {
	return (
		rho !== null &&
		tuning !== null &&
		tuning.pCorrected < significance &&
		tuning.share > 2 * rho * rho
	);
}

/** `highest around 440`, `highest at its upper end, around 0.989`. */
function peakText({
	peak,
	peakAt,
}: NonNullable<AttributeAssociation["tuning"]>): string {
	const end = {
		inside: "",
		low_end: "at its lower end, ",
		high_end: "at its upper end, ",
	}[peakAt];
	return `highest ${end}around ${formatValue(peak)}`;
}

function rhoInterval([low, high]: readonly [number, number]): string {
	return `${formatFixed(low, 2)} to ${formatFixed(high, 2)}`;
}

/** An attribute's value: up to four significant digits, no trailing zeros. */
export function formatValue(value: number): string {
	return formatActivation(value)
		.replace(/(\.\d*?)0+$/, "$1")
		.replace(/\.$/, "");
}

function figure(
	association: AttributeAssociation,
	activations: Float32Array,
	{ table, attributes }: AttributeData,
): Html {
	const known = attributes.get(association.attribute);
	if (known === undefined) return html``;
	const { attribute, bins } = known;
	const x: number[] = [];
	const y: number[] = [];
	for (const [clip, value] of attribute.values.entries()) {
		if (Number.isNaN(value)) continue;
		x.push(value);
		y.push(activations[clip] as number);
	}
	const tuning = bins === null ? null : tuningOf(activations, bins);
	const { name, n, rho, ci95, coverage, tuned } = {
		...association,
		name: attribute.name,
		tuned: association.tuning,
	};
	const facts = `rho ${formatFixed(rho ?? 0, 2)}${ci95 === null ? "" : ` (${rhoInterval(ci95)})`}`;
	const peak =
		tuned === null || tuned.pCorrected >= significance
			? ""
			: `, ${peakText(tuned)}`;
	return html`<figure><figcaption><b dir="auto">${name}</b> <span class="number">${facts}</span>${peak} <span class="muted">· ${countOf(n, "clip")}${coverage < 1 && ` of ${table.clips}`}${n > mostPoints && ", darker cells hold more"}${leftOut(attribute)}</span></figcaption>${scatter(
		{
			x,
			y,
			xScale: attribute.scale,
			xLabel: attribute.scale === "log" ? `${name}, logarithmic` : name,
			yLabel: "activation",
			...(tuning === null || bins === null
				? {}
				: {
						curve: Array.from(
							tuning.means,
							(mean, bin) => [bins.medians[bin] as number, mean] as const,
						),
					}),
			text: `Activation against ${name}, ${n} clips: Spearman's ${facts}${peak}.`,
		},
	)}</figure>`;
}

/** What was not counted: `; 153 clips with 0 left out`. */
function leftOut({ excluded, notNumbers }: NumericAttribute): string {
	const parts = excluded.map(
		({ value, clips }) =>
			`${countOf(clips, "clip")} with ${formatValue(value)} left out as missing`,
	);
	if (notNumbers > 0)
		parts.push(`${countOf(notNumbers, "clip")} without a number left out`);
	return parts.map((part) => `; ${part}`).join("");
}

function attributeTable(
	attributes: readonly AttributeAssociation[],
	{ attributes: known }: AttributeData,
): Html {
	return html`<details><summary>${attributes.length === 1 ? "The attribute" : `${attributes.length > mostRows ? `${mostRows} of ` : "All "}${attributes.length} numeric attributes`} as a table</summary><div class="scroll"><table class="plain rest"><thead><tr><th scope="col">Attribute</th><th scope="col">Clips</th><th scope="col">rho</th><th scope="col">95 % interval</th><th scope="col" title="Against shuffled clips, all attributes looked at">p</th><th scope="col" title="Attribute value with the highest mean activation">Highest at</th><th scope="col" title="Variance told by groups of the attribute">In groups</th><th scope="col" class="note">Note</th></tr></thead><tbody>${attributes
		.slice(0, mostRows)
		.map((association) =>
			attributeRow(association, known.get(association.attribute)?.attribute),
		)}</tbody></table></div>${attributes.length > mostRows && html`<p class="muted">and ${countOf(attributes.length - mostRows, "weaker attribute")}.</p>`}<p class="muted">rho: Spearman's rank correlation, ties at their mean rank. p: shuffled clips that reach it with any of the attributes. In groups: how much of the variance the attribute tells when it is cut into up to 20 equal groups, corrected for their number; larger than rho squared when the neuron answers to a band of values.</p></details>`;
}

function attributeRow(
	{
		attribute,
		n,
		rho,
		reason,
		ci95,
		pCorrected,
		tuning,
		labelBound,
	}: AttributeAssociation,
	column: NumericAttribute | undefined,
): Html {
	const note = [
		...(reason === undefined ? [] : [words(reason)]),
		...(labelBound ? ["differs only between labels"] : []),
		...(column === undefined || leftOut(column) === ""
			? []
			: [leftOut(column).slice(2)]),
	].join("; ");
	return html`<tr><th scope="row" dir="auto">${attribute}</th><td>${n}</td><td>${rho !== null && formatFixed(rho, 2)}</td><td>${ci95 !== null && rhoInterval(ci95)}</td><td>${pCorrected !== null && formatFixed(pCorrected, 3)}</td><td>${tuning !== null && formatValue(tuning.peak)}</td><td>${tuning !== null && formatPercent(Math.max(0, tuning.share))}</td>${note === "" ? html`<td></td>` : html`<td class="note">${note}</td>`}</tr>`;
}
