/** The Ogg container (RFC 3533): finds the pages and proves that none is missing, damaged or cut. */
import { audioError, hasText, uint32 } from "./audio.ts";

const BEGINNING_OF_STREAM = 2;
const END_OF_STREAM = 4;

/** The first packet of the first page, which names the codec; null when the bytes do not start with an Ogg page. */
export function firstOggPacket(bytes: Uint8Array): Uint8Array | null {
	if (!hasText(bytes, "OggS", 0) || bytes.length < 28) return null;
	const start = 27 + (bytes[26] as number);
	return bytes.subarray(start, start + (bytes[27] as number));
}

/**
 * The bytes of the one whole Ogg stream in the file: pages complete, checksums right, none skipped, the last one marked as
 * the end. Bytes after the end page are left out unless they start another stream.
 * Errors: `audio_truncated`, `audio_corrupt`, `audio_unsupported` (several streams in one file).
 */
export function wholeOggStream(bytes: Uint8Array, file: string): Uint8Array {
	let offset = 0;
	let number = 0;
	let serial: number | undefined;
	while (offset < bytes.length) {
		if (offset + 27 > bytes.length) throw cut(file, number, bytes.length);
		if (!hasText(bytes, "OggS", offset))
			throw audioError(
				file,
				"audio_corrupt",
				`expected Ogg page ${number} at byte ${offset}, got other bytes`,
			);
		const flags = bytes[offset + 5] as number;
		const end = pageEnd(bytes, offset);
		if (end > bytes.length) throw cut(file, number, bytes.length);
		const pageSerial = uint32(bytes, offset + 14);
		serial ??= pageSerial;
		if (
			pageSerial !== serial ||
			(number > 0 && (flags & BEGINNING_OF_STREAM) !== 0)
		)
			throw severalStreams(file);
		if (checksum(bytes, offset, end) !== littleEndian32(bytes, offset + 22))
			throw audioError(
				file,
				"audio_corrupt",
				`Ogg page ${number} at byte ${offset} does not match its checksum`,
			);
		const sequence = littleEndian32(bytes, offset + 18);
		if (sequence !== number)
			throw audioError(
				file,
				"audio_corrupt",
				`expected Ogg page ${number} at byte ${offset}, got page ${sequence}`,
			);
		offset = end;
		number += 1;
		if ((flags & END_OF_STREAM) !== 0) {
			if (hasText(bytes, "OggS", offset)) throw severalStreams(file);
			return bytes.subarray(0, offset);
		}
	}
	throw cut(file, number, bytes.length);
}

function severalStreams(file: string): Error {
	return audioError(
		file,
		"audio_unsupported",
		"expected one Ogg stream, got several chained or interleaved ones",
	);
}

function cut(file: string, page: number, size: number): Error {
	return audioError(
		file,
		"audio_truncated",
		`expected an end-of-stream page, got the end of the file at byte ${size}, page ${page}`,
	);
}

/** Offset after the page at `offset`; past the end of the bytes when the page is cut. */
function pageEnd(bytes: Uint8Array, offset: number): number {
	const segments = bytes[offset + 26] as number;
	let end = offset + 27 + segments;
	for (let i = 0; i < segments; i += 1) {
		const length = bytes[offset + 27 + i];
		if (length === undefined) return Number.POSITIVE_INFINITY;
		end += length;
	}
	return end;
}

function littleEndian32(bytes: Uint8Array, offset: number): number {
	return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
}

/** CRC-32, polynomial 0x04c11db7, not reflected, start 0; the checksum's own four bytes count as 0. */
function checksum(bytes: Uint8Array, from: number, to: number): number {
	let crc = 0;
	for (let i = from; i < to; i += 1) {
		const byte = i >= from + 22 && i < from + 26 ? 0 : (bytes[i] as number);
		crc = (crc << 8) ^ (CRC_TABLE[(crc >>> 24) ^ byte] as number);
	}
	return crc >>> 0;
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
	let crc = byte << 24;
	for (let bit = 0; bit < 8; bit += 1)
		crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
	return crc;
});
