/** WAV. Integers are read here, exactly: n becomes n / 2^(b-1), 8-bit bytes are unsigned around 128. The package does the rest. */
import decodeWithPackage from "@audio/decode-wav";
import { audioError, type DecodedAudio } from "./audio.ts";
import {
	readWavHeader,
	WAV_A_LAW,
	WAV_FLOAT,
	WAV_IMA_ADPCM,
	WAV_MS_ADPCM,
	WAV_MU_LAW,
	WAV_PCM,
	type WavHeader,
} from "./wav-header.ts";

/** Bits per sample that each format may have. */
const KNOWN_BITS: ReadonlyMap<number, readonly number[]> = new Map([
	[WAV_PCM, [8, 16, 24, 32]],
	[WAV_FLOAT, [32, 64]],
	[WAV_A_LAW, [8]],
	[WAV_MU_LAW, [8]],
	[WAV_MS_ADPCM, [4]],
	[WAV_IMA_ADPCM, [4]],
]);

/**
 * Decodes WAV: integers of 8, 16, 24 and 32 bits, floats of 32 and 64, A-law, mu-law, MS and IMA ADPCM, any channel count.
 * A cut last frame is left out when the header does not announce it. Errors: `audio_truncated`, `audio_corrupt`, `audio_unsupported`.
 */
export function decodeWav(bytes: Uint8Array, file: string): DecodedAudio {
	const header = readWavHeader(bytes, file);
	if (!KNOWN_BITS.get(header.format)?.includes(header.bits))
		throw audioError(
			file,
			"audio_unsupported",
			`expected WAV samples as integers, floats, A-law, mu-law or ADPCM, got format ${header.format} with ${header.bits} bits`,
		);
	if (header.format === WAV_PCM)
		return { channels: readIntegers(header), sampleRate: header.sampleRate };
	const { channelData, sampleRate } = decodeWithPackage(plainWav(header));
	return { channels: channelData, sampleRate };
}

/**
 * The package divides positive integers by 2^(b-1) - 1, which no rounding undoes at 32 bits; reading them is as short as correcting them.
 * Returns float32 channels, exact up to 24 bits, rounded to nearest at 32.
 */
function readIntegers(header: WavHeader): Float32Array[] {
	const { data, blockAlign, bits } = header;
	const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
	const frames = Math.floor(data.length / blockAlign);
	const width = bits / 8;
	const read: (offset: number) => number =
		bits === 8
			? (offset) => view.getUint8(offset) - 128
			: bits === 16
				? (offset) => view.getInt16(offset, true)
				: bits === 24
					? (offset) =>
							view.getUint16(offset, true) + view.getInt8(offset + 2) * 65536
					: (offset) => view.getInt32(offset, true);
	const scale = 2 ** (1 - bits);
	return Array.from({ length: header.channels }, (_, index) => {
		const channel = new Float32Array(frames);
		for (let i = 0; i < frames; i += 1)
			channel[i] = read(i * blockAlign + index * width) * scale;
		return channel;
	});
}

/** The same audio as the plainest WAV file: the package overlooks padding bytes between chunks and the size of odd headers. */
function plainWav(header: WavHeader): Uint8Array {
	const { formatChunk, data } = header;
	const format = new Uint8Array(Math.max(24, formatChunk.length));
	format.set(formatChunk);
	const wav = new Uint8Array(28 + format.length + data.length);
	const view = new DataView(wav.buffer);
	const write = (text: string, offset: number) =>
		wav.set(Buffer.from(text, "latin1"), offset);
	write("RIFF", 0);
	view.setUint32(4, wav.length - 8, true);
	write("WAVEfmt ", 8);
	view.setUint32(16, format.length, true);
	wav.set(format, 20);
	write("data", 20 + format.length);
	view.setUint32(24 + format.length, data.length, true);
	wav.set(data, 28 + format.length);
	return wav;
}
