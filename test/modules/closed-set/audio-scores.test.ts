/** Concept scores from sound: the cosine of two vectors, and what becomes of clips without one. */
import { describe, expect, it } from "vitest";
import type { TextAudioModel } from "../../../src/embeddings/port.ts";
import { audioConceptScores } from "../../../src/modules/closed-set/audio-scores.ts";

/** Texts and clips by their name: `3 4` is the vector (3, 4) scaled to unit length, `broken` has none. */
const model: TextAudioModel = {
	id: "text",
	audioId: "audio",
	embed: async (texts) => texts.map(vectorOf),
	embedAudio: async (clips) =>
		clips.map(({ id }) =>
			id === "broken"
				? { code: "audio_corrupt", message: "broken.wav: damaged" }
				: { vector: vectorOf(id) },
		),
	close: async () => {},
};

function vectorOf(name: string): Float32Array {
	const numbers = name.split(" ").map(Number);
	const norm = Math.hypot(...numbers) || 1;
	return Float32Array.from(numbers, (value) => value / norm);
}

const clipsOf = (...ids: string[]) =>
	ids.map((id) => ({ id, path: `${id}.wav`, hash: id }));

describe("audioConceptScores", () => {
	it("is the raw cosine, without softmax; underscores are spaces", async () => {
		const { scores, undefinedClips } = await audioConceptScores({
			clips: clipsOf("3 4", "-1 0"),
			concepts: ["1_0", "0 2", "-3 4"],
			model,
		});
		const expected = [0.6, 0.8, 0.28, -1, 0, 0.6];
		expect(scores.length).toBe(expected.length);
		for (const [index, value] of expected.entries())
			expect(scores[index]).toBeCloseTo(value, 6);
		expect(undefinedClips).toEqual([]);
	});

	it("a clip without a vector has a row of NaN and its reason", async () => {
		const { scores, undefinedClips, reasons } = await audioConceptScores({
			clips: clipsOf("1 0", "broken", "0 1"),
			concepts: ["1 0", "1 1"],
			model,
		});
		expect(Array.from(scores, Number.isNaN)).toEqual([
			false,
			false,
			true,
			true,
			false,
			false,
		]);
		expect(undefinedClips).toEqual([1]);
		expect(reasons).toEqual([
			{ code: "audio_corrupt", message: "broken.wav: damaged" },
		]);
	});

	it.each([
		["zero", [0, 0]],
		["not finite", [Number.NaN, 1]],
	])(
		"a clip whose vector is %s is left out with a reason, whoever made the vector",
		async (_, vector) => {
			const { scores, undefinedClips, reasons } = await audioConceptScores({
				clips: clipsOf("1 0", "odd"),
				concepts: ["1 0", "1 1"],
				model: {
					...model,
					embedAudio: async () => [
						{ vector: Float32Array.of(2, 0) },
						{ vector: Float32Array.from(vector) },
					],
				},
			});
			// A vector that is not of unit length counts by its direction.
			expect(scores[0]).toBe(1);
			expect([...scores.subarray(2)]).toEqual([Number.NaN, Number.NaN]);
			expect(undefinedClips).toEqual([1]);
			expect(reasons).toMatchObject([{ code: "embedding_undefined" }]);
		},
	);

	it("puts concepts into the template", async () => {
		const asked: string[] = [];
		await audioConceptScores({
			clips: clipsOf("1 0"),
			concepts: ["low_hum"],
			conceptTemplate: "this is {concept}",
			model: {
				...model,
				embed: async (texts) => {
					asked.push(...texts);
					return texts.map(() => Float32Array.of(1, 0));
				},
			},
		});
		expect(asked).toEqual(["this is low hum"]);
	});

	it("refuses a concept without a direction", async () => {
		await expect(
			audioConceptScores({
				clips: clipsOf("1 0"),
				concepts: ["1 0", "0 0"],
				model,
			}),
		).rejects.toMatchObject({ name: "DataError", code: "concept_undefined" });
	});
});
