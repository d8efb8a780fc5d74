import { describe, expect, it } from "vitest";
import { valueBar } from "../../../src/analysis/report/charts.ts";
import { closedSetTable } from "../../../src/analysis/report/closed-set.ts";
import { sideTable } from "../../../src/analysis/report/exemplars.ts";
import {
	evidenceValue,
	failureBox,
} from "../../../src/analysis/report/failure.ts";
import { howToRead } from "../../../src/analysis/report/how-to-read.ts";
import type { Html } from "../../../src/analysis/report/html.ts";
import { inContextTable } from "../../../src/analysis/report/in-context.ts";
import { lastLayerSection } from "../../../src/analysis/report/last-layer-table.ts";
import { neuronRow } from "../../../src/analysis/report/layer-page.ts";
import { openSetList } from "../../../src/analysis/report/open-set.ts";
import {
	readSettings,
	withoutCredentials,
} from "../../../src/analysis/report/settings.ts";
import { calibratedList } from "../../../src/analysis/report/summaries.ts";
import { clipView, neuronView } from "./fixture.ts";

/** What is left to read, one element a line. */
function textOf({ text }: Html): string {
	return text
		.replace(/<svg.*?<\/svg>/g, "")
		.replace(/<\/(?:p|li|tr|td|th|dd|dt)>/g, "\n")
		.replace(/<[^>]*>/g, "")
		.replaceAll("&quot;", '"')
		.replace(/[ \u00A0]+/g, " ")
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line !== "")
		.join("\n");
}

describe("valueBar", () => {
	it("starts at zero and shows the marker", () => {
		expect(
			valueBar({
				value: -1,
				scale: { low: -1, high: 3 },
				marker: 2,
				tone: "low",
			}).text,
		).toBe(
			'<svg class="bar" viewBox="0 0 120 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="120" height="10"/><rect class="low" x="0" width="30" height="10"/><path class="zero" d="M30 0V10"/><path class="marker" d="M90 0V10"/></svg>',
		);
	});

	it("draws nothing for a value that is not finite", () => {
		const { text } = valueBar({
			value: Number.NaN,
			scale: { low: 0, high: 1 },
			tone: "high",
		});
		expect(text).toContain('<rect class="high" x="0" width="0"');
	});
});

describe("calibratedList", () => {
	it("shows struck sentences with the low sentence and the cosine that struck them", () => {
		const { calibrated } = neuronView();
		if (calibrated?.status !== "described") throw new Error("fixture");
		const list = calibratedList(calibrated.output, 5);
		expect(textOf(list)).toBe(
			`Rain falls steadily.
Kept · Cosine 0.188 with the low sentence A quiet flute plays. · said of 4 of 5 clips (1, 2, 3, 5)
The sound is quiet.
Struck · Cosine 0.625 with the low sentence A quiet flute plays. · said of 3 of 5 clips (2, 3, 4)`,
		);
		expect(list.text).toContain("<del>The sound is quiet.</del>");
		expect(list.text).not.toContain("<del>Rain");
	});

	it("says when there is no cosine and why", () => {
		const list = calibratedList(
			{
				status: "low_empty",
				threshold: 0.5,
				sentences: [
					{ text: "Rain.", kept: true, cosine: null, nearestLow: null },
					{ text: "Wind.", kept: true, cosine: null, nearestLow: "x" },
				],
				low: [],
			},
			5,
		);
		expect(textOf(list)).toBe(
			`Rain.
Kept · No low sentence to compare with
Wind.
Kept · Its cosine to the low sentences is undefined`,
		);
	});
});

describe("inContextTable", () => {
	const result = {
		method: "icl" as const,
		function: null,
		ranked: [
			{ concept: "rain", score: 0.75 },
			{ concept: "wind", score: null },
		],
		margin: null,
		noneFits: false,
		noneScore: 0.125,
		shortlist: null,
	};

	it("shows probabilities where there are any", () => {
		const text = textOf(inContextTable(result));
		expect(text).toContain("The language model says rain.");
		expect(text).toMatch(/1\s+rain\s+0\.750/);
		expect(text).toMatch(/2\s+wind\s+none/);
		expect(text).toContain("probability 0.125");
		expect(text).toContain("the whole concept set");
	});

	it("without probabilities there is no column for them; no concept fits is said", () => {
		const text = textOf(
			inContextTable({
				...result,
				ranked: [{ concept: "rain", score: null }],
				noneFits: true,
				noneScore: null,
				shortlist: ["rain", "wind"],
			}),
		);
		expect(text).toContain("No concept fits, says the language model.");
		expect(text).not.toMatch(/probability/i);
		expect(text).toContain("the 2 concepts nearest to the summary");
	});
});

