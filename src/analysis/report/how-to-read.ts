/** How to read the report, in the words its pages use. */
import { capitalised } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { Settings } from "./settings.ts";
import { stateWords } from "./verdict.ts";

/** The section of the start page. */
export function howToRead(settings: Settings): Html {
	const { describer, exemplarCount, closedSet } = settings;
	const shown = exemplarCount === null ? "a few" : String(exemplarCount);
	return html`<section aria-labelledby="reading"><h2 id="reading">How to read this report</h2><div class="prose">
<p>A neuron is a unit of a layer, written <code>layer#unit</code>. Every clip of the probe set went through the network; the neuron's activation for a clip is one number. The ${shown} clips with the largest values are its <b class="high-word">high clips</b>, the ${shown} with the smallest its <b class="low-word">low clips</b>: listen to both before you believe a description.</p>
<dl>
<div><dt>Closed-set concept</dt><dd>${
		closedSet === "icl"
			? html`The concept of the given list that a language model names for what the high clips share; it has not seen the activations. When it says that none does, <em>no concept fits</em>.`
			: html`The concept of the given list whose scores over all clips run most like the neuron's activations. It counts only when it beats the neuron's own <em>null</em>: the 95th percentile of the best score when the clips are shuffled. Below that, <em>no concept fits</em>; about 5 % of neurons that listen to nothing pass it by luck.`
	}</dd></div>
<div><dt>Description</dt><dd>One sentence of what the high clips share: of those that survive calibration, the one most like the captions of the high clips and least like those of the low clips. ${
		describer.languageModel === false
			? html`It was put together from the clips' own captions, by support and similarity, <strong>without a language model</strong>.`
			: describer.languageModel === null
				? html`Who wrote it is not stated by the run.`
				: html`It was written by a language model, <strong>${describer.name}</strong>, from the captions alone: it has not heard the clips.`
	}</dd></div>
<div><dt>Calibrated</dt><dd>What the low clips share too says nothing about the neuron: a high sentence too close to a low sentence is struck, and shown <del>crossed out</del> with the cosine. <em>${capitalised(stateWords.nothing_distinguishes.label)}</em>: ${stateWords.nothing_distinguishes.meaning}. <em>${capitalised(stateWords.high_empty.label)}</em>: ${stateWords.high_empty.meaning}. <em>${capitalised(stateWords.low_empty.label)}</em>: ${stateWords.low_empty.meaning}.</dd></div>
<div><dt>Open-set concepts</dt><dd>Words of the surviving sentences. An adjective is marked acoustic, not acoustic, or unjudged when the filter does not know it. <em>Support</em> is the number of high clips whose caption has the word.</dd></div>
<div><dt>Activation by label, against attributes</dt><dd>Computed from all clips, not from the exemplars, and from no caption. A label's interval is Student's t over its clips (over its source recordings when the probe set names them). <em>rho</em> is Spearman's rank correlation: a slope. A neuron that answers to a <em>band</em> of values in the middle has a rho near 0; the line through the dots, the mean over up to 20 equal groups of clips, shows it, and <em>highest around</em> says where. Attributes are ranked by what they surely tell: the end of the interval nearest to 0, squared, or the share that the groups tell. A value that stands for "none", such as 0 Hz, is left out and the page says so.</dd></div>
<div><dt>Left out, skipped, failed</dt><dd>${capitalised(stateWords.left_out.label)}: ${stateWords.left_out.meaning}. ${capitalised(stateWords.skipped.label)}: ${stateWords.skipped.meaning}. ${capitalised(stateWords.failed.label)}: ${stateWords.failed.meaning}. None of these counts as a description.</dd></div>
</dl>
<p>A description says what a neuron responds to among these clips. It does not show that the network uses the neuron for that.</p></div></section>`;
}
