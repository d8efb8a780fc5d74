/** Formats by content. */
import { describe, expect, it } from "vitest";
import {
	describeUnknownBytes,
	isOggOpus,
	sniffAudioFormat,
} from "../../../src/inputs/audio/sniff.ts";
import { readFixture } from "./fixture.ts";

describe("sniffAudioFormat", () => {
	it.each([
		["float32.wav", "wav"],
		["int24.flac", "flac"],
		["ogg-flac.oga", "flac"],
		["mono.ogg", "vorbis"],
		["mono-cbr.mp3", "mp3"],
		["stereo-vbr-id3.mp3", "mp3"],
		["mono-no-header.mp3", "mp3"],
		["opus.ogg", null],
		["decoded.json", null],
	])("%s is %s", async (name, format) => {
		expect(sniffAudioFormat(await readFixture(name))).toBe(format);
	});

	it("looks behind an ID3 tag", async () => {
		const tag = Uint8Array.from([
			0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 3, 0, 0, 0,
		]);
		expect(
			sniffAudioFormat(Buffer.concat([tag, await readFixture("int24.flac")])),
		).toBe("flac");
		expect(sniffAudioFormat(tag)).toBeNull();
	});

	it("takes few bytes for what they are", () => {
		for (const start of [
			"",
			"R",
			"RIFF",
			"RIFF\0\0\0\0AVI ",
			"OggS",
			"fLa",
			"ID3",
		])
			expect(sniffAudioFormat(Buffer.from(start))).toBeNull();
	});

	it("knows Opus", async () => {
		expect(isOggOpus(await readFixture("opus.ogg"))).toBe(true);
		expect(isOggOpus(await readFixture("mono.ogg"))).toBe(false);
	});

	it("names other formats", () => {
		expect(describeUnknownBytes(Buffer.from("\0\0\0\x20ftypM4A "))).toBe(
			"MP4 or M4A",
		);
		expect(describeUnknownBytes(Buffer.from("RIFF\0\0\0\0AVI "))).toBe(
			"RIFF other than WAV",
		);
		expect(describeUnknownBytes(Uint8Array.of(1, 255))).toBe(
			"bytes that start with 01 ff",
		);
	});
});
