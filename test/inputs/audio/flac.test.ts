/** FLAC: the file's own totals and MD5 are believed over the decoder. */
import { describe, expect, it } from "vitest";
import { decodeFlac } from "../../../src/inputs/audio/flac.ts";
import { readFixture } from "./fixture.ts";

/** Writes the 36-bit total of STREAMINFO. */
function withTotal(bytes: Uint8Array, total: number): Uint8Array {
	const copy = bytes.slice();
	new DataView(copy.buffer).setUint32(22, total);
	return copy;
}

describe("decodeFlac", () => {
	it.each([
		["int8.flac", 8],
		["int16-stereo.flac", 16],
		["int24.flac", 24],
		["no-total.flac", 16],
		["ogg-flac.oga", 16],
	])(
		"%s: every sample is a whole multiple of 2^-(%i - 1)",
		async (name, bits) => {
			const { channels } = await decodeFlac(await readFixture(name), name);
			for (const channel of channels) {
				expect(
					channel.every((sample) => Number.isInteger(sample * 2 ** (bits - 1))),
				).toBe(true);
				expect(channel.some((sample) => sample > 0.5)).toBe(true);
			}
		},
	);

	it("says how many samples are missing", async () => {
		const bytes = await readFixture("int24.flac");
		await expect(
			decodeFlac(withTotal(bytes, 5000), "clip.flac"),
		).rejects.toMatchObject({
			code: "audio_truncated",
			message:
				"clip.flac: expected 5000 samples per channel, as STREAMINFO says, got 4000",
			evidence: { expected: 5000, got: 4000 },
		});
	});

	it("refuses more samples than announced", async () => {
		const bytes = await readFixture("int24.flac");
		await expect(
			decodeFlac(withTotal(bytes, 100), "clip.flac"),
		).rejects.toMatchObject({
			code: "audio_corrupt",
			message:
				"clip.flac: expected 100 samples per channel, as STREAMINFO says, got 4000",
		});
	});

	it.each(["int8.flac", "int16-stereo.flac", "int24.flac"])(
		"%s with another MD5 is corrupt",
		async (name) => {
			const bytes = await readFixture(name);
			bytes[30] = (bytes[30] as number) ^ 1;
			await expect(decodeFlac(bytes, "clip.flac")).rejects.toMatchObject({
				code: "audio_corrupt",
				message:
					"clip.flac: the decoded samples do not match the MD5 in the file",
			});
		},
	);

	it.each([
		[
			"a header cut short",
			20,
			"audio_truncated",
			"clip.flac: expected 42 bytes of FLAC header, got 20",
		],
		[
			"no samples at all",
			42,
			"audio_truncated",
			"clip.flac: expected 4000 samples per channel, as STREAMINFO says, got 0",
		],
	])("refuses %s", async (_, length, code, message) => {
		const bytes = await readFixture("int24.flac");
		await expect(
			decodeFlac(bytes.subarray(0, length), "clip.flac"),
		).rejects.toMatchObject({ code, message });
	});

	it("wants STREAMINFO first", async () => {
		const bytes = await readFixture("int24.flac");
		bytes[4] = 1;
		await expect(decodeFlac(bytes, "clip.flac")).rejects.toMatchObject({
			code: "audio_corrupt",
			message:
				"clip.flac: expected STREAMINFO as the first FLAC metadata block",
		});
	});
});
