import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LastLayerRankingsOptions } from "../../src/dissect/last-layer-options.ts";
import { lastLayerRankings } from "../../src/dissect/last-layer-rankings.ts";
import type { EmbeddingModel } from "../../src/embeddings/port.ts";
import { LanguageModelError } from "../../src/errors.ts";
import { createScriptedModel } from "../../src/llm/scripted.ts";
import { npyBytes } from "../../src/shared/npy.ts";
import type { Store } from "../../src/store/store.ts";
import {
	sampleNeuron,
	startSampleRun,
	temporaryStore,
} from "../support/temporary-store.ts";

const concepts = ["dog", "rain", "wind"];

/** Clips 0 and 1 have captions about the dog, 2 and 3 about rain, 4 and 5 about wind. */
const embeddings: EmbeddingModel = {
	id: "axes",
	embed: async (texts) =>
		texts.map((text) => {
			const clip = /\d$/u.exec(text)?.[0];
			const axis =
				clip === undefined
					? concepts.indexOf(text)
					: Math.floor(Number(clip) / 2);
			return Float32Array.from(concepts, (_, index) =>
				index === axis ? 1 : 0,
			);
		}),
	close: async () => {},
};

/** A run whose layer `second` has two units: one for rain, one for wind. */
function recordedRun(store: Store): string {
	const run = startSampleRun(store);
	const { path } = store.readRun(run).recording;
	mkdirSync(path, { recursive: true });
	writeFileSync(
		join(path, "second.npy"),
		npyBytes(
			Float32Array.of(0, 0.5, 3, 4, 0, 0.5, 0.5, 0, 0.5, 0, 5, 4),
			[2, 6],
		),
	);
	writeFileSync(
		join(path, "recording.json"),
		JSON.stringify({
			layers: [{ name: "second", units: 2, file: "second.npy" }],
		}),
	);
	store.putNeurons(
		run,
		[0, 1].map((unit) => sampleNeuron("second", unit)),
	);
	return run;
}

function putSummary(store: Store, run: string, unit: number): void {
	const side = (name: "high" | "low") => ({
		side: name,
		sentences: [{ text: `It is unit ${unit}.` }],
		dropped: [],
	});
	store.putDescriptions(run, [
		{
			layer: "second",
			unit,
			module: "summarize",
			outcome: {
				status: "described",
				output: { high: side("high"), low: side("low") },
			},
		},
	]);
}

type Answer = Parameters<typeof createScriptedModel>[0]["answer"];

function rankings(
	store: Store,
	run: string,
	answer: Answer | null = null,
	change: Partial<LastLayerRankingsOptions> = {},
) {
	const writer: LastLayerRankingsOptions["writer"] =
		answer === null
			? null
			: {
					model: createScriptedModel({ answer }),
					prompt: {
						hash: "prompt",
						render: ({ sentences }) => [
							{ role: "user", content: sentences.join(" ") },
						],
					},
					concurrency: 1,
				};
	return lastLayerRankings({
		store,
		run: store.readRun(run),
		layer: "second",
		units: 2,
		concepts,
		conceptScores: "softmax",
		conceptTemplate: null,
		embeddings,
		textAudio: null,
		writer,
		seed: 0,
		...change,
	});
}

describe("lastLayerRankings", () => {
	it("ranks by captions with every function, and says why one has no result", async () => {
		const store = temporaryStore();
		const made = await rankings(store, recordedRun(store));
		expect(made.map(({ method, function: name }) => [method, name])).toEqual(
			["cosine", "cos-cubed", "rank-reorder", "wpmi", "soft-wpmi"].map(
				(name) => ["db", name],
			),
		);
		for (const { ranked, reason } of made.slice(0, 2)) {
			expect(reason).toBeNull();
			expect(ranked.map((names) => names?.[0])).toEqual(["rain", "wind"]);
			expect(ranked.map((names) => names?.length)).toEqual([3, 3]);
		}
		// What is inside the softmaxes: of the concept scores, and of WPMI and soft-WPMI.
		expect(
			made.map(({ softmaxFactors }) => [
				softmaxFactors?.conceptScores,
				softmaxFactors?.similarity,
			]),
		).toEqual([
			[100, null],
			[100, null],
			[100, null],
			[100, 2],
			[100, 10],
		]);
		// Six clips: a twentieth of them is none.
		expect(made[2]).toMatchObject({ ranked: [[], []], reason: "few_clips" });
	});

	it("tells units without a summary from units whose call failed", async () => {
		const store = temporaryStore();
		const run = recordedRun(store);
		const refuse: Answer = () => {
			throw new LanguageModelError("no", { code: "refused" });
		};
		expect((await rankings(store, run, refuse)).at(-1)).toEqual({
			method: "icl",
			function: null,
			softmaxFactors: null,
			ranked: [null, null],
			reason: "no_summaries",
		});
		putSummary(store, run, 0);
		putSummary(store, run, 1);
		expect((await rankings(store, run, refuse)).at(-1)).toMatchObject({
			ranked: [null, null],
			reason: null,
		});
		const answer: Answer = ({ messages }) => ({
			concepts: JSON.stringify(messages).includes("unit 0")
				? ["rain", "wind"]
				: ["none fits", "dog"],
		});
		expect((await rankings(store, run, answer)).at(-1)).toMatchObject({
			ranked: [["rain", "wind"], []],
			reason: null,
		});
	});

	it("a summary without a direction concerns its unit alone, a concept without one all of them", async () => {
		const store = temporaryStore();
		const run = recordedRun(store);
		putSummary(store, run, 0);
		putSummary(store, run, 1);
		const many = [
			...concepts,
			...Array.from({ length: 50 }, (_, index) => `more ${index}`),
		];
		const pick: Answer = () => ({ concepts: ["wind"] });
		const withoutDirection = (text: string): EmbeddingModel => ({
			...embeddings,
			embed: async (texts) => {
				const vectors = await embeddings.embed(texts);
				return vectors.map((vector, index) =>
					texts[index] === text
						? new Float32Array(3)
						: vector.every((value) => value === 0)
							? Float32Array.of(1, 1, 1)
							: vector,
				);
			},
		});
		const made = await rankings(store, run, pick, {
			concepts: many,
			embeddings: withoutDirection("It is unit 1."),
		});
		expect(made.at(-1)?.ranked).toEqual([["wind"], null]);
		await expect(
			rankings(store, run, pick, {
				concepts: many,
				embeddings: withoutDirection("more 7"),
			}),
		).rejects.toMatchObject({ code: "concept_undefined" });
	});

	it("serves what the run has stored, without a model", async () => {
		const store = temporaryStore();
		const run = recordedRun(store);
		store.putDescriptions(run, [
			{
				layer: "second",
				unit: 1,
				module: "closed-set",
				outcome: {
					status: "described",
					output: {
						method: "icl",
						function: null,
						ranked: [{ concept: "wind", score: null }],
						margin: null,
						noneFits: false,
						noneScore: null,
						shortlist: null,
					},
				},
			},
		]);
		expect((await rankings(store, run)).at(-1)).toEqual({
			method: "icl",
			function: null,
			softmaxFactors: null,
			ranked: [null, ["wind"]],
			reason: null,
		});
	});
});
