/** Summaries, calibrations and predictions as the published AND code writes them (its summaries/ and closed_concept_identification/ folders). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { importAndFiles } from "../../../../src/recordings/import/and/import-and.ts";

const folder = mkdtempSync(join(tmpdir(), "import-and-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: unknown): string {
	const path = join(folder, name);
	writeFileSync(path, JSON.stringify(content));
	return path;
}

const summary = (neuron: string, type: string, text: string) => {
	const [layer, unit] = neuron.split("#");
	return {
		summary: text,
		inputs: ["A dog barks."],
		target_layer: layer,
		neuron_id: Number(unit),
		neuron_label: "None",
		audio_labels: ["dog"],
		discriminative_type: type,
	};
};

const high = write("ast_esc50_esc50_highly_top5.json", [
	summary("layer0_output#3", "highly", "1. All of them bark.\n2. Loud."),
	summary("fc#0", "highly", "Dogs."),
]);
const low = write("ast_esc50_esc50_lowly_top5.json", [
	summary("fc#0", "lowly", ""),
	summary("fc#1", "lowly", "Rain."),
]);
const calibration = write("calibration_ast_esc50_esc50_top5.json", {
	"fc#0": {
		highly: ["All of the clips feature a dog."],
		lowly: [],
		adj_after_rbf: ["loud", "brown"],
		adj_after_rbf_llmf: ["loud"],
		verbs: ["feature"],
		preps: ["of"],
		nouns: ["clips", "dog"],
		caption_len: 8,
	},
});
const removal = write("removal_ast_esc50_esc50_top5.json", {
	"fc#1": { highly: ["It rains."], lowly: ["It does not rain at all."] },
});
const byDescription = write("db-ast-esc50-top5.json", {
	"fc#0": {
		cos_similarity_cubed: { gt: "dog", prediction: ["dog", "hen"] },
		soft_wpmi: { gt: "dog", prediction: ["cat"] },
	},
});
const inContext = write("ast_esc50_esc50_5_5.json", [
	{
		response: "Answer: dog, hen",
		target_layer: "fc",
		neuron_id: 0,
		neuron_label: "dog",
	},
]);

describe("results of the AND code", () => {
	it("become lines of JSON in our field names", async () => {
		const output = join(folder, "out");
		const result = await importAndFiles({
			summaries: [high, low],
			calibrations: [calibration, removal],
			predictions: [byDescription, inContext],
			output,
		});
		expect(result).toMatchObject({
			clips: 0,
			summaries: 3,
			calibrations: 2,
			predictions: 3,
			files: ["summaries", "calibrations", "predictions"].map((name) =>
				join(output, `${name}.jsonl`),
			),
		});
		const lines = (name: string): unknown[] =>
			readFileSync(join(output, `${name}.jsonl`), "utf8")
				.trimEnd()
				.split("\n")
				.map((line) => JSON.parse(line));
		expect(lines("summaries")).toEqual([
			{
				layer: "layer0_output",
				unit: 3,
				summaryHigh: "1. All of them bark.\n2. Loud.",
				summaryLow: null,
			},
			// An empty reply is a reply; a missing one is null.
			{ layer: "fc", unit: 0, summaryHigh: "Dogs.", summaryLow: "" },
			{ layer: "fc", unit: 1, summaryHigh: null, summaryLow: "Rain." },
		]);
		const kept = (text: string) => ({ text, kept: true, cosine: null });
		expect(lines("calibrations")).toEqual([
			{
				layer: "fc",
				unit: 0,
				calibrated: {
					sentences: [kept("All of the clips feature a dog.")],
					low: [],
				},
				openSet: {
					adjectives: ["loud", "brown"],
					acousticAdjectives: ["loud"],
					nouns: ["clips", "dog"],
					verbs: ["feature"],
					prepositions: ["of"],
					captionLength: 8,
				},
			},
			{
				layer: "fc",
				unit: 1,
				calibrated: {
					sentences: [kept("It rains.")],
					low: ["It does not rain at all."],
				},
				openSet: null,
			},
		]);
		const ranked = (...concepts: string[]) =>
			concepts.map((concept) => ({ concept, score: null }));
		expect(lines("predictions")).toEqual(
			[
				{
					method: "db",
					function: "cos-cubed",
					ranked: ranked("dog", "hen"),
					reply: null,
				},
				{
					method: "db",
					function: "soft-wpmi",
					ranked: ranked("cat"),
					reply: null,
				},
				{
					method: "icl",
					function: null,
					ranked: [],
					reply: "Answer: dog, hen",
				},
			].map((closedSet) => ({ layer: "fc", unit: 0, closedSet })),
		);
	});

	it("with problems are listed whole, and nothing is written", async () => {
		const bad = write("bad.json", [
			summary("fc#0", "highly", "Again."),
			summary("fc#2", "mildly", "Hm."),
			{ target_layer: "fc", neuron_id: -1 },
			"text",
		]);
		const words = write("words.json", {
			"fc#0": { highly: "no list", lowly: [] },
			fc: {},
			"fc#1": { highly: [], lowly: [], adj_after_rbf: [1] },
		});
		const empty = write("tab-x.json", {
			"fc#0": {},
			"fc#1": { wpmi: { gt: null } },
		});
		const twice = write("other-db.json", {
			"fc#0": { cos_similarity_cubed: { prediction: ["dog"] } },
		});
		const output = join(folder, "refused");
		await expect(
			importAndFiles({
				summaries: [high, bad],
				calibrations: [words],
				predictions: [empty, twice, twice],
				output,
			}),
		).rejects.toMatchObject({
			code: "and_invalid",
			evidence: {
				problems: [
					`${bad}: entry 2: expected target_layer, neuron_id, summary (text) and discriminative_type (highly or lowly)`,
					`${bad}: entry 3: expected target_layer, neuron_id, summary (text) and discriminative_type (highly or lowly)`,
					`${bad}: entry 4: expected an object`,
					`${bad}: "fc#0": a high summary is there already, in ${high}`,
					`${words}: "fc#0": expected highly and lowly (lists of sentences)`,
					`${words}: "fc": expected layer#unit and an object`,
					`${words}: "fc#1": expected adj_after_rbf, adj_after_rbf_llmf, nouns, verbs and preps (lists of words) and caption_len (a number)`,
					`${empty}: "fc#0": expected similarity functions, each with prediction (a list of concepts)`,
					`${empty}: "fc#1": expected similarity functions, each with prediction (a list of concepts)`,
					`${twice}: "fc#0": a prediction by cos-cubed is there already`,
				],
			},
		});
		await expect(
			importAndFiles({ summaries: [byDescription], output }),
		).rejects.toThrow(/expected a list of objects, got \{"fc#0"/);
	});

	it("captions of one file name in two folders are an error that names both", async () => {
		const captions = write("salmon.json", {
			"fold1/a.wav": "A.",
			"fold2/a.wav": "Another.",
		});
		await expect(
			importAndFiles({ captions, clips: folder, output: join(folder, "no") }),
		).rejects.toThrow(
			'"fold1/a.wav" and "fold2/a.wav" have the same file name',
		);
	});
});
