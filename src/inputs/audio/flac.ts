/** FLAC, exact: sample n of a b-bit file becomes n / 2^(b-1), and the file's own length and MD5 are checked. */
import { createHash } from "node:crypto";
import { decoder } from "@audio/decode-flac";
import { audioError, type DecodedAudio, hasText, uint32 } from "./audio.ts";
import { decoderPool, decoderProblems } from "./decoder-pool.ts";
import { firstOggPacket, wholeOggStream } from "./ogg.ts";

const pool = decoderPool(decoder);

/** The STREAMINFO block: bits per sample, frames in the file (0: not known), MD5 of the samples (null: not known). */
type StreamInfo = {
	readonly bits: number;
	readonly frames: number;
	readonly md5: string | null;
};

/**
 * Decodes native FLAC (from its `fLaC` on) or Ogg FLAC.
 * Errors: `audio_truncated` (fewer frames than STREAMINFO says), `audio_corrupt`, `audio_unsupported`.
 */
export async function decodeFlac(
	bytes: Uint8Array,
	file: string,
): Promise<DecodedAudio> {
	const packet = firstOggPacket(bytes);
	const stream = packet === null ? bytes : wholeOggStream(bytes, file);
	// In Ogg the first packet is 0x7f "FLAC", version, header count, then the native beginning.
	const info = readStreamInfo(packet?.subarray(9) ?? bytes, file);
	const { channels, sampleRate, problems } = await pool.with((flac) => {
		const first = flac.decode(stream);
		const complete =
			info.frames > 0 && first.channelData[0]?.length === info.frames;
		const rest = complete ? null : flac.flush();
		return {
			result: {
				channels: joined(first.channelData, rest?.channelData ?? []),
				sampleRate: first.sampleRate || (rest?.sampleRate ?? 0),
				problems: [
					...decoderProblems(first),
					...(rest === null ? [] : decoderProblems(rest)),
				],
			},
			clean: complete,
		};
	});
	const frames = channels[0]?.length ?? 0;
	if (problems.length > 0)
		throw audioError(
			file,
			"audio_corrupt",
			`the FLAC decoder reports: ${problems[0]}`,
			{ evidence: { problems } },
		);
	if (info.frames > 0 && frames < info.frames)
		throw audioError(
			file,
			"audio_truncated",
			`expected ${info.frames} samples per channel, as STREAMINFO says, got ${frames}`,
			{ evidence: { expected: info.frames, got: frames } },
		);
	if (info.frames > 0 && frames > info.frames)
		throw audioError(
			file,
			"audio_corrupt",
			`expected ${info.frames} samples per channel, as STREAMINFO says, got ${frames}`,
		);
	// Past 24 bits float32 rounds, so neither the integers nor their MD5 can be had back.
	if (info.bits > 24) return { channels, sampleRate };
	const integers = channels.map((channel) => toIntegers(channel, info.bits));
	if (info.md5 !== null && md5Of(integers, info.bits) !== info.md5)
		throw audioError(
			file,
			"audio_corrupt",
			"the decoded samples do not match the MD5 in the file",
		);
	const scale = 2 ** (1 - info.bits);
	for (const [index, channel] of channels.entries()) {
		const source = integers[index] as Int32Array;
		for (let i = 0; i < channel.length; i += 1)
			channel[i] = (source[i] as number) * scale;
	}
	return { channels, sampleRate };
}

/** Reads STREAMINFO, which must come first (RFC 9639, section 8.2). */
function readStreamInfo(bytes: Uint8Array, file: string): StreamInfo {
	if (bytes.length < 42)
		throw audioError(
			file,
			"audio_truncated",
			`expected 42 bytes of FLAC header, got ${bytes.length}`,
		);
	if (!hasText(bytes, "fLaC", 0) || ((bytes[4] as number) & 0x7f) !== 0)
		throw audioError(
			file,
			"audio_corrupt",
			"expected STREAMINFO as the first FLAC metadata block",
		);
	// 20 bits rate, 3 bits channels - 1, 5 bits bits - 1, 36 bits frames.
	const bits =
		((((bytes[20] as number) & 1) << 4) | ((bytes[21] as number) >> 4)) + 1;
	const frames = ((bytes[21] as number) & 15) * 2 ** 32 + uint32(bytes, 22);
	const md5 = Buffer.from(bytes.subarray(26, 42)).toString("hex");
	return { bits, frames, md5: /^0+$/.test(md5) ? null : md5 };
}

/** Undoes the decoder's division by 2^(b-1) - 1. Exact for b <= 24. */
function toIntegers(channel: Float32Array, bits: number): Int32Array {
	const scale = 2 ** (bits - 1) - 1;
	const integers = new Int32Array(channel.length);
	for (let i = 0; i < channel.length; i += 1)
		integers[i] = Math.round((channel[i] as number) * scale);
	return integers;
}

/** MD5 of the samples interleaved, little-endian, signed, in whole bytes each. */
function md5Of(channels: readonly Int32Array[], bits: number): string {
	const width = Math.ceil(bits / 8);
	const stride = width * channels.length;
	const bytes = new Uint8Array((channels[0]?.length ?? 0) * stride);
	for (const [index, channel] of channels.entries()) {
		for (let byte = 0; byte < width; byte += 1) {
			let offset = index * width + byte;
			for (let i = 0; i < channel.length; i += 1, offset += stride)
				bytes[offset] = (channel[i] as number) >> (8 * byte);
		}
	}
	return createHash("md5").update(bytes).digest("hex");
}

/** The channels of two consecutive pieces, either of which may be empty. */
function joined(first: Float32Array[], rest: Float32Array[]): Float32Array[] {
	if (rest.length === 0) return first;
	if (first.length === 0) return rest;
	return first.map((channel, index) => {
		const more = rest[index] ?? new Float32Array();
		const both = new Float32Array(channel.length + more.length);
		both.set(channel);
		both.set(more, channel.length);
		return both;
	});
}
