/** MPEG audio layer III without decoding: frame headers, tags around them, the Xing/LAME header (ISO 11172-3, 13818-3). */
import { hasText, uint32 } from "./audio.ts";

/** One frame header. `bytes` of the whole frame, `samples` per channel. */
export type Mp3Frame = {
	readonly bytes: number;
	readonly samples: number;
	readonly sampleRate: number;
	readonly channels: 1 | 2;
	/** MPEG 1, or the half and quarter rates of 2 and 2.5. */
	readonly version: 1 | 2 | 2.5;
};

/** What the encoder says about the whole file; null where it says nothing. Delay and padding in samples per channel. */
export type Mp3Totals = {
	readonly frames: number | null;
	readonly trim: { readonly delay: number; readonly padding: number } | null;
};

const KILOBITS_1 = [
	32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
];
const KILOBITS_2 = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const RATES = [44100, 48000, 32000];

/** The layer III frame header at `offset`, or null. Free-format frames (no bit rate) count as none. */
export function mp3FrameAt(bytes: Uint8Array, offset: number): Mp3Frame | null {
	if (offset + 4 > bytes.length) return null;
	const [sync, kind, rates, mode] = bytes.subarray(offset, offset + 4);
	if (sync !== 0xff || kind === undefined || rates === undefined) return null;
	// 11 bits of sync, 2 of version (1 is reserved), 2 of layer (1 = III).
	if ((kind & 0xe6) !== 0xe2 || (kind & 0x18) === 0x08) return null;
	const version = (kind & 0x18) === 0x18 ? 1 : (kind & 0x18) === 0x10 ? 2 : 2.5;
	const kilobits = (version === 1 ? KILOBITS_1 : KILOBITS_2)[(rates >> 4) - 1];
	const fullRate = RATES[(rates >> 2) & 3];
	if (kilobits === undefined || fullRate === undefined) return null;
	const sampleRate = fullRate / { 1: 1, 2: 2, 2.5: 4 }[version];
	const samples = version === 1 ? 1152 : 576;
	const padding = (rates >> 1) & 1;
	return {
		bytes: Math.floor((samples * kilobits * 125) / sampleRate) + padding,
		samples,
		sampleRate,
		channels: ((mode as number) & 0xc0) === 0xc0 ? 1 : 2,
		version,
	};
}

/** Bytes of the ID3v2 tags at the start; may exceed the length of a cut file. */
export function id3Length(bytes: Uint8Array): number {
	let offset = 0;
	while (hasText(bytes, "ID3", offset) && offset + 10 <= bytes.length) {
		const size = bytes
			.subarray(offset + 6, offset + 10)
			.reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
		const hasFooter = ((bytes[offset + 5] as number) & 0x10) !== 0;
		offset += 10 + size + (hasFooter ? 10 : 0);
	}
	return offset;
}

/** Where the first frame is: right after the tags, or up to 4,096 bytes on (cut streams begin in a frame). Null: nowhere. */
export function findFirstFrame(bytes: Uint8Array): number | null {
	const start = id3Length(bytes);
	for (let offset = start; offset <= start + 4096; offset += 1) {
		const frame = mp3FrameAt(bytes, offset);
		if (frame === null) continue;
		const next = mp3FrameAt(bytes, offset + frame.bytes);
		const alone = offset === start && offset + frame.bytes === bytes.length;
		if (alone || (next !== null && isSameStream(frame, next))) return offset;
	}
	return null;
}

/** Whether two frames can belong to one stream; bit rate and channel mode may change, these may not. */
export function isSameStream(one: Mp3Frame, other: Mp3Frame): boolean {
	return one.version === other.version && one.sampleRate === other.sampleRate;
}

/** The Xing or Info header, if the frame at `offset` is one (it holds no audio). */
export function readMp3Totals(
	bytes: Uint8Array,
	offset: number,
	frame: Mp3Frame,
): Mp3Totals | null {
	const side =
		frame.version === 1
			? { 1: 17, 2: 32 }[frame.channels]
			: { 1: 9, 2: 17 }[frame.channels];
	const tag = offset + 4 + side;
	if (!hasText(bytes, "Xing", tag) && !hasText(bytes, "Info", tag)) return null;
	const end = Math.min(bytes.length, offset + frame.bytes);
	if (tag + 8 > end) return null;
	const flags = uint32(bytes, tag + 4);
	let at = tag + 8;
	const frames = (flags & 1) !== 0 && at + 4 <= end ? uint32(bytes, at) : null;
	for (const [flag, size] of [
		[1, 4],
		[2, 4],
		[4, 100],
		[8, 4],
	] as const)
		if ((flags & flag) !== 0) at += size;
	// LAME's part: 9 bytes of name, ..., 12 bits delay and 12 bits padding at byte 21.
	const isLame = at + 24 <= end && (bytes[at] as number) !== 0;
	const packed = isLame ? uint32(bytes, at + 20) & 0xffffff : 0;
	return {
		frames,
		trim: isLame ? { delay: packed >> 12, padding: packed & 0xfff } : null,
	};
}

/** Whether only tags (ID3v1, APE, Lyrics3) or zero padding stand at `offset`. */
export function isTrailer(bytes: Uint8Array, offset: number): boolean {
	return (
		["TAG", "APETAGEX", "LYRICSBEGIN", "ID3"].some((name) =>
			hasText(bytes, name, offset),
		) || bytes.subarray(offset).every((byte) => byte === 0)
	);
}
