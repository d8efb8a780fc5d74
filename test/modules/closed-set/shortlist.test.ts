import { describe, expect, it } from "vitest";
import type { EmbeddingModel } from "../../../src/embeddings/port.ts";
import { createShortlister } from "../../../src/modules/closed-set/shortlist.ts";

/** Concept n lies at angle n degrees, the summary at 90; `odd` replaces vectors. */
function degreesModel(
	odd: Readonly<Record<string, readonly number[]>> = {},
): EmbeddingModel & { readonly asked: string[] } {
	const asked: string[] = [];
	return {
		id: "degrees",
		asked,
		embed: async (texts) => {
			asked.push(...texts);
			return texts.map((text) => {
				const degrees = Number(/\d+/u.exec(text)?.[0] ?? 90);
				const angle = (degrees * Math.PI) / 180;
				return Float32Array.from(
					odd[text] ?? [3 * Math.cos(angle), 3 * Math.sin(angle)],
				);
			});
		},
		close: async () => {},
	};
}

const concepts = Array.from({ length: 60 }, (_, index) => `sound_${index}`);

describe("createShortlister", () => {
	it("gives the 50 nearest to the sentences as one text, nearest first", async () => {
		const embeddings = degreesModel();
		const shortlister = await createShortlister({ concepts, embeddings });
		expect(await shortlister(["Bells ring.", "It is loud."])).toEqual(
			concepts.slice(10).reverse(),
		);
		expect(embeddings.asked.at(-1)).toBe("Bells ring. It is loud.");
	});

	it("puts equally near ones in the order of the set", async () => {
		const same = Object.fromEntries(
			concepts.map((_, index) => [`sound ${index}`, [0, 1]]),
		);
		const shortlister = await createShortlister({
			concepts,
			embeddings: degreesModel(same),
		});
		expect(await shortlister(["Bells."])).toEqual(concepts.slice(0, 50));
	});

	it("embeds the concepts once, in their template, and each summary", async () => {
		const embeddings = degreesModel();
		const shortlister = await createShortlister({
			concepts,
			conceptTemplate: "it is {concept}",
			embeddings,
		});
		await shortlister(["One."]);
		await shortlister(["Two."]);
		expect(embeddings.asked).toEqual([
			...concepts.map((_, index) => `it is sound ${index}`),
			"One.",
			"Two.",
		]);
	});

	it("shows a set of 50 whole, and embeds nothing", async () => {
		const embeddings = degreesModel();
		const shortlister = await createShortlister({
			concepts: concepts.slice(0, 50),
			embeddings,
		});
		expect(await shortlister(["Bells."])).toBeNull();
		expect(embeddings.asked).toEqual([]);
	});

	it.each([
		["zero", [0, 0]],
		["NaN", [Number.NaN, 1]],
		["infinite", [Number.POSITIVE_INFINITY, 1]],
	])("refuses a concept whose vector is %s, by name", async (_, vector) => {
		await expect(
			createShortlister({
				concepts,
				embeddings: degreesModel({ "sound 7": vector }),
			}),
		).rejects.toMatchObject({
			name: "DataError",
			code: "concept_undefined",
			evidence: { concept: "sound_7" },
		});
	});

	it("refuses a summary without a direction, and only that one", async () => {
		const shortlister = await createShortlister({
			concepts,
			embeddings: degreesModel({ "Nothing.": [0, 0] }),
		});
		await expect(shortlister(["Nothing."])).rejects.toMatchObject({
			name: "DataError",
			code: "summary_undefined",
		});
		expect(await shortlister(["Bells."])).toHaveLength(50);
	});
});
