import { describe, expect, it } from "vitest";
import { openRemoteEmbeddings } from "../../src/embeddings/remote.ts";
import { stubServer, stubVector } from "./stub.ts";

describe("openRemoteEmbeddings", () => {
	it("asks in batches and keeps the order", async () => {
		const server = stubServer();
		const model = openRemoteEmbeddings({
			request: server.request,
			id: "stub",
			batchSize: 2,
			concurrency: 1,
		});
		const texts = ["e", "d", "c", "b", "a"];
		const vectors = await model.embed(texts);
		expect(server.requests).toEqual([["e", "d"], ["c", "b"], ["a"]]);
		for (const [index, text] of texts.entries()) {
			const raw = stubVector(text);
			const norm = Math.hypot(...raw);
			for (const [axis, value] of raw.entries())
				expect(vectors[index]?.[axis]).toBeCloseTo(value / norm, 6);
		}
	});

	it("never has more than `concurrency` requests in flight", async () => {
		let flying = 0;
		let most = 0;
		const model = openRemoteEmbeddings({
			request: async (texts) => {
				flying += 1;
				most = Math.max(most, flying);
				await new Promise((resolve) => setImmediate(resolve));
				flying -= 1;
				return texts.map(() => [1]);
			},
			id: "stub",
			batchSize: 1,
			concurrency: 3,
		});
		await model.embed(Array.from({ length: 20 }, (_, index) => `${index}`));
		expect(most).toBe(3);
	});

	it.each([
		[
			"too few vectors",
			[[1, 2]],
			"embedding_count",
			"the embedding server returned the wrong number of vectors: expected 2, got 1",
		],
		[
			"another length",
			[
				[1, 2],
				[1, 2, 3],
			],
			"embedding_dimension",
			"the embedding server changed the length of its vectors: expected 2 numbers, got 3",
		],
		[
			"no numbers",
			[[], []],
			"embedding_dimension",
			"the embedding server changed the length of its vectors: expected 1 or more numbers, got 0",
		],
		[
			"not a number",
			[
				[1, 2],
				[Number.NaN, 1],
			],
			"embedding_not_finite",
			"the embedding server returned a vector with NaN in it: expected finite numbers",
		],
		[
			"zeros",
			[
				[0, 0],
				[1, 2],
			],
			"embedding_zero",
			"the embedding server returned a vector of zeros, which has no direction: expected a length above 0",
		],
	])("refuses %s", async (_, reply, code, message) => {
		const model = openRemoteEmbeddings({
			request: async () => reply,
			id: "stub",
		});
		await expect(model.embed(["rain", "wind"])).rejects.toMatchObject({
			name: "LanguageModelError",
			code,
			message,
			evidence: { embedder: "stub" },
		});
	});

	it("notices a server that changes its dimension between calls", async () => {
		let length = 2;
		const model = openRemoteEmbeddings({
			request: async () => [new Array<number>(length).fill(1)],
			id: "stub",
		});
		await model.embed(["rain"]);
		length = 3;
		await expect(model.embed(["wind"])).rejects.toMatchObject({
			code: "embedding_dimension",
		});
	});
});
