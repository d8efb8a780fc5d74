/** The start page's sections about the run: what was dissected, what was left out, how long it took, where it comes from. */
import { z } from "zod";
import type { Json } from "../../shared/hash.ts";
import type { ClipWarning, ExcludedClip } from "../../types.ts";
import { valueBar } from "./charts.ts";
import type { ReportContext } from "./context.ts";
import { countOf, formatCount, formatDuration } from "./format.ts";
import { type Html, html } from "./html.ts";
import { withoutCredentials } from "./settings.ts";
import { words } from "./verdict.ts";

/** Clips listed by name; the rest are counted by reason. */
const listedClips = 500;

/** Network, probe set, concept set, describer. `modelWarnings`: what the language models cannot do, see `quizWarnings`. */
export function dissectedSection(
	{ run, settings, layers }: ReportContext,
	modelWarnings: readonly string[],
): Html {
	const { probeSet } = run;
	const { describer } = settings;
	return html`<section aria-labelledby="dissected"><h2 id="dissected">What was dissected</h2><dl class="facts">
<dt>Target network</dt><dd dir="auto">${run.network.name}, ${countOf(layers.length, "layer")}</dd>
<dt>Probe set</dt><dd dir="auto">${probeSet.name}: ${countOf(probeSet.clips, "clip")} used, ${
		probeSet.excluded.length === 0
			? "none excluded"
			: html`<a href="#excluded">${formatCount(probeSet.excluded.length)} excluded</a>`
	}</dd>
<dt>Concept set</dt><dd dir="auto">${run.conceptSet.name}</dd>
<dt>Describer</dt><dd>${
		describer.languageModel === false
			? html`<strong>extractive, no language model</strong>: sentences are put together from the captions themselves`
			: html`<strong>${describer.name}</strong>`
	}</dd>
${modelWarnings.length > 0 && html`<dt>What the model cannot do</dt><dd><ul>${modelWarnings.map((warning) => html`<li>${warning}</li>`)}</ul></dd>`}
${settings.embeddings !== null && html`<dt>Embeddings</dt><dd>${settings.embeddings}</dd>`}
<dt>Exemplars</dt><dd>${settings.exemplarCount === null ? "not stated by the run" : `${settings.exemplarCount} high and ${settings.exemplarCount} low clips per neuron`}</dd>
${settings.preset !== null && html`<dt>Preset</dt><dd>${settings.preset}</dd>`}
${settings.calibration !== null && html`<dt>Calibration</dt><dd>${settings.calibration}</dd>`}
${settings.triage !== null && html`<dt>Triage</dt><dd>${settings.triage}</dd>`}
${run.neurons !== null && html`<dt>Neurons asked for</dt><dd><code>${JSON.stringify(run.neurons)}</code></dd>`}
</dl></section>`;
}

/** Excluded clips and warnings by reason, then by name; nothing when there are none. */
export function clipProblemsSection({ run }: ReportContext): Html | false {
	const { excluded, warnings } = run.probeSet;
	if (excluded.length === 0 && warnings.length === 0) return false;
	return html`<section aria-labelledby="excluded"><h2 id="excluded">Clips left out or odd</h2>${
		excluded.length > 0 &&
		html`<h3>${countOf(excluded.length, "excluded clip")}</h3>${problemList(excluded)}`
	}${
		warnings.length > 0 &&
		html`<h3>${countOf(warnings.length, "warning")}, clips kept</h3>${problemList(warnings)}`
	}</section>`;
}

