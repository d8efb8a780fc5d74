/** What every embedding model promises, whichever it is. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cachedEmbeddings } from "../../src/embeddings/cached.ts";
import type { EmbeddingModel } from "../../src/embeddings/port.ts";
import { openRemoteEmbeddings } from "../../src/embeddings/remote.ts";
import { openSentenceEncoder } from "../../src/embeddings/sentence-encoder.ts";
import { createEmbeddingRequest } from "../../src/llm/openai-embeddings.ts";
import type { Progress } from "../../src/types.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { memoryCache } from "./memory-cache.ts";
import { stubServer } from "./stub.ts";

const remote = (): EmbeddingModel =>
	openRemoteEmbeddings({
		request: stubServer().request,
		id: "stub",
		batchSize: 3,
		concurrency: 2,
	});

let server: FakeLlmServer;
beforeAll(async () => {
	server = await startFakeLlmServer();
});
afterAll(() => server.close());

const models: Record<string, () => Promise<EmbeddingModel>> = {
	local: () => openSentenceEncoder({ threads: 2 }),
	remote: async () => remote(),
	"remote over HTTP": async () =>
		openRemoteEmbeddings({
			request: createEmbeddingRequest({
				baseUrl: server.openAiUrl,
				model: "fake-embedder",
				apiKey: null,
				timeoutSeconds: 30,
				maxRetries: 0,
			}),
			id: "fake-embedder",
		}),
	"cached over local": async () =>
		cachedEmbeddings(await openSentenceEncoder({ threads: 1 }), memoryCache()),
	"cached over remote": async () => cachedEmbeddings(remote(), memoryCache()),
};

const texts = [
	"rain on a tin roof",
	"a dog barks twice",
	"rain on a tin roof",
	"Rain on a tin roof",
	"café 雨 🎵",
	"a very long and winding sentence about the hum of an old refrigerator in a quiet kitchen at night",
	"!?",
	"x",
];

describe.each(Object.entries(models))("%s", (_, open) => {
	let model: EmbeddingModel;
	beforeAll(async () => {
		model = await open();
	});
	afterAll(() => model.close());

	it("gives one vector of unit length per text, all of one dimension", async () => {
		const vectors = await model.embed(texts);
		expect(vectors.length).toBe(texts.length);
		for (const vector of vectors) {
			expect(vector).toBeInstanceOf(Float32Array);
			expect(vector.length).toBe(vectors[0]?.length);
			expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
		}
	});

	it("gives a text the same bytes whatever it is embedded with", async () => {
		const together = await model.embed(texts);
		const reversed = (await model.embed(texts.toReversed())).toReversed();
		expect(reversed).toEqual(together);
		for (const [index, text] of texts.entries()) {
			const [alone] = await (await open()).embed([text]);
			expect(alone).toEqual(together[index]);
			if (index === 2) break;
		}
		expect(together[2]).toEqual(together[0]);
		expect(together[1]).not.toEqual(together[0]);
	});

	it("has a stable id", async () => {
		const other = await open();
		expect(other.id).toBe(model.id);
		expect(model.id).not.toBe("");
		await other.close();
	});

	it("embeds nothing when given nothing", async () => {
		expect(await model.embed([])).toEqual([]);
	});

	it.each(["", " ", "\n\t\u00a0"])(
		"refuses the blank text %j",
		async (blank) => {
			await expect(model.embed(["rain", blank])).rejects.toMatchObject({
				name: "DataError",
				code: "blank_text",
				message: `text 1 of 2 cannot be embedded: expected words, got ${JSON.stringify(blank)}`,
			});
		},
	);

	it("reports progress up to the end", async () => {
		const seen: Progress[] = [];
		const fresh = await open();
		await fresh.embed(texts, { onProgress: (progress) => seen.push(progress) });
		await fresh.close();
		const last = seen.at(-1);
		expect(last?.stage).toBe("embeddings");
		expect(last?.done).toBe(last?.total);
		expect(seen.map(({ done }) => done)).toEqual(
			seen.map(({ done }) => done).toSorted((a, b) => a - b),
		);
	});

	it("stops at once when interrupted before or during the work", async () => {
		await expect(
			model.embed(texts, { signal: AbortSignal.abort() }),
		).rejects.toMatchObject({ code: "interrupted" });
		const controller = new AbortController();
		const fresh = await open();
		const work = fresh.embed(
			Array.from({ length: 300 }, (_, index) => `sound number ${index}`),
			{
				signal: controller.signal,
				onProgress: () => controller.abort(),
			},
		);
		await expect(work).rejects.toMatchObject({ code: "interrupted" });
		expect((await fresh.embed(["rain"])).length).toBe(1);
		await fresh.close();
	});
});
