/** WAV: exact integers, odd headers, cut files. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeWav } from "../../../src/inputs/audio/wav.ts";
import { makeChunk, makeWav } from "./make-wav.ts";

describe("decodeWav", () => {
	for (const bits of [8, 16, 24, 32] as const) {
		const lowest = -(2 ** (bits - 1));
		const integer = fc.oneof(
			fc.integer({ min: lowest, max: -lowest - 1 }),
			fc.constantFrom(lowest, lowest + 1, -1, 0, 1, -lowest - 1),
		);

		it(`reads ${bits}-bit n as n / 2^${bits - 1}, any channel count`, () => {
			fc.assert(
				fc.property(
					fc.integer({ min: 1, max: 7 }).chain((channels) =>
						fc.tuple(
							fc.constant(channels),
							fc.array(
								fc.array(integer, {
									minLength: channels,
									maxLength: channels,
								}),
								{ minLength: 1, maxLength: 20 },
							),
						),
					),
					([channels, frames]) => {
						const bytes = makeWav({
							samples: frames.flat(),
							bits,
							channels,
							sampleRate: 22050,
						});
						const audio = decodeWav(bytes, "clip.wav");
						expect(audio.sampleRate).toBe(22050);
						expect(audio.channels).toEqual(
							Array.from({ length: channels }, (_, channel) =>
								Float32Array.from(
									frames,
									(frame) => (frame[channel] as number) / 2 ** (bits - 1),
								),
							),
						);
					},
				),
			);
		});
	}

	it("reads all 65,536 values of 16 bits and all 256 of 8", () => {
		for (const bits of [8, 16] as const) {
			const samples = Array.from(
				{ length: 2 ** bits },
				(_, n) => n - 2 ** (bits - 1),
			);
			const [channel] = decodeWav(
				makeWav({ samples, bits }),
				"clip.wav",
			).channels;
			expect(channel).toEqual(
				Float32Array.from(samples, (n) => n / 2 ** (bits - 1)),
			);
		}
	});

	it("is not misled by odd chunks before the samples, padded or not", () => {
		const samples = [100, -200, 300];
		const list = makeChunk("LIST", [1, 2, 3]);
		for (const between of [Buffer.concat([list, Buffer.alloc(1)]), list]) {
			const { channels } = decodeWav(
				makeWav({ samples, bits: 16, between }),
				"clip.wav",
			);
			expect(channels[0]).toEqual(Float32Array.from(samples, (n) => n / 32768));
		}
	});

	it("leaves chunks after the samples alone", () => {
		const bytes = Buffer.concat([
			makeWav({ samples: [1, 2], bits: 16 }),
			makeChunk("LIST", [9, 9, 9, 9]),
		]);
		expect(decodeWav(bytes, "clip.wav").channels[0]).toHaveLength(2);
	});

	it.each([
		[
			"0xFFFFFFFF, as ffmpeg writes to a pipe",
			{ dataSize: 0xffffffff, riffSize: 0xffffffff },
		],
		[
			"0x7FFFF000, as sox writes to a pipe",
			{ dataSize: 0x7ffff000, riffSize: 0x7ffff024 },
		],
		["0 in a file that was never closed", { dataSize: 0, riffSize: 36 }],
	])("reads to the end when the size is %s", (_, sizes) => {
		const { channels } = decodeWav(
			makeWav({ samples: [1, 2, 3], bits: 16, ...sizes }),
			"clip.wav",
		);
		expect(channels[0]).toHaveLength(3);
	});

	it("reads 20 valid bits in 3 bytes by the bytes", () => {
		const bytes = makeWav({ samples: [-(2 ** 23), 2 ** 22], bits: 24 });
		new DataView(bytes.buffer).setUint16(34, 20, true);
		expect(decodeWav(bytes, "clip.wav").channels[0]).toEqual(
			Float32Array.of(-1, 0.5),
		);
	});

	const cut = makeWav({ samples: [1, 2, 3, 4], bits: 16 });
	const edited = (offset: number, value: number) => {
		const bytes = makeWav({ samples: [1, 2], bits: 16 });
		new DataView(bytes.buffer).setUint16(offset, value, true);
		return bytes;
	};
	it.each([
		[
			"cut samples",
			cut.subarray(0, 47),
			"audio_truncated",
			"clip.wav: expected 8 bytes of samples, as the `data` chunk says, got 3",
		],
		[
			"a cut header",
			cut.subarray(0, 40),
			"audio_truncated",
			"clip.wav: expected a `data` chunk, got the end of the file at byte 40",
		],
		[
			"no format",
			Buffer.concat([cut.subarray(0, 12), cut.subarray(36)]),
			"audio_corrupt",
			"clip.wav: expected a `fmt ` chunk before `data`, got none",
		],
		[
			"no channels",
			edited(22, 0),
			"audio_corrupt",
			"clip.wav: the `fmt ` chunk makes no sense: 0 channels, 2 bytes per frame",
		],
		[
			"bits that do not fit",
			edited(34, 24),
			"audio_corrupt",
			"clip.wav: the `fmt ` chunk makes no sense: 24 bits, 1 channels, 2 bytes per frame",
		],
		[
			"MP3 inside WAV",
			edited(20, 0x55),
			"audio_unsupported",
			"clip.wav: expected WAV samples as integers, floats, A-law, mu-law or ADPCM, got format 85 with 16 bits",
		],
		[
			"16-bit floats",
			edited(20, 3),
			"audio_unsupported",
			"clip.wav: expected WAV samples as integers, floats, A-law, mu-law or ADPCM, got format 3 with 16 bits",
		],
	])("refuses %s", (_, bytes, code, message) => {
		expect(() => decodeWav(bytes, "clip.wav")).toThrow(
			expect.objectContaining({ name: "DataError", code, message }),
		);
	});
});
