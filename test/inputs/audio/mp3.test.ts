/** MP3: delay and padding, frame counts, tags around the frames. */
import { describe, expect, it } from "vitest";
import { decodeMp3 } from "../../../src/inputs/audio/mp3.ts";
import {
	findFirstFrame,
	id3Length,
	mp3FrameAt,
	readMp3Totals,
} from "../../../src/inputs/audio/mp3-frames.ts";
import { readFixture, withDamage } from "./fixture.ts";

/** All frames of mono-cbr.mp3 (16 kHz, 64 kbit/s) take 288 bytes. */
const FRAME = 288;

describe("decodeMp3", () => {
	it("cuts the encoder's delay and padding off: exactly as many samples as went in", async () => {
		const { channels } = await decodeMp3(
			await readFixture("mono-cbr.mp3"),
			"clip.mp3",
		);
		expect(channels.map((channel) => channel.length)).toEqual([4000]);
		const stereo = await decodeMp3(
			await readFixture("stereo-vbr-id3.mp3"),
			"clip.mp3",
		);
		expect(stereo.channels.map((channel) => channel.length)).toEqual([
			4001, 4001,
		]);
	});

	it("keeps all samples when no header tells the delay", async () => {
		const { channels } = await decodeMp3(
			await readFixture("mono-no-header.mp3"),
			"clip.mp3",
		);
		expect(channels[0]).toHaveLength(9 * 576);
	});

	it.each([
		["delay and padding of 0", 0, 0, 5184 - 529],
		["less padding than the decoder's own delay", 576, 300, 5184 - 576 - 529],
		["more padding than a frame", 576, 2000, 5184 - 576 - 2000],
	])("takes a header with %s", async (_, delay, padding, length) => {
		const bytes = Buffer.from(await readFixture("mono-cbr.mp3"));
		// Info, flags, frames, bytes, 100 bytes of table, quality; 21 bytes into LAME's part.
		bytes.writeUIntBE(delay * 4096 + padding, bytes.indexOf("Info") + 141, 3);
		const { channels } = await decodeMp3(bytes, "clip.mp3");
		expect(channels[0]).toHaveLength(length);
	});

	it("takes a Xing header without LAME's part", async () => {
		const bytes = Buffer.from(await readFixture("mono-cbr.mp3"));
		const lame = bytes.indexOf("Info") + 120;
		bytes.fill(0, lame, lame + 36);
		const { channels } = await decodeMp3(bytes, "clip.mp3");
		expect(channels[0]).toHaveLength(5184 - 529);
	});

	it("ignores tags and zeros after the frames, and frames cut off before the first whole one", async () => {
		const bytes = await readFixture("mono-no-header.mp3");
		const whole = await decodeMp3(bytes, "clip.mp3");
		for (const after of ["TAGtitle", "APETAGEX", "\0\0\0\0"])
			expect(
				await decodeMp3(Buffer.concat([bytes, Buffer.from(after)]), "clip.mp3"),
			).toEqual(whole);
		const tail = await decodeMp3(bytes.subarray(100), "clip.mp3");
		expect(tail.channels[0]).toHaveLength(8 * 576);
	});

	it("refuses fewer frames than the header says, also when cut between two frames", async () => {
		const bytes = await readFixture("mono-cbr.mp3");
		for (const [length, frames] of [
			[bytes.length - FRAME, 8],
			[bytes.length - FRAME - 10, 7],
			[bytes.length - 1, 8],
		] as const)
			await expect(
				decodeMp3(bytes.subarray(0, length), "clip.mp3"),
			).rejects.toMatchObject({
				code: "audio_truncated",
				message: `clip.mp3: expected 9 frames, as the header says, got ${frames} whole frames`,
				evidence: { expected: 9, got: frames },
			});
	});

	it("refuses a cut last frame when there is no header", async () => {
		const bytes = await readFixture("mono-no-header.mp3");
		for (const missing of [1, 50, 142])
			await expect(
				decodeMp3(bytes.subarray(0, bytes.length - missing), "clip.mp3"),
			).rejects.toMatchObject({
				code: "audio_truncated",
				message:
					"clip.mp3: expected whole frames up to the end, got 8 whole frames",
			});
	});

	it("refuses a file with other bytes where a frame should start", async () => {
		const bytes = await readFixture("mono-cbr.mp3");
		await expect(
			decodeMp3(withDamage(bytes, 4 * FRAME), "clip.mp3"),
		).rejects.toMatchObject({
			code: "audio_corrupt",
			message: `clip.mp3: expected an MPEG frame at byte ${4 * FRAME}, got other bytes`,
		});
	});
});

describe("frame headers", () => {
	it.each([
		[
			[0xff, 0xfb, 0x90, 0x00],
			{ bytes: 417, samples: 1152, sampleRate: 44100, channels: 2, version: 1 },
		],
		[
			[0xff, 0xfb, 0x92, 0xc0],
			{ bytes: 418, samples: 1152, sampleRate: 44100, channels: 1, version: 1 },
		],
		[
			[0xff, 0xfa, 0xe8, 0x40],
			{
				bytes: 1440,
				samples: 1152,
				sampleRate: 32000,
				channels: 2,
				version: 1,
			},
		],
		[
			[0xff, 0xf3, 0x88, 0xc0],
			{ bytes: 288, samples: 576, sampleRate: 16000, channels: 1, version: 2 },
		],
		[
			[0xff, 0xe3, 0x18, 0xc0],
			{ bytes: 72, samples: 576, sampleRate: 8000, channels: 1, version: 2.5 },
		],
	])("reads %o", (header, frame) => {
		expect(mp3FrameAt(Uint8Array.from(header), 0)).toEqual(frame);
	});

	it.each([
		["layer II", [0xff, 0xfd, 0x90, 0x00]],
		["the reserved version", [0xff, 0xeb, 0x90, 0x00]],
		["free format", [0xff, 0xfb, 0x00, 0x00]],
		["bit rate 15", [0xff, 0xfb, 0xf0, 0x00]],
		["the reserved rate", [0xff, 0xfb, 0x9c, 0x00]],
		["no sync", [0xff, 0x1b, 0x90, 0x00]],
		["too few bytes", [0xff, 0xfb, 0x90]],
	])("refuses %s", (_, header) => {
		expect(mp3FrameAt(Uint8Array.from(header), 0)).toBeNull();
	});

	it("finds the frames behind the tag and reads the totals", async () => {
		const bytes = await readFixture("stereo-vbr-id3.mp3");
		const start = findFirstFrame(bytes);
		expect(start).toBe(id3Length(bytes));
		const frame = mp3FrameAt(bytes, start as number);
		// 4,001 samples + 576 delay + padding fill whole frames of 1,152.
		expect(frame && readMp3Totals(bytes, start as number, frame)).toEqual({
			frames: 5,
			trim: { delay: 576, padding: 5 * 1152 - 4001 - 576 },
		});
	});

	it("wants a second frame of the same kind", () => {
		const bytes = new Uint8Array(1000);
		bytes.set([0xff, 0xfb, 0x90, 0x00], 0);
		expect(findFirstFrame(bytes)).toBeNull();
		bytes.set([0xff, 0xf3, 0x88, 0xc0], 417);
		expect(findFirstFrame(bytes)).toBeNull();
		bytes.set([0xff, 0xfb, 0x90, 0x00], 417);
		expect(findFirstFrame(bytes)).toBe(0);
	});
});
