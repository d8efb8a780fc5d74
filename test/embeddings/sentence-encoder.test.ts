import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	MAXIMUM_IDS,
	readEncoderFiles,
	shippedEncoderDirectory,
} from "../../src/embeddings/encoder-files.ts";
import type { EmbeddingModel } from "../../src/embeddings/port.ts";
import { openSentenceEncoder } from "../../src/embeddings/sentence-encoder.ts";
import { createTokenizer } from "../../src/embeddings/tokenizer.ts";
import { cosine } from "../../src/shared/statistics.ts";

type Reference = {
	readonly rows: readonly {
		readonly text: string;
		readonly token_ids: readonly number[];
		readonly embedding: readonly number[];
	}[];
};
/** Ids and vectors of the original PyTorch model, sentence-transformers/all-MiniLM-L6-v2. */
const reference = JSON.parse(
	await readFile(
		new URL("../fixtures/encoder/reference.json", import.meta.url),
		"utf8",
	),
) as Reference;

describe("createTokenizer", () => {
	it("gives the ids of the original on all 19 texts", async () => {
		const files = await readEncoderFiles(shippedEncoderDirectory);
		const tokenize = createTokenizer({ ...files, maximumIds: MAXIMUM_IDS });
		expect(reference.rows.length).toBe(19);
		for (const { text, token_ids } of reference.rows)
			expect(tokenize(text), JSON.stringify(text)).toEqual(token_ids);
	});

	it("keeps the first ids and the closing one of a long text", async () => {
		const files = await readEncoderFiles(shippedEncoderDirectory);
		const tokenize = createTokenizer({ ...files, maximumIds: 5 });
		expect(tokenize("rain rain rain")).toEqual([101, 4542, 4542, 4542, 102]);
		expect(tokenize("rain rain rain wind")).toEqual([
			101, 4542, 4542, 4542, 102,
		]);
		expect(() =>
			createTokenizer({ ...files, tokenizer: "17", maximumIds: 5 }),
		).toThrow("expected a JSON object, got number");
	});
});

describe("openSentenceEncoder", () => {
	let encoder: EmbeddingModel;
	beforeAll(async () => {
		encoder = await openSentenceEncoder();
	});
	afterAll(() => encoder.close());

	it("gives the vectors of the original: cosine at least 0.996", async () => {
		const rows = reference.rows.filter(({ text }) => text.trim() !== "");
		const vectors = await encoder.embed(rows.map(({ text }) => text));
		for (const [index, { text, embedding }] of rows.entries())
			expect(
				cosine(vectors[index] as Float32Array, embedding),
				JSON.stringify(text),
			).toBeGreaterThanOrEqual(0.996);
	});

	it("gives the same bytes from one worker and from three", async () => {
		const texts = Array.from(
			{ length: 60 },
			(_, index) => `${"loud ".repeat(index % 17)}sound ${index}`,
		);
		const one = await openSentenceEncoder({ threads: 1 });
		const three = await openSentenceEncoder({ threads: 3 });
		expect(await three.embed(texts)).toEqual(await one.embed(texts));
		await Promise.all([one.close(), three.close()]);
	});

	it("serves calls that overlap", async () => {
		const [a, b] = await Promise.all([
			encoder.embed(["rain", "wind"]),
			encoder.embed(["wind", "rain"]),
		]);
		expect(a).toEqual(b.toReversed());
	});

	it("refuses a thread count that is none", async () => {
		await expect(openSentenceEncoder({ threads: 0 })).rejects.toThrow(
			"Expected `threads` to be an integer from 1 and up, got `0`",
		);
	});

	it("rejects work that close cuts short", async () => {
		const short = await openSentenceEncoder({ threads: 1 });
		const work = short.embed(
			Array.from({ length: 40 }, (_, index) => `sound ${index}`),
		);
		const outcome = expect(work).rejects.toMatchObject({
			name: "PrerequisiteError",
			code: "encoder_stopped",
		});
		await new Promise((resolve) => setImmediate(resolve));
		await short.close();
		await outcome;
		await expect(short.embed(["rain"])).rejects.toMatchObject({
			code: "encoder_stopped",
		});
		await short.close();
	});

	describe("with files that are missing or damaged", () => {
		let directory: string;
		beforeAll(async () => {
			directory = await mkdtemp(join(tmpdir(), "encoder-"));
			for (const name of ["tokenizer.json", "tokenizer_config.json"])
				await copyFile(
					join(shippedEncoderDirectory, name),
					join(directory, name),
				);
		});
		afterAll(() => rm(directory, { recursive: true }));

		it("names the missing file", async () => {
			const opening = openSentenceEncoder({ directory });
			await expect(opening).rejects.toMatchObject({
				name: "PrerequisiteError",
				code: "encoder_missing",
				hint: "Reinstall audio-dissect, or point `embeddings.directory` at a folder with model.onnx, tokenizer.json and tokenizer_config.json.",
			});
			await expect(opening).rejects.toThrow(
				`the sentence encoder is incomplete: ${join(directory, "model.onnx")} cannot be read`,
			);
		});

		it("says when the network cannot be loaded, and has another id", async () => {
			await writeFile(join(directory, "model.onnx"), "not a network");
			const damaged = await openSentenceEncoder({ directory });
			expect(damaged.id).not.toBe(encoder.id);
			const work = damaged.embed(["rain"]);
			await expect(work).rejects.toMatchObject({
				name: "PrerequisiteError",
				code: "encoder_unreadable",
			});
			await expect(work).rejects.toThrow(
				`the sentence encoder ${join(directory, "model.onnx")} cannot be used: `,
			);
			await damaged.close();
		});
	});
});
