/** Ogg Vorbis: a whole stream or an error. The decoder itself returns part of a cut stream without a word. */
import { decoder } from "@audio/decode-vorbis";
import { audioError, type DecodedAudio } from "./audio.ts";
import { decoderPool, decoderProblems } from "./decoder-pool.ts";
import { wholeOggStream } from "./ogg.ts";

const pool = decoderPool(decoder);

/** Decodes Ogg Vorbis. Errors: `audio_truncated` (no end-of-stream page), `audio_corrupt`, `audio_unsupported`. */
export async function decodeVorbis(
	bytes: Uint8Array,
	file: string,
): Promise<DecodedAudio> {
	const stream = wholeOggStream(bytes, file);
	return await pool.with((vorbis) => {
		const decoded = vorbis.decode(stream);
		const problems = decoderProblems(decoded);
		if (problems.length > 0)
			throw audioError(
				file,
				"audio_corrupt",
				`the Vorbis decoder reports: ${problems[0]}`,
				{ evidence: { problems } },
			);
		return {
			result: {
				channels: decoded.channelData,
				sampleRate: decoded.sampleRate,
			},
			clean: decoded.channelData.length > 0,
		};
	});
}