describe("lastLayerSection", () => {
	const score = {
		value: 0.5,
		nValid: 4,
		nFailed: 1,
		ci95: [0.25, 0.75],
		null: { value: 0.125 },
	};
	const row = { top1: score, top5: score, cosine: score, reason: null };
	const table = {
		layer: "classifier",
		units: 5,
		concepts: 7,
		rows: [
			{ ...row, method: "db", function: "cos-cubed" },
			{
				method: "tab",
				function: "rank-reorder",
				top1: null,
				top5: null,
				cosine: null,
				reason: "few_clips",
			},
		],
		absent: [{ method: "icl", why: "no model" }],
	};

	it("has a line for each method, and why there is none", () => {
		const section = lastLayerSection({ "last-layer-table": table });
		if (section === false) throw new Error("no section");
		const text = textOf(section).replaceAll("\u00a0", " ");
		expect(text).toMatch(
			/DB\s+cos-cubed\s+50\.0 % \(25\.0 % to 75\.0 %; 12\.5 %\)/,
		);
		expect(text).toMatch(/4 \(1 failed\)/);
		expect(text).toMatch(/TAB\s+rank-reorder\s+no accuracy: few clips/);
		expect(text).toContain("No ICL: no model.");
		expect(text).not.toContain("of 4 units");
	});

	it("says where the cosine is of fewer units than the other columns", () => {
		const fewer = { ...score, nValid: 1, nFailed: 4 };
		const section = lastLayerSection({
			"last-layer-table": {
				...table,
				rows: [{ ...table.rows[0], cosine: fewer }],
			},
		});
		if (section === false) throw new Error("no section");
		expect(textOf(section)).toContain("0.50 (0.13) of 1 unit");
	});

	it("is not there without a table, or with one of another shape", () => {
		expect(lastLayerSection({})).toBe(false);
		expect(lastLayerSection({ "last-layer-table": { rows: 3 } })).toBe(false);
	});
});

describe("closedSetTable", () => {
	const result = {
		method: "db" as const,
		function: "cosine" as const,
		ranked: [{ concept: "rain", score: 0.25 }],
		margin: null,
		null: { permutations: 0, seed: 0, p95: null },
		aboveNull: null,
	};

	it("says why there is no margin and no null", () => {
		expect(textOf(closedSetTable(result))).toBe(
			`Best concept: rain. There is no null to compare with (0 permutations).
The best 1 concepts, best first#
Concept
Score
Score as a bar
1
rain
0.250
Compared with
the captions of the clips
Similarity
cosine
Margin to the second
none: there is only one concept
Null, 95th percentile
not computed: 0 permutations`,
		);
	});

	it("shows minus infinity behind the finite scores, without a margin to it, and the factors in the softmaxes", () => {
		const text = textOf(
			closedSetTable({
				...result,
				function: "wpmi",
				ranked: [...result.ranked, { concept: "wind", score: null }],
				softmaxFactors: { conceptScores: 100, similarity: 2 },
			}),
		);
		expect(text).toContain("2\nwind\n−∞\n");
		expect(text).toContain(
			"none: there is only one concept with a finite score",
		);
		expect(text).toContain(
			"Softmax over the concepts\nof 100 × the cosine, then of 2 × the concept score",
		);
	});

	it("says that no concept fits and still ranks them", () => {
		const text = textOf(
			closedSetTable({
				...result,
				null: { permutations: 200, seed: 7, p95: 0.375 },
				aboveNull: false,
			}),
		);
		expect(text).toContain(
			"No concept fits. The best, rain, scores no more than chance does (0.250 against 0.375).",
		);
		expect(text).toContain("1\nrain\n0.250");
		expect(text).toContain(
			"0.375 (the line across the bars; best score over 200 clip permutations, seed 7)",
		);
	});
});

