/** Every format against another decoder's values, and every way a file can be unusable. */
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { DecodedAudio } from "../../../src/inputs/audio/audio.ts";
import { decodeAudio } from "../../../src/inputs/audio/decode.ts";
import { audioFixtures, readFixture, withDamage } from "./fixture.ts";
import { makeWav } from "./make-wav.ts";

const expected = z
	.record(
		z.string(),
		z.object({
			sampleRate: z.number(),
			channels: z.number(),
			decoders: z.record(
				z.string(),
				z.object({
					frames: z.number(),
					everyFrame: z.number(),
					values: z.array(z.array(z.number())),
				}),
			),
		}),
	)
	.parse(
		JSON.parse(readFileSync(new URL("decoded.json", audioFixtures), "utf8")),
	);

/** Lossless formats differ only by the 9 digits of the JSON (and float64 by float32 rounding), lossy ones by their arithmetic. */
function toleranceOf(name: string): number {
	if (name.endsWith(".mp3")) return 3e-6;
	if (name.endsWith(".ogg")) return 5e-7;
	return name === "float64.wav" ? 3e-8 : 1e-9;
}

describe("decodeAudio gives what other decoders give", () => {
	for (const [name, file] of Object.entries(expected))
		for (const [decoder, { frames, everyFrame, values }] of Object.entries(
			file.decoders,
		))
			it(`${name} as ${decoder} reads it`, async () => {
				const { channels, sampleRate } = await decodeAudio(
					await readFixture(name),
					name,
				);
				expect(sampleRate).toBe(file.sampleRate);
				expect(channels.map((channel) => channel.length)).toEqual(
					new Array(file.channels).fill(frames),
				);
				let largest = 0;
				for (const [index, row] of values.entries())
					for (const [k, value] of row.entries())
						largest = Math.max(
							largest,
							Math.abs(
								(channels[index]?.[k * everyFrame] ?? Number.NaN) - value,
							),
						);
				expect(largest).toBeLessThan(toleranceOf(name));
			});

	it("covers all formats", () => {
		const endings = Object.keys(expected).map((name) => name.split(".").pop());
		expect(new Set(endings)).toEqual(
			new Set(["wav", "flac", "oga", "ogg", "mp3"]),
		);
	});

	it("goes by the content, not the name", async () => {
		const { sampleRate } = await decodeAudio(
			await readFixture("mono.ogg"),
			"mono.wav",
		);
		expect(sampleRate).toBe(16000);
	});
});

describe("decodeAudio with one decoder for many files", () => {
	it("gives the same samples in any order, also after files that fail", async () => {
		const names = [
			"int24.flac",
			"int16-stereo.flac",
			"no-total.flac",
			"mono.ogg",
			"stereo.ogg",
			"mono-cbr.mp3",
			"stereo-vbr-id3.mp3",
		];
		const files = await Promise.all(names.map(readFixture));
		const alone: DecodedAudio[] = [];
		for (const [index, bytes] of files.entries())
			alone.push(await decodeAudio(bytes, names[index] as string));
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(files.length - 1), fc.boolean()), {
					minLength: 2,
					maxLength: 8,
				}),
				async (order) => {
					await Promise.all(
						order.map(async ([index, broken]) => {
							const bytes = files[index] as Uint8Array;
							if (broken) {
								await decodeAudio(
									bytes.subarray(0, bytes.length * 0.7),
									"cut",
								).catch(() => undefined);
							} else
								expect(await decodeAudio(bytes, "again")).toEqual(alone[index]);
						}),
					);
				},
			),
			{ numRuns: 20 },
		);
	});

	it("works in a worker thread", async () => {
		const module = new URL(
			"../../../dist/inputs/audio/decode.js",
			import.meta.url,
		);
		const worker = new Worker(
			`const { parentPort, workerData } = require("node:worker_threads");
			import(workerData.module).then(async ({ decodeAudio }) => {
				const { channels } = await decodeAudio(workerData.bytes, "clip");
				parentPort.postMessage(channels[0].length);
			});`,
			{
				eval: true,
				workerData: {
					module: module.href,
					bytes: await readFixture("int24.flac"),
				},
			},
		);
		const length = await new Promise((resolve, reject) => {
			worker.once("message", resolve);
			worker.once("error", reject);
		});
		await worker.terminate();
		expect(length).toBe(4000);
	});
});

