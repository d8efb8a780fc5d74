/** Embedding vectors by embedder and text hash: float32, little-endian. */
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { parseRow } from "./rows.ts";
import type { EmbeddingMethods } from "./store.ts";

export function embeddingMethods(connection: Connection): EmbeddingMethods {
	const { database, read, write } = connection;
	const select = database.prepare(`
		SELECT text_hash AS textHash, vector FROM embeddings
		WHERE embedder = ? AND text_hash IN (SELECT value FROM json_each(?))`);
	const insert = database.prepare(
		"INSERT INTO embeddings (embedder, text_hash, vector) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
	);
	return {
		getEmbeddings: (embedder, textHashes) =>
			read(() => {
				const found = new Map<string, Float32Array>();
				for (const row of select.iterate(
					embedder,
					JSON.stringify(textHashes),
				)) {
					const { textHash, vector } = parseRow(stored, row, "embeddings");
					found.set(textHash, fromBytes(vector));
				}
				return found;
			}),
		putEmbeddings: (embedder, entries) =>
			write(() => {
				for (const { textHash, vector } of entries)
					insert.run(embedder, textHash, toBytes(vector));
			}),
	};
}

const stored = z.object({
	textHash: z.string(),
	vector: z.instanceof(Uint8Array),
});

/** DataView rather than a view on the Buffer's memory: a Buffer need not start at a multiple of four, and the byte order is fixed. */
export function fromBytes(bytes: Uint8Array): Float32Array {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const vector = new Float32Array(bytes.byteLength / 4);
	for (let i = 0; i < vector.length; i += 1)
		vector[i] = view.getFloat32(4 * i, true);
	return vector;
}

function toBytes(vector: Float32Array): Uint8Array {
	const bytes = new Uint8Array(vector.length * 4);
	const view = new DataView(bytes.buffer);
	for (const [i, value] of vector.entries())
		view.setFloat32(4 * i, value, true);
	return bytes;
}
