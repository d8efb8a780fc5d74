/** The text-audio encoder against PyTorch's own ClapModel (fixtures/text-audio/make_text_audio.py), and what it refuses. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { cachedTextAudio } from "../../src/embeddings/cached.ts";
import { openClap } from "../../src/embeddings/clap.ts";
import { readClapFiles } from "../../src/embeddings/clap-files.ts";
import type { AudioClip, TextAudioModel } from "../../src/embeddings/port.ts";
import { createTokenizer } from "../../src/embeddings/tokenizer.ts";
import { frontEndSchema } from "../../src/network/front-ends/schema.ts";
import { openClipFeatures } from "../../src/recordings/clip-features.ts";
import { sha256 } from "../../src/shared/hash.ts";
import { temporaryFolder } from "../support/study.ts";
import { sine, wavBytes } from "../support/wav.ts";
import { memoryCache } from "./memory-cache.ts";

const fixtures = fileURLToPath(
	new URL("../fixtures/text-audio/", import.meta.url),
);
const descriptor = join(fixtures, "text-audio.yaml");
const RATE = 48_000;

const vector = z.array(z.number());
const golden = z
	.object({
		texts: z.array(
			z.object({ text: z.string(), ids: vector, embedding: vector }),
		),
		clips: z.array(z.object({ samples: z.number(), embedding: vector })),
	})
	.parse(JSON.parse(readFileSync(join(fixtures, "golden.json"), "utf8")));

const folder = temporaryFolder();
afterAll(() => folder.remove());

function writeClip(name: string, samples: Float32Array): AudioClip {
	const path = join(folder.path, name);
	const bytes = wavBytes(samples, RATE);
	writeFileSync(path, bytes);
	return { id: name, path, hash: sha256(bytes) };
}

async function open(path = descriptor): Promise<TextAudioModel> {
	const files = await readClapFiles(path, frontEndSchema);
	return openClap({
		files,
		features: openClipFeatures({ frontEnd: files.audio.frontEnd, threads: 1 }),
		threads: 1,
	});
}

let model: TextAudioModel;
let clips: AudioClip[];
beforeAll(async () => {
	model = await open();
	clips = golden.clips.map(({ samples }, index) =>
		writeClip(
			`clip-${index}.wav`,
			sine(220 * (index + 1), samples / RATE, RATE),
		),
	);
});
afterAll(() => model.close());

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
	expect(a.length).toBe(b.length);
	return Math.max(
		...Array.from(a, (value, index) => Math.abs(value - (b[index] as number))),
	);
}

/** The vector of an embedding, which must have one. */
async function vectorOf(clip: AudioClip): Promise<Float32Array> {
	const [embedding] = await model.embedAudio([clip]);
	if (embedding === undefined || !("vector" in embedding))
		throw new Error(`no vector: ${JSON.stringify(embedding)}`);
	return embedding.vector;
}

describe("against PyTorch", () => {
	it("token ids are those of tokenizers in Python", () => {
		const tokenize = createTokenizer({
			tokenizer: readFileSync(join(fixtures, "tokenizer.json"), "utf8"),
			tokenizerConfig: readFileSync(
				join(fixtures, "tokenizer_config.json"),
				"utf8",
			),
			maximumIds: 77,
		});
		for (const { text, ids } of golden.texts)
			expect(tokenize(text)).toEqual(ids);
	});

	it("text embeddings are ClapModel's", async () => {
		const vectors = await model.embed(golden.texts.map(({ text }) => text));
		for (const [index, { embedding }] of golden.texts.entries())
			expect(
				largestDifference(vectors[index] as Float32Array, embedding),
			).toBeLessThan(2e-5);
	});

	it("audio embeddings are ClapModel's on ClapFeatureExtractor's features", async () => {
		for (const [index, { embedding }] of golden.clips.entries())
			expect(
				largestDifference(await vectorOf(clips[index] as AudioClip), embedding),
			).toBeLessThan(5e-4);
	});
});

describe("openClap", () => {
	it("gives vectors of unit length that depend on nothing else", async () => {
		const together = await model.embedAudio([...clips].reverse());
		for (const [index, clip] of clips.entries()) {
			const alone = await vectorOf(clip);
			expect(Math.hypot(...alone)).toBeCloseTo(1, 5);
			expect(together[clips.length - 1 - index]).toEqual({ vector: alone });
		}
	});

	it("a longer clip is the mean direction of its windows", async () => {
		const window = 2 * RATE;
		const long = Float32Array.from({ length: 2 * window }, (_, n) =>
			n < window ? Math.sin(n / 20) / 2 : Math.sin(n / 7) / 3,
		);
		const [first, second, whole] = await Promise.all(
			[long.slice(0, window), long.slice(window), long].map((samples, index) =>
				vectorOf(writeClip(`long-${index}.wav`, samples)),
			),
		);
		const sum = Array.from(
			first as Float32Array,
			(value, axis) => value + ((second as Float32Array)[axis] as number),
		);
		const norm = Math.hypot(...sum);
		expect(
			largestDifference(
				whole as Float32Array,
				sum.map((value) => value / norm),
			),
		).toBeLessThan(1e-6);
	});

	it("says why a clip has no vector, and goes on", async () => {
		const path = join(folder.path, "noise.wav");
		writeFileSync(path, "no sound");
		const embeddings = await model.embedAudio([
			{ id: "noise", path, hash: sha256("no sound") },
			clips[0] as AudioClip,
		]);
		expect(embeddings[0]).toMatchObject({ code: "audio_unrecognised" });
		expect(embeddings[1]).toHaveProperty("vector");
	});

	it("throws when a file is not the one that was hashed", async () => {
		const [clip] = clips as [AudioClip];
		await expect(
			model.embedAudio([{ ...clip, hash: sha256("other") }]),
		).rejects.toMatchObject({ name: "DataError", code: "clip_changed" });
	});

	it("stops when interrupted", async () => {
		await expect(
			model.embedAudio(clips, { signal: AbortSignal.abort() }),
		).rejects.toMatchObject({ code: "interrupted" });
	});

	it("refuses a front end whose rows do not fit the tower", async () => {
		const other = await open(
			copied("misfit", (text) => text.replace("melBins: 16", "melBins: 8")),
		);
		await expect(other.embedAudio(clips)).rejects.toMatchObject({
			name: "TargetNetworkError",
		});
		await other.close();
	});
});

