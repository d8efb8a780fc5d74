import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cachedEmbeddings } from "../../src/embeddings/cached.ts";
import { openRemoteEmbeddings } from "../../src/embeddings/remote.ts";
import { memoryCache } from "./memory-cache.ts";
import { stubServer } from "./stub.ts";

const many = Array.from({ length: 300 }, (_, index) => `sound ${index}`);

describe("cachedEmbeddings", () => {
	it("asks for each distinct text once, ever", async () => {
		const server = stubServer();
		const cache = memoryCache();
		const open = () =>
			cachedEmbeddings(
				openRemoteEmbeddings({ request: server.request, id: "stub" }),
				cache,
			);
		await open().embed(["a", "b", "a", "b"]);
		await open().embed(["b", "c", "a"]);
		expect(server.requests.flat()).toEqual(["a", "b", "c"]);
	});

	it("gives the same bytes whatever is cached", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.subarray(many),
				fc.shuffledSubarray(many),
				async (before, texts) => {
					const open = () =>
						cachedEmbeddings(
							openRemoteEmbeddings({
								request: stubServer().request,
								id: "stub",
								batchSize: 7,
							}),
							memoryCache(),
						);
					const warm = open();
					await warm.embed(before);
					expect(await warm.embed(texts)).toEqual(await open().embed(texts));
				},
			),
			{ numRuns: 20 },
		);
	});

	it("keeps the first vector when a server gives another one later", async () => {
		let calls = 0;
		const cache = memoryCache();
		const model = cachedEmbeddings(
			openRemoteEmbeddings({
				request: async (texts) => texts.map(() => [1, ++calls]),
				id: "stub",
			}),
			cache,
		);
		const [first, second] = await Promise.all([
			model.embed(["rain"]),
			model.embed(["rain"]),
		]);
		expect(second).toEqual(first);
		expect(calls).toBe(1);
	});

	it("commits blocks of 128: a failure loses at most one", async () => {
		const cache = memoryCache();
		const failing = stubServer((texts) => {
			if (texts.includes("sound 200")) throw new Error("the line went dead");
			return texts.map(() => [1, 2]);
		});
		const open = (request: typeof failing.request) =>
			cachedEmbeddings(
				openRemoteEmbeddings({ request, id: "stub", batchSize: 500 }),
				cache,
			);
		await expect(open(failing.request).embed(many)).rejects.toThrow(
			"the line went dead",
		);
		expect(cache.commits).toEqual([128]);
		const healthy = stubServer();
		await open(healthy.request).embed(many);
		expect(healthy.requests.map((texts) => texts.length)).toEqual([128, 44]);
		expect(healthy.requests[0]?.[0]).toBe("sound 128");
	});

	it("keeps what one request brought when another one of the block fails", async () => {
		const server = stubServer();
		const cache = memoryCache();
		let fails = true;
		const model = cachedEmbeddings(
			openRemoteEmbeddings({
				id: "stub",
				request: async (texts) => {
					if (fails && texts.includes("sound 64")) throw new Error("full");
					return server.request(texts);
				},
			}),
			cache,
		);
		const texts = many.slice(0, 128);
		await expect(model.embed(texts)).rejects.toThrow("full");
		expect(server.requests.flat()).toEqual(texts.slice(0, 64));
		fails = false;
		expect(await model.embed(texts)).toHaveLength(128);
		expect(server.requests.flat()).toEqual(texts);
	});

	it("keeps vectors of different embedders apart", async () => {
		const cache = memoryCache();
		const open = (id: string, vector: number[]) =>
			cachedEmbeddings(
				openRemoteEmbeddings({
					request: async (texts) => texts.map(() => vector),
					id,
				}),
				cache,
			);
		expect(await open("one", [1, 0]).embed(["rain"])).toEqual([
			Float32Array.of(1, 0),
		]);
		expect(await open("two", [0, 1]).embed(["rain"])).toEqual([
			Float32Array.of(0, 1),
		]);
	});

	it("goes on after a failed call", async () => {
		let broken = true;
		const model = cachedEmbeddings(
			openRemoteEmbeddings({
				request: async (texts) => {
					if (broken) throw new Error("busy");
					return texts.map(() => [3, 4]);
				},
				id: "stub",
			}),
			memoryCache(),
		);
		await expect(model.embed(["rain"])).rejects.toThrow("busy");
		broken = false;
		expect(await model.embed(["rain"])).toEqual([Float32Array.of(0.6, 0.8)]);
	});
});
