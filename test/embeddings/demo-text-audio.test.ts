/** The demo's own text-audio encoder against PyTorch (demo/text-audio/make_text_audio.py), and what it knows of sounds it never heard. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { cachedTextAudio } from "../../src/embeddings/cached.ts";
import { openClap } from "../../src/embeddings/clap.ts";
import { readClapFiles } from "../../src/embeddings/clap-files.ts";
import type { AudioClip, TextAudioModel } from "../../src/embeddings/port.ts";
import { openSentenceEncoder } from "../../src/embeddings/sentence-encoder.ts";
import { conceptText } from "../../src/embeddings/texts.ts";
import { frontEndSchema } from "../../src/network/front-ends/schema.ts";
import { openClipFeatures } from "../../src/recordings/clip-features.ts";
import { sha256 } from "../../src/shared/hash.ts";
import { packageFile } from "../../src/shared/package.ts";
import { memoryCache } from "./memory-cache.ts";

const golden = z
	.array(z.object({ clip: z.string(), embedding: z.array(z.number()) }))
	.parse(
		JSON.parse(
			readFileSync(
				packageFile("test/fixtures/text-audio/demo-golden.json"),
				"utf8",
			),
		),
	);
const concepts = readFileSync(packageFile("concepts/demo.txt"), "utf8")
	.trim()
	.split("\n");

function clipNamed(name: string): AudioClip {
	const path = join(packageFile("demo/clips"), name);
	return { id: name, path, hash: sha256(readFileSync(path)) };
}

let model: TextAudioModel;
beforeAll(async () => {
	const files = await readClapFiles(
		packageFile("demo/text-audio/encoder.yaml"),
		frontEndSchema,
	);
	model = openClap({
		files,
		features: openClipFeatures({ frontEnd: files.audio.frontEnd, threads: 1 }),
		threads: 1,
	});
});
afterAll(() => model.close());

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
	expect(a.length).toBe(b.length);
	return Array.from(a, (value, axis) => value * (b[axis] as number)).reduce(
		(sum, product) => sum + product,
		0,
	);
}

async function vectorsOf(clips: readonly AudioClip[]): Promise<Float32Array[]> {
	return (await model.embedAudio(clips)).map((embedding) => {
		if ("vector" in embedding) return embedding.vector;
		throw new Error(embedding.message);
	});
}

describe("the demo's text-audio encoder", () => {
	it("gives PyTorch's vectors, from the file to the last layer", async () => {
		const vectors = await vectorsOf(golden.map(({ clip }) => clipNamed(clip)));
		for (const [index, { embedding }] of golden.entries())
			for (const [axis, value] of embedding.entries())
				expect(
					Math.abs((vectors[index]?.[axis] as number) - value),
				).toBeLessThan(1e-4);
	});

	it("reads texts by the sentence encoder of the package", async () => {
		const encoder = await openSentenceEncoder({ threads: 1 });
		const texts = ["heavy rain", "a violin holding one note"];
		const [own, shipped] = await Promise.all([
			model.embed(texts),
			encoder.embed(texts),
		]);
		await encoder.close();
		for (const [index, vector] of own.entries())
			expect(dot(vector, shipped[index] as Float32Array)).toBeCloseTo(1, 5);
	});

	it("names sounds it never heard, of all 48 names", async () => {
		const names = ["rain", "violin", "gunshot", "footsteps", "piano", "siren"];
		const clips = names.flatMap((name) =>
			["01", "04", "07", "10"].map((take) => clipNamed(`${name}-${take}.flac`)),
		);
		const [sounds, texts] = await Promise.all([
			vectorsOf(clips),
			model.embed(concepts.map(conceptText)),
		]);
		const right = sounds.filter((sound, index) => {
			const cosines = texts.map((text) => dot(sound, text));
			const best = concepts[cosines.indexOf(Math.max(...cosines))];
			return clips[index]?.id.startsWith(`${best}-`);
		});
		// Chance: half a clip of 24.
		expect(right.length).toBeGreaterThanOrEqual(20);
	});

	it("keeps what it had embedded when it was interrupted", async () => {
		const asked: string[] = [];
		const counting: TextAudioModel = {
			...model,
			embedAudio: (clips, options) => {
				asked.push(...clips.map(({ id }) => id));
				return model.embedAudio(clips, options);
			},
		};
		const cache = memoryCache();
		const clips = concepts
			.flatMap((name) => ["01", "02", "03"].map((take) => `${name}-${take}`))
			.map((name) => clipNamed(`${name}.flac`));
		const stop = new AbortController();
		await expect(
			cachedTextAudio(counting, cache).embedAudio(clips, {
				signal: stop.signal,
				onProgress: ({ done }) => {
					if (done > 130) stop.abort();
				},
			}),
		).rejects.toMatchObject({ code: "interrupted" });
		const first = asked.length;
		await cachedTextAudio(counting, cache).embedAudio(clips);
		// The block of 128 that was complete is not asked for again, and afterwards nothing is.
		expect(new Set(asked.slice(first)).size).toBe(clips.length - 128);
		const second = asked.length;
		await cachedTextAudio(counting, cache).embedAudio(clips);
		expect(asked).toHaveLength(second);
	});
});
