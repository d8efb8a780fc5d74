/** The exemplars of a neuron: what it heard when it was loudest and when it was quietest. */

import type { Trace } from "../../recordings/traces/read-traces.ts";
import type { CaptionSource, Side } from "../../types.ts";
import { type Scale, scaleOf, valueBar } from "./charts.ts";
import { countOf, formatActivation, formatPercent } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { ClipView, ExemplarView } from "./source.ts";
import { traceFigure } from "./trace.ts";

/** Where the page finds a clip's audio, or why it cannot. */
export type ClipAudio =
	| { readonly href: string }
	| { readonly missing: string };
export type AudioOf = (clip: ClipView) => ClipAudio;
/** The recorded course of the neuron on a clip; undefined when there is none. */
export type TraceOf = (clip: ClipView) => Trace | undefined;
/** Share of the clip's input that is padding, in [0, 1); null: not known. */
export type PaddingOf = (clip: ClipView) => number | null;

const sides: Readonly<
	Record<Side, { readonly title: string; readonly note: string }>
> = {
	high: { title: "High clips", note: "highest activation first" },
	low: { title: "Low clips", note: "lowest activation first" },
};

/** Both sides; their bars share one scale. */
export function exemplarSection(options: {
	readonly high: readonly ExemplarView[];
	readonly low: readonly ExemplarView[];
	readonly audioOf: AudioOf;
	readonly traceOf?: TraceOf | undefined;
	readonly paddingOf?: PaddingOf | undefined;
}): Html {
	const { high, low, ...about } = options;
	const scale = scaleOf([...high, ...low].map(({ activation }) => activation));
	return html`<section aria-labelledby="exemplars"><h2 id="exemplars">Exemplars</h2><div class="pair">${sideTable("high", high, scale, about)}${sideTable("low", low, scale, about)}</div></section>`;
}

/** One side as a table. */
export function sideTable(
	side: Side,
	exemplars: readonly ExemplarView[],
	scale: Scale,
	about: {
		readonly audioOf: AudioOf;
		readonly traceOf?: TraceOf | undefined;
		readonly paddingOf?: PaddingOf | undefined;
	},
): Html {
	const { title, note } = sides[side];
	if (exemplars.length === 0)
		return html`<div><h3>${title}</h3><p class="muted">No clips were ranked on this side.</p></div>`;
	return html`<table class="exemplars ${side}"><caption>${title} <span class="muted">${note}</span></caption><thead><tr><th scope="col"><abbr title="Rank">#</abbr></th><th scope="col">Activation</th><th scope="col">Clip</th></tr></thead><tbody>${exemplars.map(
		(exemplar) =>
			exemplarRow(side, exemplar, scale, {
				audio: about.audioOf(exemplar.clip),
				trace: about.traceOf?.(exemplar.clip),
				padding: about.paddingOf?.(exemplar.clip) ?? null,
			}),
	)}</tbody></table>`;
}

function exemplarRow(
	side: Side,
	{ rank, activation, clip }: ExemplarView,
	scale: Scale,
	{
		audio,
		trace,
		padding,
	}: {
		readonly audio: ClipAudio;
		readonly trace: Trace | undefined;
		readonly padding: number | null;
	},
): Html {
	const [caption, ...others] = clip.captions;
	const source = clip.captionSources?.[0] ?? null;
	return html`<tr><th scope="row">${rank}</th><td class="number">${formatActivation(activation)}${valueBar({ value: activation, scale, tone: side })}</td><td>${
		clip.label === null
			? html`<span class="tag none">no label</span>`
			: html`<span class="tag" dir="auto">${clip.label}</span>`
	}<p class="caption" dir="auto">${caption ?? "no caption"}</p>${source !== null && captionedBy(source)}${
		others.length > 0 &&
		html`<details><summary>${countOf(others.length, "more caption")}</summary><ul>${others.map((other) => html`<li dir="auto">${other}</li>`)}</ul></details>`
	}${
		"href" in audio
			? html`<audio controls preload="none" src="${audio.href}" aria-label="${side} clip ${rank}, ${clip.id}"></audio>`
			: html`<p class="missing">No audio: ${audio.missing}</p>`
	}${trace !== undefined && traceFigure(trace)}${padding !== null && padding > 0 && paddingNote(padding)}<span class="id" dir="auto">${clip.id}</span></td></tr>`;
}

function paddingNote(share: number): Html {
	return html`<p class="muted">${formatPercent(share)} of what the network heard is padding</p>`;
}

/** Who wrote the caption that is shown; nothing is said of one written by hand. */
function captionedBy({ provider, model, promptHash }: CaptionSource): Html {
	return html`<p class="muted">Caption by <span dir="auto">${provider}/${model}</span>, prompt ${promptHash.slice(0, 12)}</p>`;
}