describe("openSetList", () => {
	it("marks adjectives in words, acoustic first, with support", () => {
		const { openSet } = neuronView();
		if (openSet?.status !== "described") throw new Error("fixture");
		expect(textOf(openSetList(openSet.output, 5))).toBe(
			`Adjectives
♪ steady 4 acoustic
? wet 1 unjudged
× wooden 2 not acoustic
Nouns
rain 5
Verbs
fall 4
Prepositions
on 3
Negated
¬ speech said to be absent
The number is the support: how many of the 5 high clips have a caption with the word. Calibrated summary: 3 words.`,
		);
	});
});

describe("sideTable", () => {
	it("plays a clip, or says why it cannot", () => {
		const clip = clipView({ label: null, captions: ["One.", "Two."] });
		const table = (audio: { href: string } | { missing: string }): Html =>
			sideTable(
				"high",
				[{ rank: 1, activation: 2.5, clip }],
				{ low: 0, high: 3 },
				{ audioOf: () => audio },
			);
		expect(table({ href: "../../clips/ab.flac" }).text).toContain(
			'<audio controls preload="none" src="../../clips/ab.flac" aria-label="high clip 1, clips/rain-01.flac"></audio>',
		);
		expect(textOf(table({ missing: "the file has changed" }))).toContain(
			`2.500
no labelOne.
1 more captionTwo.
No audio: the file has changed`,
		);
	});

	it("says how much of a clip was padding, when something was and it is known", () => {
		const table = (padding: number | null): string =>
			textOf(
				sideTable(
					"low",
					[{ rank: 1, activation: 2.5, clip: clipView() }],
					{ low: 0, high: 3 },
					{
						audioOf: () => ({ missing: "gone" }),
						paddingOf: () => padding,
					},
				),
			);
		expect(table(0.9333)).toMatch(
			/93\.3\s% of what the network heard is padding/,
		);
		for (const padding of [0, null])
			expect(table(padding)).not.toContain("padding");
	});
});

describe("the caption of an exemplar", () => {
	const source = {
		provider: "openai",
		model: "<b>hears</b>",
		baseUrl: "http://localhost:1/v1",
		promptHash: "0123456789abcdef",
		sample: 0,
	};
	const row = (captionSources: Parameters<typeof clipView>[0]) =>
		sideTable(
			"high",
			[{ rank: 1, activation: 2.5, clip: clipView(captionSources) }],
			{ low: 0, high: 3 },
			{ audioOf: () => ({ missing: "gone" }) },
		);

	it("by a model names it and its prompt; by hand it says nothing", () => {
		const table = row({ captionSources: [source] });
		expect(textOf(table)).toContain(
			"Caption by openai/&lt;b&gt;hears&lt;/b&gt;, prompt 0123456789ab",
		);
		expect(table.text).not.toContain("<b>");
		for (const captionSources of [null, [null]])
			expect(row({ captionSources }).text).not.toContain("Caption by");
		expect(row({}).text).not.toContain("Caption by");
	});
});

describe("failureBox", () => {
	it("shows message, next step, code and every piece of evidence", () => {
		expect(
			textOf(
				failureBox("summarize", {
					name: "LanguageModelError",
					code: "reply_truncated",
					message: "the reply was cut after 1024 tokens",
					hint: "Raise languageModel.maxOutputTokens.",
					evidence: {
						http_status: 200,
						raw_text: "{",
						usage: { input: 10, output: 1024 },
						url: "https://me:secret@host/v1?key=secret",
					},
				}),
			),
		).toBe(
			`summarize failed. the reply was cut after 1024 tokens
Next step: Raise languageModel.maxOutputTokens.
Error
LanguageModelError reply_truncated
http status
200
raw text
{
usage
input 10, output 1024
url
https://host/v1`,
		);
	});

	it("puts long or nested evidence into a block", () => {
		expect(evidenceValue({ a: [1] }).text).toContain("<pre");
		expect(evidenceValue("x".repeat(81)).text).toContain("<pre");
		expect(evidenceValue("").text).toBe('<span class="muted">empty</span>');
	});
});

describe("neuronRow", () => {
	it("holds unit, description, concept, score, acoustic adjectives, status", () => {
		const row = neuronRow(
			{
				name: "fc",
				units: 18,
				pooling: "mean",
				folder: "layers/01-fc",
				position: 0,
				hasPage: () => true,
			},
			neuronView(),
			new Set(["closed-set", "summary-calibration"]),
			1,
		);
		expect(textOf(row)).toBe(
			`#17
Rain falls steadily.
rain
0.613
steady
calibrated`,
		);
		expect(row.text).toContain('data-state="calibrated" data-fits="yes"');
		expect(row.text).toContain('data-value="0.6125"');
	});
});

