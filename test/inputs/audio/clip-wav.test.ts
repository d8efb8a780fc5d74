import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clipWav } from "../../../src/inputs/audio/clip-wav.ts";
import { decodeAudio } from "../../../src/inputs/audio/decode.ts";
import { encodeWav } from "../../../src/inputs/audio/encode-wav.ts";
import { resample } from "../../../src/inputs/audio/resample.ts";
import { temporaryFolder } from "../../support/temporary-store.ts";
import { sine, wavBytes, writeWav } from "../../support/wav.ts";

describe("encodeWav", () => {
	test("is decoded to the same samples, to half a step, and clips beyond full scale", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.float({ min: -2, max: 2, noNaN: true }), {
					minLength: 1,
					maxLength: 50,
				}),
				fc.constantFrom(8000, 16_000, 44_100),
				async (values, rate) => {
					const signal = Float32Array.from(values);
					const bytes = encodeWav(signal, rate);
					expect(Buffer.from(bytes).equals(wavBytes(signal, rate))).toBe(true);
					const { channels, sampleRate } = await decodeAudio(bytes, "x.wav");
					expect(sampleRate).toBe(rate);
					expect(channels).toHaveLength(1);
					for (const [index, sample] of (channels[0] ?? []).entries()) {
						const wanted = Math.max(
							-1,
							Math.min(1 - 2 ** -15, values[index] as number),
						);
						expect(Math.abs(sample - wanted)).toBeLessThanOrEqual(2 ** -16);
					}
				},
			),
			{ numRuns: 50 },
		);
	});
});

describe("clipWav", () => {
	test("is the resampled start of the clip", async () => {
		const path = join(temporaryFolder(), "clip.wav");
		const tone = sine(440, 2, 44_100);
		writeWav(path, tone, 44_100);
		const { channels, sampleRate } = await decodeAudio(
			await clipWav(path, { sampleRate: 16_000, seconds: 1.5 }),
			"clip",
		);
		expect(sampleRate).toBe(16_000);
		const expected = resample(tone.subarray(0, 1.5 * 44_100), 44_100, 16_000);
		expect(channels[0]).toHaveLength(24_000);
		for (const [index, sample] of (channels[0] ?? []).entries())
			expect(Math.abs(sample - (expected[index] as number))).toBeLessThan(1e-4);
	});

	test("a short clip is whole; one that cannot be read or decoded is a DataError", async () => {
		const folder = temporaryFolder();
		const path = join(folder, "short.wav");
		writeWav(path, sine(440, 0.1));
		const bytes = await clipWav(path, { sampleRate: 16_000, seconds: 30 });
		expect(bytes).toHaveLength(44 + 2 * 1600);
		const bad = join(folder, "bad.wav");
		writeFileSync(bad, "no audio");
		const options = { sampleRate: 16_000, seconds: 30 };
		await expect(clipWav(bad, options)).rejects.toMatchObject({
			name: "DataError",
			code: "audio_unrecognised",
		});
		await expect(clipWav(`${bad}x`, options)).rejects.toMatchObject({
			name: "DataError",
			code: "clip_unreadable",
		});
	});
});
