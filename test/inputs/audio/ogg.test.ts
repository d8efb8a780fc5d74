/** Ogg pages: whole streams pass, anything else is named. */
import { beforeAll, describe, expect, it } from "vitest";
import {
	firstOggPacket,
	wholeOggStream,
} from "../../../src/inputs/audio/ogg.ts";
import { readFixture, withDamage } from "./fixture.ts";

describe("wholeOggStream", () => {
	let bytes: Uint8Array;
	let pages: number[];
	beforeAll(async () => {
		bytes = await readFixture("mono.ogg");
		const text = Buffer.from(bytes).toString("latin1");
		pages = [...text.matchAll(/OggS/g)].map((match) => match.index);
	});

	it("takes whole files of several encoders", async () => {
		for (const name of ["mono.ogg", "stereo.ogg", "ogg-flac.oga", "opus.ogg"]) {
			const file = await readFixture(name);
			expect(wholeOggStream(file, name)).toEqual(file);
		}
	});

	it("leaves out what follows the end of the stream", () => {
		expect(
			wholeOggStream(new Uint8Array([...bytes, 1, 2, 3]), "clip.ogg"),
		).toEqual(bytes);
	});

	it("refuses a file without its last page, and one cut in a page", () => {
		const last = pages.at(-1) as number;
		for (const [end, page] of [
			[last, pages.length - 1],
			[last + 10, pages.length - 1],
			[last + 40, pages.length - 1],
		] as const)
			expect(() => wholeOggStream(bytes.subarray(0, end), "clip.ogg")).toThrow(
				expect.objectContaining({
					code: "audio_truncated",
					message: `clip.ogg: expected an end-of-stream page, got the end of the file at byte ${end}, page ${page}`,
				}),
			);
	});

	it("refuses damage, a missing page and a second stream", () => {
		const [, second = 0, third = 0] = pages;
		expect(() =>
			wholeOggStream(withDamage(bytes, second + 100), "clip.ogg"),
		).toThrow(
			expect.objectContaining({
				code: "audio_corrupt",
				message: `clip.ogg: Ogg page 1 at byte ${second} does not match its checksum`,
			}),
		);
		const skipped = Buffer.concat([
			bytes.subarray(0, second),
			bytes.subarray(third),
		]);
		expect(() => wholeOggStream(skipped, "clip.ogg")).toThrow(
			expect.objectContaining({
				code: "audio_corrupt",
				message: `clip.ogg: expected Ogg page 1 at byte ${second}, got page 2`,
			}),
		);
		expect(() =>
			wholeOggStream(Buffer.concat([bytes, bytes]), "clip.ogg"),
		).toThrow(
			expect.objectContaining({
				code: "audio_unsupported",
				message:
					"clip.ogg: expected one Ogg stream, got several chained or interleaved ones",
			}),
		);
	});

	it("finds the packet that names the codec", async () => {
		expect(firstOggPacket(bytes)?.subarray(1, 7)).toEqual(
			new Uint8Array(Buffer.from("vorbis")),
		);
		expect(firstOggPacket(await readFixture("int24.flac"))).toBeNull();
	});
});
