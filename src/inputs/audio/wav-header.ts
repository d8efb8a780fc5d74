/** The header of a WAV file: its format and where the samples are. */
import { audioError, hasText } from "./audio.ts";

export const WAV_PCM = 1;
export const WAV_MS_ADPCM = 2;
export const WAV_FLOAT = 3;
export const WAV_A_LAW = 6;
export const WAV_MU_LAW = 7;
export const WAV_IMA_ADPCM = 0x11;
const WAV_EXTENSIBLE = 0xfffe;
/** Writers to a pipe cannot know the size and put a number of this order or 0. */
const PLACEHOLDER_SIZE = 0x7ffff000;

export type WavHeader = {
	/** What the samples are, `WAV_PCM` and the like; the extensible wrapper is resolved. */
	readonly format: number;
	readonly channels: number;
	/** Hz. */
	readonly sampleRate: number;
	/** Bytes of one frame (of one block for ADPCM). */
	readonly blockAlign: number;
	/** Bits that one sample takes in the file, always whole bytes except for ADPCM. */
	readonly bits: number;
	/** The content of the `fmt ` chunk. */
	readonly formatChunk: Uint8Array;
	/** The samples' bytes. */
	readonly data: Uint8Array;
};

/**
 * Walks the RIFF chunks up to `data`. Errors: `audio_truncated` (the file ends in the header, or holds fewer bytes than the
 * `data` chunk announces), `audio_corrupt` (no or senseless `fmt `).
 */
export function readWavHeader(bytes: Uint8Array, file: string): WavHeader {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let format: Omit<WavHeader, "data"> | undefined;
	let offset = 12;
	while (offset + 8 <= bytes.length) {
		const size = view.getUint32(offset + 4, true);
		const start = offset + 8;
		if (hasText(bytes, "data", offset)) {
			if (format === undefined)
				throw audioError(
					file,
					"audio_corrupt",
					"expected a `fmt ` chunk before `data`, got none",
				);
			return {
				...format,
				data: sampleBytes(
					bytes,
					{ start, size, riff: view.getUint32(4, true) },
					file,
				),
			};
		}
		if (hasText(bytes, "fmt ", offset) && start + size <= bytes.length)
			format = readFormat(bytes.subarray(start, start + size), file);
		offset = nextChunk(bytes, start + size);
	}
	throw audioError(
		file,
		"audio_truncated",
		`expected a \`data\` chunk, got the end of the file at byte ${bytes.length}`,
	);
}

/** Chunks start at even offsets; some writers forget the padding byte after an odd one. */
function nextChunk(bytes: Uint8Array, end: number): number {
	if (end % 2 === 0) return end;
	const isName = (offset: number) =>
		bytes
			.subarray(offset, offset + 4)
			.every((byte) => byte >= 0x20 && byte < 0x7f);
	return isName(end) && !isName(end + 1) ? end : end + 1;
}

function sampleBytes(
	bytes: Uint8Array,
	chunk: {
		readonly start: number;
		readonly size: number;
		readonly riff: number;
	},
	file: string,
): Uint8Array {
	const { start, size, riff } = chunk;
	const available = bytes.length - start;
	const unknown =
		(size >= PLACEHOLDER_SIZE && available < size) ||
		(size === 0 &&
			(riff === 0 || riff + 8 === start || riff >= PLACEHOLDER_SIZE));
	if (unknown) return bytes.subarray(start);
	if (size > available)
		throw audioError(
			file,
			"audio_truncated",
			`expected ${size} bytes of samples, as the \`data\` chunk says, got ${available}`,
			{ evidence: { expected: size, got: available } },
		);
	return bytes.subarray(start, start + size);
}

function readFormat(chunk: Uint8Array, file: string): Omit<WavHeader, "data"> {
	const wrong = (got: string) =>
		audioError(
			file,
			"audio_corrupt",
			`the \`fmt \` chunk makes no sense: ${got}`,
		);
	if (chunk.length < 16)
		throw wrong(`expected at least 16 bytes, got ${chunk.length}`);
	const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
	const tag = view.getUint16(0, true);
	if (tag === WAV_EXTENSIBLE && chunk.length < 40)
		throw wrong(
			`expected 40 bytes for the extensible format, got ${chunk.length}`,
		);
	const format = tag === WAV_EXTENSIBLE ? view.getUint16(24, true) : tag;
	const channels = view.getUint16(2, true);
	const sampleRate = view.getUint32(4, true);
	const blockAlign = view.getUint16(12, true);
	const declaredBits = view.getUint16(14, true);
	if (channels === 0 || blockAlign === 0)
		throw wrong(`${channels} channels, ${blockAlign} bytes per frame`);
	// Where every sample takes whole bytes, these count: 12 or 20 valid bits stand left-justified in 2 or 3 bytes.
	const isPlain = [WAV_PCM, WAV_FLOAT, WAV_A_LAW, WAV_MU_LAW].includes(format);
	const bits = isPlain ? (8 * blockAlign) / channels : declaredBits;
	if (isPlain && (bits % 8 !== 0 || declaredBits > bits))
		throw wrong(
			`${declaredBits} bits, ${channels} channels, ${blockAlign} bytes per frame`,
		);
	return { format, channels, sampleRate, blockAlign, bits, formatChunk: chunk };
}
