/** What a dry run counts of embeddings by a server: the texts that a dissection would embed, and no others. */
import { expect, test } from "vitest";
import { countEmbeddings } from "../../src/dissect/dry-run-embeddings.ts";
import type { DissectOptions } from "../../src/dissect/options.ts";
import { estimateTokens } from "../../src/llm/token-estimate.ts";
import { sha256 } from "../../src/shared/hash.ts";

const model = { provider: "openai", model: "embedder", baseUrl: "http://x" };
const captions = ["A bell rings.", "A dog barks.", "A dog barks."];
const concepts = (count: number) =>
	Array.from({ length: count }, (_, index) => `sound_${index}`);

function count(
	options: {
		readonly method?: "db" | "tab" | "icl";
		readonly template?: string;
		readonly concepts?: number;
		readonly modules?: DissectOptions["modules"];
		readonly triage?: "captions" | "audio";
		readonly known?: readonly string[];
		readonly classes?: readonly string[];
		readonly calibration?: "embeddings" | "model";
	},
	neurons = 0,
) {
	const known = new Map(
		(options.known ?? []).map((text) => [sha256(text), Float32Array.of(1)]),
	);
	return countEmbeddings(
		{
			modules: options.modules ?? ["closed-set"],
			method: {
				closedSet: {
					method: options.method ?? "db",
					conceptTemplate: options.template ?? null,
				},
				summaryCalibration: { method: options.calibration ?? "embeddings" },
				triage:
					options.triage === undefined ? null : { clarity: options.triage },
			},
			probeSet: { clips: captions.map((text) => ({ captions: [text] })) },
			conceptSet: { concepts: concepts(options.concepts ?? 3) },
			network: {
				classes: options.classes ?? null,
				outputLayer: options.classes === undefined ? null : "output",
			},
			embeddings: { id: "embedder" },
			store: { getEmbeddings: () => known },
		} as unknown as DissectOptions,
		model,
		neurons,
	);
}

const tokens = (texts: readonly string[]) =>
	texts.reduce((sum, text) => sum + estimateTokens(text), 0);

test("captions and concepts, each once, as the encoder reads them", () => {
	const template = "the sound of {concept}";
	const texts = [
		...["A bell rings.", "A dog barks."],
		...["sound 0", "sound 1", "sound 2"],
	];
	const input = tokens(texts);
	expect(count({})).toMatchObject({
		calls: { least: 1, most: 1 },
		input: { least: input, most: input },
	});
	const templated = tokens([
		...texts.slice(0, 2),
		...texts.slice(2).map((text) => `the sound of ${text}`),
	]);
	expect(count({ template }).input.least).toBe(templated);
	const known = [...texts.slice(0, 2), "the sound of sound 0"];
	expect(count({ template, known }).input.least).toBe(
		tokens(["the sound of sound 1", "the sound of sound 2"]),
	);
	expect(count({ known: texts }).calls).toEqual({ least: 0, most: 0 });
});

test("nothing where sounds are compared, or all concepts are shown", () => {
	for (const options of [
		{ method: "tab" },
		{ method: "icl", concepts: 50 },
		{ modules: [] },
		{ method: "tab", triage: "audio" },
	] as const)
		expect(count(options, 10).calls).toEqual({ least: 0, most: 0 });
	expect(count({ method: "tab", triage: "captions" }).input.least).toBe(
		tokens(["A bell rings.", "A dog barks."]),
	);
});

test("a shortlist: the concepts, and a request for each neuron at most", () => {
	const { calls, input } = count({ method: "icl", concepts: 51 }, 10);
	expect(calls).toEqual({ least: 1, most: 11 });
	expect(input.least).toBe(
		tokens(concepts(51).map((name) => name.replace("_", " "))),
	);
	expect(input.most).toBe(input.least + 10 * 125);
});

test("calibration embeds sentences, whoever strikes, ten of each neuron, 200 neurons together, and the captions of their exemplars", () => {
	for (const calibration of ["embeddings", "model"] as const) {
		const modules = ["summary-calibration"] as const;
		const texts = ["A bell rings.", "A dog barks."];
		// 2,000 sentences in 32 requests of 64, twice; ten in one; captions that are new with each of three pages.
		expect(count({ modules, calibration }, 401)).toMatchObject({
			calls: { least: 0, most: 65 + 3 },
			input: { least: 0, most: 401 * 250 + tokens(texts) },
		});
		expect(count({ modules, calibration, known: texts }, 401).calls.most).toBe(
			65,
		);
	}
});

test("the scores of the output layer: class names, captions, a summary of each unit", () => {
	const classes = ["dog", "bell"];
	const { calls, input } = count({
		modules: ["summary-calibration"],
		classes,
	});
	expect(calls).toEqual({ least: 0, most: 3 });
	expect(input.most).toBe(
		tokens([...classes, "A bell rings.", "A dog barks."]) + 2 * 125,
	);
});
