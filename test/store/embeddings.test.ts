import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import type { EmbeddingCache } from "../../src/embeddings/port.ts";
import type { EmbeddingMethods } from "../../src/store/store.ts";
import { temporaryStore } from "../support/temporary-store.ts";

test("is the EmbeddingCache the embeddings ask for", () => {
	expectTypeOf<EmbeddingMethods>().toExtend<EmbeddingCache>();
});

test("gives back the same bits, whatever the values", () => {
	const store = temporaryStore();
	let count = 0;
	fc.assert(
		fc.property(fc.float32Array({ minLength: 1, maxLength: 20 }), (vector) => {
			count += 1;
			store.putEmbeddings("e", [{ textHash: `t${count}`, vector }]);
			const found = store.getEmbeddings("e", [`t${count}`]).get(`t${count}`);
			expect(found).toEqual(vector);
		}),
		{ numRuns: 200 },
	);
});

test("gives arrays of their own, which the caller may change", () => {
	const store = temporaryStore();
	store.putEmbeddings("e", [{ textHash: "t", vector: Float32Array.of(1, 2) }]);
	const first = store.getEmbeddings("e", ["t"]).get("t");
	first?.fill(9);
	expect(first?.byteOffset).toBe(0);
	expect(store.getEmbeddings("e", ["t"]).get("t")).toEqual(
		Float32Array.of(1, 2),
	);
});

test("stores a view on a larger buffer as what it shows", () => {
	const store = temporaryStore();
	const vector = Float32Array.of(0, 1, 2, 3).subarray(1, 3);
	store.putEmbeddings("e", [{ textHash: "t", vector }]);
	expect(store.getEmbeddings("e", ["t"]).get("t")).toEqual(
		Float32Array.of(1, 2),
	);
});

test("finds only what is there, and keeps embedders apart", () => {
	const store = temporaryStore();
	store.putEmbeddings("e", [{ textHash: "t", vector: Float32Array.of(1) }]);
	expect([...store.getEmbeddings("e", ["t", "u"]).keys()]).toEqual(["t"]);
	expect(store.getEmbeddings("f", ["t"]).size).toBe(0);
	expect(store.getEmbeddings("e", []).size).toBe(0);
});

test("leaves an entry that is there as it is", () => {
	const store = temporaryStore();
	store.putEmbeddings("e", [{ textHash: "t", vector: Float32Array.of(1) }]);
	store.putEmbeddings("e", [
		{ textHash: "t", vector: Float32Array.of(2) },
		{ textHash: "u", vector: Float32Array.of(3) },
	]);
	expect([...store.getEmbeddings("e", ["t", "u"]).values()]).toEqual([
		Float32Array.of(1),
		Float32Array.of(3),
	]);
});

test("is one transaction: an empty vector is refused and nothing is stored", () => {
	const store = temporaryStore();
	expect(() =>
		store.putEmbeddings("e", [
			{ textHash: "t", vector: Float32Array.of(1) },
			{ textHash: "u", vector: new Float32Array(0) },
		]),
	).toThrow(/CHECK constraint/);
	expect(store.getEmbeddings("e", ["t"]).size).toBe(0);
});

test("looks up more texts than SQLite takes parameters", () => {
	const store = temporaryStore();
	const textHashes = Array.from({ length: 40_000 }, (_, index) => `t${index}`);
	store.putEmbeddings(
		"e",
		textHashes.map((textHash, index) => ({
			textHash,
			vector: Float32Array.of(index),
		})),
	);
	const found = store.getEmbeddings("e", textHashes);
	expect(found.size).toBe(40_000);
	expect(found.get("t39999")).toEqual(Float32Array.of(39_999));
});
