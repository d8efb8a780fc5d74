/** Encoded bytes to samples, whatever the format, with the checks no decoder makes. Usable in any thread. */
import { DataError } from "../../errors.ts";
import { type AudioFormat, audioError, type DecodedAudio } from "./audio.ts";
import { decodeFlac } from "./flac.ts";
import { decodeMp3 } from "./mp3.ts";
import { id3Length } from "./mp3-frames.ts";
import { describeUnknownBytes, isOggOpus, sniffAudioFormat } from "./sniff.ts";
import { decodeVorbis } from "./vorbis.ts";
import { decodeWav } from "./wav.ts";

const DECODERS: Readonly<
	Record<
		AudioFormat,
		(bytes: Uint8Array, file: string) => DecodedAudio | Promise<DecodedAudio>
	>
> = {
	wav: decodeWav,
	flac: (bytes, file) => decodeFlac(bytes.subarray(id3Length(bytes)), file),
	vorbis: decodeVorbis,
	mp3: decodeMp3,
};

/** Sample rates taken as real, in Hz. */
const LOWEST_RATE = 1_000;
const HIGHEST_RATE = 768_000;

/**
 * Decodes the whole content of a WAV, FLAC, Ogg Vorbis or MP3 file; `file` only names it in messages.
 * Integer samples n of b bits become exactly n / 2^(b-1). Throws DataError: `audio_empty`, `audio_unrecognised`,
 * `audio_unsupported`, `audio_opus_unsupported`, `audio_truncated`, `audio_corrupt`, `audio_not_finite`, `audio_rate_out_of_range`.
 *
 * @example const { channels, sampleRate } = await decodeAudio(await readFile(path), path);
 */
export async function decodeAudio(
	bytes: Uint8Array,
	file: string,
): Promise<DecodedAudio> {
	if (bytes.length === 0)
		throw audioError(file, "audio_empty", "expected audio, got an empty file");
	const format = sniffAudioFormat(bytes);
	if (format === null) {
		if (isOggOpus(bytes))
			throw audioError(
				file,
				"audio_opus_unsupported",
				"expected WAV, FLAC, Ogg Vorbis or MP3, got Opus in Ogg",
			);
		throw audioError(
			file,
			"audio_unrecognised",
			`expected WAV, FLAC, Ogg Vorbis or MP3, got ${describeUnknownBytes(bytes)}`,
		);
	}
	let audio: DecodedAudio;
	try {
		audio = await DECODERS[format](bytes, file);
	} catch (error) {
		if (error instanceof DataError) throw error;
		throw audioError(
			file,
			"audio_corrupt",
			`the ${format} decoder failed: ${error instanceof Error ? error.message : String(error)}`,
			{ cause: error },
		);
	}
	checkAudio(audio, file);
	return audio;
}

function checkAudio(
	{ channels, sampleRate }: DecodedAudio,
	file: string,
): void {
	const frames = channels[0]?.length ?? 0;
	if (frames === 0)
		throw audioError(
			file,
			"audio_empty",
			"expected at least one sample, got none",
		);
	if (!(sampleRate >= LOWEST_RATE && sampleRate <= HIGHEST_RATE))
		throw audioError(
			file,
			"audio_rate_out_of_range",
			`expected a sample rate of ${LOWEST_RATE} to ${HIGHEST_RATE} Hz, got ${sampleRate}`,
		);
	for (const [index, channel] of channels.entries()) {
		if (channel.length !== frames)
			throw audioError(
				file,
				"audio_corrupt",
				`expected ${frames} samples in channel ${index}, got ${channel.length}`,
			);
		const at = firstNotFinite(channel);
		if (at >= 0)
			throw audioError(
				file,
				"audio_not_finite",
				`expected finite samples, got ${channel[at]} at sample ${at} of channel ${index}`,
			);
	}
}

/** Index of the first NaN or infinity, -1 for none. A plain loop: this runs over every sample there is. */
function firstNotFinite(samples: Float32Array): number {
	for (let i = 0; i < samples.length; i += 1)
		if (!Number.isFinite(samples[i])) return i;
	return -1;
}
