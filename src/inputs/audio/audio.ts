/** What decoding yields, and how every file here says that it could not: a DataError with the file, expected and got. */
import { DataError } from "../../errors.ts";

/** Samples per channel in [-1, 1] (float files may exceed it), all channels of one length; `sampleRate` in Hz. */
export type DecodedAudio = {
	readonly channels: Float32Array[];
	readonly sampleRate: number;
};

/** The formats that can be decoded. `flac` is native FLAC or FLAC in Ogg. */
export type AudioFormat = "wav" | "flac" | "vorbis" | "mp3";

/** Why a file cannot be used as audio. */
export type AudioErrorCode =
	| "audio_empty"
	| "audio_unrecognised"
	| "audio_unsupported"
	| "audio_opus_unsupported"
	| "audio_corrupt"
	| "audio_truncated"
	| "audio_not_finite"
	| "audio_rate_out_of_range";

const HINTS: Readonly<Record<AudioErrorCode, string>> = {
	audio_empty:
		"Put the recording in place again, or remove the clip from the manifest.",
	audio_unrecognised:
		"Convert the file to WAV or FLAC (ffmpeg -i INPUT OUTPUT.flac), or remove the clip from the manifest.",
	audio_unsupported:
		"Convert the file to WAV or FLAC (ffmpeg -i INPUT OUTPUT.flac).",
	audio_opus_unsupported:
		"Convert the file to FLAC or WAV (ffmpeg -i INPUT.opus OUTPUT.flac).",
	audio_corrupt:
		"Copy or convert the file again from its source, or remove the clip from the manifest.",
	audio_truncated:
		"The copy or download was cut short: fetch the file again, or remove the clip from the manifest.",
	audio_not_finite:
		"Write the file again without NaN or infinite samples, or remove the clip from the manifest.",
	audio_rate_out_of_range: "Correct the sample rate in the file's header.",
};

/** A DataError about one audio file; the hint follows from the code. `problem` completes the sentence "FILE: ...". */
export function audioError(
	file: string,
	code: AudioErrorCode,
	problem: string,
	details: {
		readonly cause?: unknown;
		readonly evidence?: Readonly<Record<string, unknown>>;
	} = {},
): DataError {
	return new DataError(`${file}: ${problem}`, {
		code,
		hint: HINTS[code],
		cause: details.cause,
		evidence: { file, ...details.evidence },
	});
}

/** Big-endian 32-bit number at `offset`, which must be inside. */
export function uint32(bytes: Uint8Array, offset: number): number {
	return new DataView(
		bytes.buffer,
		bytes.byteOffset,
		bytes.byteLength,
	).getUint32(offset);
}

/** Whether the ASCII text stands at `offset`. False past the end. */
export function hasText(
	bytes: Uint8Array,
	text: string,
	offset: number,
): boolean {
	if (offset < 0 || offset + text.length > bytes.length) return false;
	for (let i = 0; i < text.length; i += 1)
		if (bytes[offset + i] !== text.charCodeAt(i)) return false;
	return true;
}
