import { describe, expect, it } from "vitest";
import type { EmbeddingModel } from "../../../src/embeddings/port.ts";
import { conceptScores } from "../../../src/modules/closed-set/concept-scores.ts";

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

	it("refuses a concept without direction", async () => {
		await expect(
			conceptScores({
				captions: [["a dog"]],
				concepts: ["dog_bark", "qwerty"],
				kind: "softmax",
				embeddings: tableModel(table),
			}),
		).rejects.toMatchObject({
			name: "DataError",
			code: "concept_undefined",
			message:
				'concept "qwerty" has no direction: the encoder returned a vector of zeros',
		});
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
