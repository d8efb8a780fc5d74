/** A neuron's mean activation by label. */
import type {
	LabelMean,
	NeuronStatistics,
} from "../activations/statistics-types.ts";
import { countOf, formatFixed, formatPercent } from "./format.ts";
import { type Html, html } from "./html.ts";
import {
	formatMeans,
	interval,
	isNamed,
	preferenceOf,
	preferenceText,
} from "./preference.ts";
import { words } from "./verdict.ts";

/** Labels shown with a picture: the highest, and the lowest. The others are a plain table. */
const shownHighest = 8;
const shownLowest = 3;
/** Labels of the plain table. */
const mostRows = 200;

/** The section; `className`: the output unit's name. */
export function labelSection(
	statistics: NeuronStatistics,
	className: string | null,
): Html {
	const { labels } = statistics;
	const preference = preferenceOf(statistics, className);
	return html`<section aria-labelledby="labels"><h2 id="labels">Activation by label</h2>${
		labels.length === 0
			? html`<p class="muted">No clip of the probe set has a label.</p>`
			: html`${preference !== null && html`<p class="answer named">${preferenceText(preference)}.</p>`}<p class="answer">${shareText(statistics)}</p>${labelTable(labels, className)}`
	}</section>`;
}

function shareText({ labelShare, labels }: NeuronStatistics): Html {
	if (!("value" in labelShare))
		return html`<span class="muted">Share of the variance between labels: not defined (${words(labelShare.reason)}).</span>`;
	const { value, n, p } = labelShare;
	return html`The ${countOf(labels.length, "label")} tell <strong>${formatPercent(value)}</strong> of its variance over ${countOf(n, "clip")} <span class="muted">(eta squared; labels shuffled over ${words(labelShare.null.of)}: ${formatPercent(labelShare.null.mean)} on average, 95 in 100 below ${formatPercent(labelShare.null.p95)}; p ${formatFixed(p, 3)}).</span>`;
}

function labelTable(
	labels: readonly LabelMean[],
	className: string | null,
): Html {
	const own = (label: LabelMean): boolean =>
		className !== null && isNamed(label.label, className);
	const few = labels.length <= shownHighest + shownLowest + 1;
	const shown = few
		? labels
		: labels.filter(
				(label, index) =>
					index < shownHighest ||
					index >= labels.length - shownLowest ||
					own(label),
			);
	const rest = labels.filter((label) => !shown.includes(label));
	const scale = scaleOf(shown);
	const format = formatMeans(labels);
	let last = -1;
	const rows = shown.map((label) => {
		const place = labels.indexOf(label);
		const between = place - last - 1;
		last = place;
		return html`${between > 0 && html`<tr class="gap"><td colspan="5">${countOf(between, "label")} between</td></tr>`}${pictureRow(label, own(label), scale, format)}`;
	});
	return html`<div class="scroll"><table class="concepts labels"><caption class="visually-hidden">Mean activation by label, highest first</caption><thead><tr><th scope="col">Label</th><th scope="col">Mean</th><th scope="col">95 % interval</th><th scope="col">Clips</th><th scope="col"><span class="visually-hidden">Mean and interval as a picture</span></th></tr></thead><tbody>${rows}</tbody></table></div>${
		!few &&
		html`<details><summary>The other ${countOf(rest.length, "label")}</summary><div class="scroll"><table class="plain rest"><thead><tr><th scope="col">Label</th><th scope="col">Mean</th><th scope="col">95 % interval</th><th scope="col">Clips</th></tr></thead><tbody>${rest
			.slice(0, mostRows)
			.map(
				(label) =>
					html`<tr><th scope="row" dir="auto">${label.label}</th>${cells(label, format)}</tr>`,
			)}</tbody></table></div>${rest.length > mostRows && html`<p class="muted">and ${countOf(rest.length - mostRows, "label")} below these.</p>`}</details>`
	}`;
}

function cells(label: LabelMean, format: (value: number) => string): Html {
	return html`<td>${format(label.mean)}</td><td>${
		label.ci95 === null
			? html`<span class="muted">${words(label.reason ?? "")}</span>`
			: interval(label.ci95, format)
	}</td><td>${label.n}${label.sources < label.n && html` <span class="muted">(${countOf(label.sources, "source")})</span>`}</td>`;
}

type Scale = { readonly low: number; readonly high: number };

/** Holds zero, every mean and every interval. */
function scaleOf(labels: readonly LabelMean[]): Scale {
	const values = labels.flatMap(({ mean, ci95 }) => [mean, ...(ci95 ?? [])]);
	return { low: Math.min(0, ...values), high: Math.max(0, ...values) };
}

const width = 200;

function pictureRow(
	label: LabelMean,
	own: boolean,
	scale: Scale,
	format: (value: number) => string,
): Html {
	const span = scale.high - scale.low || 1;
	const at = (value: number): number =>
		Math.round(4 + ((value - scale.low) / span) * (width - 8));
	const [from, to] = label.ci95 ?? [label.mean, label.mean];
	return html`<tr${own && html` class="own"`}><th scope="row"><span dir="auto">${label.label}</span>${own && html` <span class="tag">its class</span>`}</th>${cells(label, format)}<td><svg class="range" viewBox="0 0 ${width} 12" preserveAspectRatio="none" aria-hidden="true"><path class="zero" d="M${at(0)} 0V12"/><path class="span" d="M${at(from)} 6H${at(to)}"/><path class="mean" d="M${at(label.mean)} 6h0"/></svg></td></tr>`;
}