describe("decodeAudio refuses", () => {
	const floatWav = (value: number): Uint8Array => {
		const bytes = makeWav({ samples: [0, 0, 0], bits: 32 });
		const view = new DataView(bytes.buffer);
		view.setUint16(20, 3, true);
		view.setFloat32(48, value, true);
		return bytes;
	};
	const text = (content: string) => new Uint8Array(Buffer.from(content));
	const cases: [
		string,
		() => Uint8Array | Promise<Uint8Array>,
		string,
		string,
	][] = [
		[
			"an empty file",
			() => new Uint8Array(),
			"audio_empty",
			"clip.wav: expected audio, got an empty file",
		],
		[
			"a WAV without samples",
			() => makeWav({ samples: [], bits: 16, riffSize: 100 }),
			"audio_empty",
			"clip.wav: expected at least one sample, got none",
		],
		[
			"noise",
			() => new Uint8Array([1, 2, 0xab, 4]),
			"audio_unrecognised",
			"clip.wav: expected WAV, FLAC, Ogg Vorbis or MP3, got bytes that start with 01 02 ab 04",
		],
		[
			"a web page",
			() => text("<!doctype html><title>404</title>"),
			"audio_unrecognised",
			"clip.wav: expected WAV, FLAC, Ogg Vorbis or MP3, got an HTML page",
		],
		[
			"a Git LFS pointer",
			() => text("version https://git-lfs.github.com/spec/v1\n"),
			"audio_unrecognised",
			"clip.wav: expected WAV, FLAC, Ogg Vorbis or MP3, got a Git LFS pointer, not the file itself (run `git lfs pull`)",
		],
		[
			"AIFF",
			() => text("FORM\0\0\0\x08AIFF"),
			"audio_unrecognised",
			"clip.wav: expected WAV, FLAC, Ogg Vorbis or MP3, got AIFF",
		],
		[
			"Opus",
			() => readFixture("opus.ogg"),
			"audio_opus_unsupported",
			"clip.wav: expected WAV, FLAC, Ogg Vorbis or MP3, got Opus in Ogg",
		],
		[
			"NaN",
			() => floatWav(Number.NaN),
			"audio_not_finite",
			"clip.wav: expected finite samples, got NaN at sample 1 of channel 0",
		],
		[
			"infinity",
			() => floatWav(Number.NEGATIVE_INFINITY),
			"audio_not_finite",
			"clip.wav: expected finite samples, got -Infinity at sample 1 of channel 0",
		],
		[
			"a rate of 3 Hz",
			() => makeWav({ samples: [1], bits: 16, sampleRate: 3 }),
			"audio_rate_out_of_range",
			"clip.wav: expected a sample rate of 1000 to 768000 Hz, got 3",
		],
	];
	for (const [name, make, code, message] of cases)
		it(name, async () => {
			await expect(decodeAudio(await make(), "clip.wav")).rejects.toMatchObject(
				{
					name: "DataError",
					code,
					message,
					hint: expect.stringMatching(/\.$/),
					evidence: { file: "clip.wav" },
				},
			);
		});

	it("bytes that are no audio, always as a DataError", async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
				await expect(decodeAudio(bytes, "noise")).rejects.toMatchObject({
					name: "DataError",
					code: expect.stringMatching(/^audio_/),
				});
			}),
			{ numRuns: 200 },
		);
	});
});

describe("decodeAudio notices damage", () => {
	const names = [
		"int16-stereo.flac",
		"int24.flac",
		"ogg-flac.oga",
		"mono.ogg",
		"stereo.ogg",
		"mono-cbr.mp3",
		"stereo-vbr-id3.mp3",
		"float32.wav",
		"mu-law.wav",
	];
	for (const name of names)
		it(`${name} cut anywhere is an error, never a shorter clip`, async () => {
			const bytes = await readFixture(name);
			// The last 128 bytes of this one are an ID3v1 tag, whose loss loses no sound.
			const end = bytes.length - (name === "stereo-vbr-id3.mp3" ? 128 : 0);
			await fc.assert(
				fc.asyncProperty(
					fc.integer({ min: 1, max: end - 1 }),
					async (length) => {
						await expect(
							decodeAudio(bytes.subarray(0, length), name),
						).rejects.toMatchObject({
							name: "DataError",
							code: expect.stringMatching(
								/^audio_(truncated|unrecognised|corrupt)$/,
							),
						});
					},
				),
				{ numRuns: 40 },
			);
		});

	for (const name of [
		"int16-stereo.flac",
		"int24.flac",
		"ogg-flac.oga",
		"mono.ogg",
		"stereo.ogg",
	])
		it(`${name} cut in the samples is called truncated`, async () => {
			const bytes = await readFixture(name);
			await expect(
				decodeAudio(bytes.subarray(0, bytes.length * 0.6), name),
			).rejects.toMatchObject({
				code: "audio_truncated",
				hint: "The copy or download was cut short: fetch the file again, or remove the clip from the manifest.",
			});
		});

	for (const name of [
		"int16-stereo.flac",
		"ogg-flac.oga",
		"mono.ogg",
		"stereo.ogg",
	])
		it(`${name} with one wrong byte among the samples is an error`, async () => {
			const bytes = await readFixture(name);
			await fc.assert(
				fc.asyncProperty(
					fc.integer({
						min: Math.floor(bytes.length * 0.9),
						max: bytes.length - 1,
					}),
					async (offset) => {
						await expect(
							decodeAudio(withDamage(bytes, offset), name),
						).rejects.toMatchObject({
							code: expect.stringMatching(
								/^audio_(truncated|corrupt|unsupported)$/,
							),
						});
					},
				),
				{ numRuns: 40 },
			);
		});
});
