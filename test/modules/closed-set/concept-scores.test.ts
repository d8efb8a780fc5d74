import { describe, expect, it } from "vitest";
import type { EmbeddingModel } from "../../../src/embeddings/port.ts";
import { conceptScores } from "../../../src/modules/closed-set/concept-scores.ts";
import { conceptTexts } from "../../../src/modules/closed-set/concept-vectors.ts";
import type { Progress } from "../../../src/types.ts";

/** Answers from a table; remembers what it was asked. */
function tableModel(
	table: Record<string, readonly number[]>,
): EmbeddingModel & { readonly asked: string[] } {
	const asked: string[] = [];
	return {
		id: "table",
		asked,
		embed: async (texts) => {
			asked.push(...texts);
			return texts.map((text) => Float32Array.from(table[text] ?? [0, 0]));
		},
		close: async () => {},
	};
}

const table = {
	"dog bark": [1, 0],
	rain: [0, 1],
	"it rains": [0.6, 0.8],
	"a dog": [2, 0],
	"an east wind": [1, 0],
	"a west wind": [-1, 0],
};

describe("conceptScores", () => {
	it("gives cosines with unit vectors, several captions as their mean direction", async () => {
		const model = tableModel(table);
		const { scores, undefinedClips } = await conceptScores({
			captions: [["it rains"], ["a dog"], ["a dog", "rain"]],
			concepts: ["dog_bark", "rain"],
			kind: "cosine",
			embeddings: model,
		});
		expect(model.asked.slice(0, 2)).toEqual(["dog bark", "rain"]);
		const expected = [0.6, 0.8, 1, 0, Math.SQRT1_2, Math.SQRT1_2];
		for (const [index, value] of expected.entries())
			expect(scores[index]).toBeCloseTo(value, 6);
		expect(undefinedClips).toEqual([]);
	});

	it("gives the softmax over concepts of 100 times the cosine", async () => {
		const { scores } = await conceptScores({
			captions: [["it rains"], ["a dog"]],
			concepts: ["dog_bark", "rain"],
			kind: "softmax",
			embeddings: tableModel(table),
		});
		// 1 / (1 + e^20)
		expect(scores[0]).toBeCloseTo(2.0611536e-9, 14);
		expect(scores[1]).toBeCloseTo(1, 7);
		expect(scores[2]).toBe(1);
		expect(scores[3]).toBeCloseTo(0, 30);
	});

	it("reports clips whose captions have no direction, with a row of NaN", async () => {
		const { scores, undefinedClips } = await conceptScores({
			captions: [
				["an east wind", "a west wind"],
				["a dog"],
				["not in the table"],
			],
			concepts: ["rain", "dog_bark"],
			kind: "softmax",
			embeddings: tableModel(table),
		});
		expect(undefinedClips).toEqual([0, 2]);
		expect([...scores].map(Number.isNaN)).toEqual([
			true,
			true,
			false,
			false,
			true,
			true,
		]);
	});

	it.each([
		["zero", [0, 0]],
		["NaN", [Number.NaN, 1]],
		["infinite", [0, Number.NEGATIVE_INFINITY]],
	])("refuses a concept whose vector is %s", async (_, vector) => {
		await expect(
			conceptScores({
				captions: [["a dog"]],
				concepts: ["dog_bark", "qwerty_q"],
				kind: "softmax",
				embeddings: tableModel({ ...table, "qwerty q": vector }),
			}),
		).rejects.toMatchObject({
			name: "DataError",
			code: "concept_undefined",
			message:
				'concept "qwerty_q" has no direction: the encoder returned a vector that is zero or not finite',
			evidence: { concept: "qwerty_q" },
		});
	});

	it("leaves out a clip one of whose captions has a vector that is not finite", async () => {
		const { scores, undefinedClips } = await conceptScores({
			captions: [["it rains", "noise"], ["a dog"]],
			concepts: ["rain"],
			kind: "cosine",
			embeddings: tableModel({ ...table, noise: [Number.NaN, 1] }),
		});
		expect(undefinedClips).toEqual([0]);
		expect([...scores]).toEqual([Number.NaN, 0]);
	});

	it("puts each concept into the template, underscores read as spaces", async () => {
		const model = tableModel({
			...table,
			"a sound of dog bark, dog bark": [0, 1],
		});
		const { scores } = await conceptScores({
			captions: [["it rains"]],
			concepts: ["dog_bark"],
			conceptTemplate: "a sound of {concept}, {concept}",
			kind: "cosine",
			embeddings: model,
		});
		expect(model.asked).toEqual(["a sound of dog bark, dog bark", "it rains"]);
		expect(scores[0]).toBeCloseTo(0.8, 6);
	});

	it("takes the concept's characters as they are", () => {
		expect(conceptTexts(["a$&b", "{concept}"], "<{concept}>")).toEqual([
			"<a$&b>",
			"<{concept}>",
		]);
	});

	it("refuses a template without a place for the concept, before anything is embedded", async () => {
		const model = tableModel(table);
		await expect(
			conceptScores({
				captions: [["a dog"]],
				concepts: ["rain"],
				conceptTemplate: "the sound of {name}",
				kind: "softmax",
				embeddings: model,
			}),
		).rejects.toMatchObject({
			name: "ConfigError",
			code: "concept_template_invalid",
			message:
				'the concept template "the sound of {name}" has no place for the concept: expected {concept} in it',
			hint: 'For example: "the sound of {concept}".',
		});
		expect(model.asked).toEqual([]);
	});

	it("asks for all vectors at once, and counts them as one", async () => {
		const requests: number[] = [];
		const seen: Progress[] = [];
		const inner = tableModel(table);
		await conceptScores({
			captions: [["a dog"], ["it rains", "rain"]],
			concepts: ["rain", "dog_bark"],
			kind: "softmax",
			embeddings: {
				...inner,
				embed: (texts, options) => {
					requests.push(texts.length);
					options?.onProgress?.({
						stage: "embeddings",
						done: texts.length,
						total: texts.length,
					});
					return inner.embed(texts);
				},
			},
			onProgress: (progress) => seen.push(progress),
		});
		expect(requests).toEqual([5]);
		expect(seen).toEqual([{ stage: "embeddings", done: 5, total: 5 }]);
	});

	it("can be interrupted while it scores", async () => {
		const controller = new AbortController();
		const work = conceptScores({
			captions: Array.from({ length: 600 }, () => ["a dog"]),
			concepts: ["rain"],
			kind: "softmax",
			embeddings: tableModel(table),
			signal: controller.signal,
		});
		setImmediate(() => controller.abort());
		await expect(work).rejects.toMatchObject({ code: "interrupted" });
	});
});