function problemList(problems: readonly (ExcludedClip | ClipWarning)[]): Html {
	const counts = new Map<string, number>();
	for (const { code } of problems)
		counts.set(code, (counts.get(code) ?? 0) + 1);
	const rest = problems.length - listedClips;
	return html`<ul class="legend">${[...counts].map(([code, count]) => html`<li>${words(code)}: <b>${formatCount(count)}</b></li>`)}</ul><details${problems.length <= 10 && html` open`}><summary>Clip by clip</summary><div class="scroll"><table class="plain"><thead><tr><th scope="col">Clip</th><th scope="col">Reason</th><th scope="col">Message</th></tr></thead><tbody>${problems
		.slice(0, listedClips)
		.map(
			({ id, code, message }) =>
				html`<tr><th scope="row" dir="auto">${id}</th><td><code>${code}</code></td><td dir="auto">${message}</td></tr>`,
		)}</tbody></table></div>${rest > 0 && html`<p class="muted">and ${countOf(rest, "more", "more")}.</p>`}</details>`;
}

const timingsSchema = z.record(z.string(), z.number().nonnegative());

/** The stages as the method runs them; the store keeps them by name. */
const stageOrder = [
	"record",
	"exemplars",
	"llm-check",
	"summarize",
	"closed-set",
	"summary-calibration",
	"open-set-extraction",
];

function inOrder(
	stages: readonly (readonly [string, number])[],
): readonly (readonly [string, number])[] {
	const place = (stage: string): number => {
		const index = stageOrder.indexOf(stage);
		return index === -1 ? stageOrder.length : index;
	};
	return [...stages].sort(([a], [b]) => place(a) - place(b));
}

/** Time per stage, from the run's timings (seconds by stage). */
export function timeSection({ run }: ReportContext): Html {
	const parsed = timingsSchema.safeParse(run.timings);
	const stages = inOrder(parsed.success ? Object.entries(parsed.data) : []);
	const longest = Math.max(0, ...stages.map(([, time]) => time));
	return html`<section aria-labelledby="time"><h2 id="time">Time per stage</h2>${
		stages.length === 0
			? html`<p class="muted">${run.timings === null ? "The run has not ended, so it has no times yet." : "The run states no times."}</p>`
			: html`<table class="concepts times"><caption class="visually-hidden">Time per stage</caption><thead><tr><th scope="col">Stage</th><th scope="col" class="number">Time</th><th scope="col"><span class="visually-hidden">Time as a bar</span></th></tr></thead><tbody>${stages.map(
					([stage, time]) =>
						html`<tr><th scope="row">${stage}</th><td class="number">${formatDuration(time * 1000)}</td><td>${valueBar({ value: time, scale: { low: 0, high: longest }, tone: "score" })}</td></tr>`,
				)}</tbody></table>`
	}</section>`;
}

/** Hashes, seeds, version, config. */
export function provenanceSection({ run }: ReportContext): Html {
	const hash = (value: string): Html =>
		html`<code class="hash">${value}</code>`;
	return html`<section aria-labelledby="provenance"><h2 id="provenance">Provenance</h2><dl class="facts">
<dt>Run</dt><dd>${hash(run.id)} ${run.tags.map((tag) => html`<span class="tag">${tag}</span> `)}<span class="muted">${run.status}</span></dd>
${run.source !== null && html`<dt>Recalibrated from</dt><dd>${hash(run.source)} <span class="muted">its summaries, at another threshold</span></dd>`}
<dt>Run key</dt><dd>${hash(run.key)}</dd>
<dt>Tool</dt><dd>audio-dissect ${run.toolVersion}</dd>
<dt>Network file (SHA-256)</dt><dd>${hash(run.network.hash)}</dd>
<dt>Probe set</dt><dd>${hash(run.probeSet.hash)}</dd>
<dt>Concept set</dt><dd>${hash(run.conceptSet.hash)}</dd>
<dt>Recording</dt><dd>${hash(run.recording.id)}</dd>
<dt>Seeds</dt><dd><code>${JSON.stringify(run.seeds)}</code></dd>
</dl>${jsonDetails("Config as resolved", run.resolved)}${jsonDetails("Config as passed", run.asPassed)}${jsonDetails("Network descriptor", run.network.descriptor)}</section>`;
}

function jsonDetails(title: string, value: Json): Html {
	return html`<details><summary>${title}</summary><pre tabindex="0">${withoutCredentials(JSON.stringify(value, null, 2))}</pre></details>`;
}