/** A copy of the fixture whose descriptor is changed. Returns the descriptor's path. */
function copied(name: string, change: (text: string) => string): string {
	const to = join(folder.path, name);
	mkdirSync(to);
	for (const file of [
		"audio.onnx",
		"text.onnx",
		"tokenizer.json",
		"tokenizer_config.json",
	])
		copyFileSync(join(fixtures, file), join(to, file));
	const path = join(to, "text-audio.yaml");
	writeFileSync(path, change(readFileSync(descriptor, "utf8")));
	return path;
}

describe("readClapFiles", () => {
	it("ids change with what they stand for and nothing else", async () => {
		const base = await readClapFiles(descriptor, frontEndSchema);
		const moved = await readClapFiles(
			copied("moved", (text) => text),
			frontEndSchema,
		);
		expect([moved.text.id, moved.audio.id]).toEqual([
			base.text.id,
			base.audio.id,
		]);
		const cut = await readClapFiles(
			copied("cut", (text) => text.replace("long: windows", "long: cut")),
			frontEndSchema,
		);
		expect(cut.text.id).toBe(base.text.id);
		expect(cut.audio.id).not.toBe(base.audio.id);
		const short = await readClapFiles(
			copied("short", (text) => text.replace("77", "20")),
			frontEndSchema,
		);
		expect(short.text.id).not.toBe(base.text.id);
		expect(short.audio.id).toBe(base.audio.id);
	});

	it("lists every problem with its place", async () => {
		const path = copied("wrong", (text) =>
			text.replace("melBins: 16", "melBins: many").replace("77", "1"),
		);
		await expect(readClapFiles(path, frontEndSchema)).rejects.toMatchObject({
			name: "ConfigError",
			code: "text_audio_invalid",
			evidence: {
				problems: [
					expect.stringContaining(`${path}:3:`),
					expect.stringContaining(`${path}:8:`),
				],
			},
		});
	});

	it("takes the encoder of the package as text tower, and no other word", async () => {
		const [audio] = readFileSync(descriptor, "utf8").split("text:");
		const { text } = await readClapFiles(
			copied("shipped", () => `${audio}text: shipped\n`),
			frontEndSchema,
		);
		expect(text.model).toMatch(/assets.encoder.model\.onnx$/);
		await expect(
			readClapFiles(
				copied("word", () => `${audio}text: sent\n`),
				frontEndSchema,
			),
		).rejects.toMatchObject({
			message: expect.stringContaining('`text`: expected "shipped", or'),
		});
	});

	it("names a file that is not there", async () => {
		const path = copied("gone", (text) => text.replace("text.onnx", "no.onnx"));
		await expect(readClapFiles(path, frontEndSchema)).rejects.toMatchObject({
			name: "PrerequisiteError",
			code: "text_audio_missing",
			message: expect.stringContaining("no.onnx"),
		});
	});
});

describe("cachedTextAudio", () => {
	it("embeds the same bytes once, ever, under the id of the audio tower", async () => {
		const asked: string[][] = [];
		const cache = memoryCache();
		const counting: TextAudioModel = {
			...model,
			embedAudio: (wanted, options) => {
				asked.push(wanted.map(({ id }) => id));
				return model.embedAudio(wanted, options);
			},
		};
		const [first, second] = clips as [AudioClip, AudioClip];
		const cached = cachedTextAudio(counting, cache);
		const twice = await cached.embedAudio([first, { ...first, id: "copy" }]);
		expect(twice[1]).toEqual(twice[0]);
		await cachedTextAudio(counting, cache).embedAudio([second, first]);
		expect(asked.flat().sort()).toEqual(["clip-1.wav", "copy"]);
		expect(cache.getEmbeddings(model.audioId, [first.hash]).size).toBe(1);
		expect(cache.getEmbeddings(model.id, [first.hash]).size).toBe(0);
	});

	it("a clip without a vector is not remembered", async () => {
		const cache = memoryCache();
		const cached = cachedTextAudio(
			{
				...model,
				embedAudio: async () => [{ code: "audio_corrupt", message: "broken" }],
			},
			cache,
		);
		const [clip] = clips as [AudioClip];
		expect(await cached.embedAudio([clip])).toEqual([
			{ code: "audio_corrupt", message: "broken" },
		]);
		expect(cache.getEmbeddings(model.audioId, [clip.hash]).size).toBe(0);
		expect(
			await cachedTextAudio(model, cache).embedAudio([clip]),
		).toMatchObject([{ vector: expect.any(Float32Array) }]);
	});
});
