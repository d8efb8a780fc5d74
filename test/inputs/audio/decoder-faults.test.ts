/** Decoders that misbehave: what they report, lose or throw becomes a DataError. */
import {
	afterAll,
	beforeAll,
	beforeEach,
	describe,
	expect,
	it,
	vi,
} from "vitest";
import { readFixture } from "./fixture.ts";

const decode = vi.fn();
const streaming = () => ({
	decoder: async () => ({
		decode,
		flush: () => ({ channelData: [], sampleRate: 0 }),
		free: () => undefined,
	}),
});
const decoders = {
	"@audio/decode-mp3": () => ({ default: decode }),
	"@audio/decode-flac": streaming,
	"@audio/decode-vorbis": streaming,
};

let decodeAudio: typeof import("../../../src/inputs/audio/decode.ts").decodeAudio;
beforeAll(async () => {
	for (const [name, fake] of Object.entries(decoders)) vi.doMock(name, fake);
	// Another file's tests may have loaded the true ones into this process.
	vi.resetModules();
	({ decodeAudio } = await import("../../../src/inputs/audio/decode.ts"));
});
afterAll(() => {
	for (const name of Object.keys(decoders)) vi.doUnmock(name);
	vi.resetModules();
});

const samples = (...lengths: number[]) => ({
	channelData: lengths.map((length) => new Float32Array(length)),
	sampleRate: 16000,
});

beforeEach(() => {
	decode.mockReset();
});

describe("decodeAudio turns into a DataError", () => {
	it.each([
		["mono-cbr.mp3", "the MP3 decoder"],
		["int24.flac", "the FLAC decoder"],
		["mono.ogg", "the Vorbis decoder"],
	])("what the decoder of %s reports", async (name, decoder) => {
		decode.mockReturnValue({
			...samples(4000, 4000),
			errors: [{ message: "lost sync" }],
		});
		await expect(
			decodeAudio(await readFixture(name), name),
		).rejects.toMatchObject({
			name: "DataError",
			code: "audio_corrupt",
			message: `${name}: ${decoder} reports: lost sync`,
			evidence: { problems: ["lost sync"] },
		});
	});

	it("an MP3 that lost samples in the decoder", async () => {
		decode.mockReturnValue(samples(3999, 3999));
		await expect(
			decodeAudio(await readFixture("mono-cbr.mp3"), "clip.mp3"),
		).rejects.toMatchObject({
			code: "audio_corrupt",
			message:
				"clip.mp3: expected 4000 samples per channel from the frames, the decoder got 3999",
		});
	});

	it("no channels, and channels of different length", async () => {
		const bytes = await readFixture("mono.ogg");
		decode.mockReturnValue({ channelData: [], sampleRate: 0 });
		await expect(decodeAudio(bytes, "clip.ogg")).rejects.toMatchObject({
			code: "audio_empty",
		});
		decode.mockReturnValue(samples(4, 3));
		await expect(decodeAudio(bytes, "clip.ogg")).rejects.toMatchObject({
			code: "audio_corrupt",
			message: "clip.ogg: expected 4 samples in channel 1, got 3",
		});
	});

	it("whatever it throws, and keeps the cause", async () => {
		const cause = new TypeError("unreachable");
		decode.mockImplementation(() => {
			throw cause;
		});
		for (const name of ["mono-cbr.mp3", "int24.flac", "mono.ogg"]) {
			const error = await decodeAudio(await readFixture(name), name).catch(
				(thrown: unknown) => thrown,
			);
			expect(error).toMatchObject({
				name: "DataError",
				code: "audio_corrupt",
				message: expect.stringMatching(/decoder failed: unreachable$/),
			});
			expect(error).toHaveProperty("cause", cause);
		}
	});
});