describe("readSettings", () => {
	it("labels the describer", () => {
		const name = (languageModel: Record<string, string>): string =>
			readSettings({ languageModel }).describer.name;
		expect(name({ provider: "none" })).toBe("extractive, no language model");
		expect(name({ provider: "anthropic", model: "claude" })).toBe(
			"claude (anthropic)",
		);
		expect(
			name({
				provider: "openai",
				model: "qwen",
				baseUrl: "http://me:key@localhost:8080/v1",
			}),
		).toBe("qwen (openai at http://localhost:8080/v1)");
	});

	it("does not guess what a config of another shape says", () => {
		expect(readSettings("nonsense").describer).toEqual({
			languageModel: null,
			name: "not stated by the run",
		});
		expect(readSettings({ exemplars: { count: "5" } }).exemplarCount).toBe(
			null,
		);
		expect(readSettings({ modules: ["closed-set"] }).modules).toEqual(
			new Set(["closed-set"]),
		);
	});

	it("keeps credentials out of URLs", () => {
		expect(withoutCredentials('"https://u:p@h/x?k=1#f" and a@b.c?d')).toBe(
			'"https://h/x#f" and a@b.c?d',
		);
	});
});

describe("howToRead", () => {
	it("says of the closed set what the run did: compare activations, or ask a language model", () => {
		const of = (method: string): string =>
			textOf(howToRead(readSettings({ closedSet: { method } })));
		expect(of("db")).toContain("beats the neuron's own null");
		expect(of("icl")).toContain(
			"The concept of the given list that a language model names for what the high clips share",
		);
		expect(of("icl")).not.toContain("null");
	});
});

describe("spellings of one word", () => {
	it("are one entry of the open-set list", () => {
		const text = textOf(
			openSetList(
				{
					adjectives: [
						{ lemma: "high pitched", support: 1, acoustic: "yes" },
						{ lemma: "high-pitched", support: 4, acoustic: "yes" },
					],
					nouns: [
						{ lemma: "drum beat", support: 2 },
						{ lemma: "drum-beat", support: 2 },
					],
					verbs: [],
					prepositions: [],
					negated: [],
					captionLength: 4,
					description: null,
				},
				5,
			),
		);
		expect(text).toContain("high-pitched also high pitched 4 acoustic");
		expect(text).toContain("drum beat also drum-beat 2");
	});
});

describe("readSettings, of the method", () => {
	it("names preset, calibration and triage, and says nothing where there is nothing to say", () => {
		expect(
			readSettings({
				preset: "paper",
				summaryCalibration: { method: "embeddings", threshold: 0.9 },
				triage: {
					enabled: true,
					minimumFiringRate: 0.07,
					minimumClarity: 0.55,
				},
			}),
		).toMatchObject({
			preset: "paper",
			calibration: "cosine above 0.9",
			triage:
				"captions of the high clips at least as alike as those of 55 % of random sets, above 0 for at least 7 % of the clips",
		});
		expect(
			readSettings({
				preset: "default",
				summaryCalibration: { method: "model", threshold: 0.5 },
				triage: {
					enabled: false,
					minimumFiringRate: 0,
					minimumClarity: 0.95,
				},
			}),
		).toMatchObject({
			preset: null,
			calibration: "by the language model",
			triage: null,
		});
		expect(readSettings({})).toMatchObject({
			preset: null,
			calibration: null,
			triage: null,
		});
	});

	it("auto: triage was on where a language model wrote the summaries", () => {
		const triage = {
			enabled: "auto",
			clarity: "audio",
			minimumFiringRate: 0,
			minimumClarity: 0.5,
		};
		const languageModel = { provider: "openai", model: "a" };
		expect(readSettings({ triage, languageModel }).triage).toBe(
			"sounds of the high clips at least as alike as those of 50 % of random sets",
		);
		for (const resolved of [
			{ triage, languageModel: { provider: "none" } },
			{
				triage,
				languageModel: {
					...languageModel,
					modules: { summarize: { provider: "none" } },
				},
			},
			{ triage, languageModel, modules: ["closed-set"] },
			{ triage },
			{ triage: { ...triage, enabled: false }, languageModel },
		])
			expect(readSettings(resolved).triage).toBeNull();
	});
});
