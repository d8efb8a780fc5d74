/** A clip as an audio model is given it: mono, at one rate, no longer than it can hear. */
import { readFile } from "node:fs/promises";
import { DataError } from "../../errors.ts";
import { decodeAudio } from "./decode.ts";
import { encodeWav } from "./encode-wav.ts";
import { toMono } from "./mono.ts";
import { resample } from "./resample.ts";

/**
 * The first `seconds` of an audio file as a WAV file: channels averaged, resampled to `sampleRate` (Hz), 16 bit. Throws DataError: what
 * `decodeAudio` throws, `clip_unreadable`.
 */
export async function clipWav(
	path: string,
	options: { readonly sampleRate: number; readonly seconds: number },
): Promise<Uint8Array> {
	const { sampleRate, seconds } = options;
	const audio = await decodeAudio(await readClip(path), path);
	const heard = Math.ceil(seconds * audio.sampleRate);
	const mono = toMono(
		audio.channels.map((channel) => channel.subarray(0, heard)),
	);
	return encodeWav(resample(mono, audio.sampleRate, sampleRate), sampleRate);
}

async function readClip(path: string): Promise<Uint8Array> {
	try {
		return await readFile(path);
	} catch (error) {
		throw new DataError(
			`${path}: ${error instanceof Error ? error.message : String(error)}`,
			{
				code: "clip_unreadable",
				hint: "Check that the file is there and may be read; `audio-dissect inputs check` lists every clip that cannot be.",
				cause: error,
				evidence: { file: path },
			},
		);
	}
}
