/** MP3: the frames are counted before decoding, so that a cut or damaged file is an error as far as it can be known. */
import decodeWithPackage from "@audio/decode-mp3";
import { audioError, type DecodedAudio } from "./audio.ts";
import { decoderProblems } from "./decoder-pool.ts";
import {
	findFirstFrame,
	isSameStream,
	isTrailer,
	type Mp3Frame,
	type Mp3Totals,
	mp3FrameAt,
	readMp3Totals,
} from "./mp3-frames.ts";

/** What the frame headers say: audio frames found, samples per channel they hold, the encoder's own totals. */
type Mp3Outline = {
	readonly first: Mp3Frame;
	readonly samples: number;
	readonly totals: Mp3Totals | null;
};

/** Samples by which a layer III decoder lags behind. */
const DECODER_DELAY = 529;

/**
 * Decodes layer III. With a LAME header the encoder's delay and padding are cut off (the decoder does it);
 * without one they stay (there is no telling how long they are). A file without header that ends exactly between two frames
 * cannot be told from a whole one. Errors: `audio_truncated`, `audio_corrupt`.
 */
export async function decodeMp3(
	bytes: Uint8Array,
	file: string,
): Promise<DecodedAudio> {
	const { first, samples, totals } = outline(bytes, file);
	// A layer III decoder carries state from frame to frame, so every file gets a new one; the compiled module is shared.
	const decoded = await decodeWithPackage(bytes);
	const problems = decoderProblems(decoded);
	if (problems.length > 0)
		throw audioError(
			file,
			"audio_corrupt",
			`the MP3 decoder reports: ${problems[0]}`,
			{ evidence: { problems } },
		);
	const got = decoded.channelData[0]?.length ?? 0;
	const expected = samples - (totals === null ? 0 : trimmed(totals));
	if (got < expected)
		throw audioError(
			file,
			"audio_corrupt",
			`expected ${expected} samples per channel from the frames, the decoder got ${got}`,
			{ evidence: { expected, got } },
		);
	return {
		// The decoder returns a mono file as two equal channels.
		channels: decoded.channelData.slice(0, first.channels),
		sampleRate: decoded.sampleRate,
	};
}

/**
 * The most samples the decoder cuts off a file that has a header: the encoder's delay and padding, but never less at the end
 * than its own delay of 529, which it has to skip at the start.
 */
function trimmed({ trim }: Mp3Totals): number {
	return (trim?.delay ?? 0) + Math.max(trim?.padding ?? 0, DECODER_DELAY);
}

/** Walks all frames. */
function outline(bytes: Uint8Array, file: string): Mp3Outline {
	const start = findFirstFrame(bytes);
	const first = start === null ? null : mp3FrameAt(bytes, start);
	if (start === null || first === null)
		throw audioError(
			file,
			"audio_corrupt",
			"expected MPEG layer III frames, got none",
		);
	const totals = readMp3Totals(bytes, start, first);
	let offset = totals === null ? start : start + first.bytes;
	let frames = 0;
	let samples = 0;
	while (offset < bytes.length) {
		const frame = mp3FrameAt(bytes, offset);
		if (frame === null || !isSameStream(first, frame)) {
			if (isTrailer(bytes, offset) || frames === totals?.frames) break;
			// Less than a header: the file was cut there.
			if (offset + 4 > bytes.length) throw cut(file, totals, frames);
			throw audioError(
				file,
				"audio_corrupt",
				`expected an MPEG frame at byte ${offset}, got other bytes`,
			);
		}
		if (offset + frame.bytes > bytes.length) throw cut(file, totals, frames);
		offset += frame.bytes;
		frames += 1;
		samples += frame.samples;
	}
	if (totals?.frames && frames < totals.frames) throw cut(file, totals, frames);
	return { first, samples, totals };
}

function cut(file: string, totals: Mp3Totals | null, frames: number): Error {
	const expected =
		totals?.frames == null
			? "whole frames up to the end"
			: `${totals.frames} frames, as the header says`;
	return audioError(
		file,
		"audio_truncated",
		`expected ${expected}, got ${frames} whole frames`,
		{ evidence: { expected: totals?.frames ?? null, got: frames } },
	);
}
