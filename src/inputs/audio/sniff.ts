/** Tells audio formats by their first bytes, never by the file's name. */
import { type AudioFormat, hasText } from "./audio.ts";
import { findFirstFrame, id3Length } from "./mp3-frames.ts";
import { firstOggPacket } from "./ogg.ts";

/** The format of the bytes, or null when it is none that can be decoded. */
export function sniffAudioFormat(bytes: Uint8Array): AudioFormat | null {
	if (hasText(bytes, "RIFF", 0))
		return hasText(bytes, "WAVE", 8) ? "wav" : null;
	const packet = firstOggPacket(bytes);
	if (packet !== null) {
		if (hasText(packet, "\x01vorbis", 0)) return "vorbis";
		return hasText(packet, "\x7fFLAC", 0) ? "flac" : null;
	}
	// Some writers put an ID3 tag before FLAC too.
	if (hasText(bytes, "fLaC", id3Length(bytes))) return "flac";
	return findFirstFrame(bytes) === null ? null : "mp3";
}

/** Whether the bytes are Opus in Ogg, which is not decoded. */
export function isOggOpus(bytes: Uint8Array): boolean {
	const packet = firstOggPacket(bytes);
	return packet !== null && hasText(packet, "OpusHead", 0);
}

/** Formats that are known but not decoded, by text at an offset. */
const OTHERS: readonly (readonly [string, number, string])[] = [
	[
		"version https://git-lfs",
		0,
		"a Git LFS pointer, not the file itself (run `git lfs pull`)",
	],
	["<!DOCTYPE", 0, "an HTML page"],
	["<!doctype", 0, "an HTML page"],
	["ID3", 0, "an ID3 tag without MP3 or FLAC after it"],
	["<html", 0, "an HTML page"],
	["RF64", 0, "RF64 (WAV over 4 GB)"],
	["RIFX", 0, "big-endian WAV"],
	["FORM", 0, "AIFF"],
	["ftyp", 4, "MP4 or M4A"],
	["caff", 0, "Core Audio"],
	[".snd", 0, "Sun audio"],
	["NIST_1A", 0, "NIST Sphere"],
	["wvpk", 0, "WavPack"],
	["MAC ", 0, "Monkey's Audio"],
	["#!AMR", 0, "AMR"],
	["\x1aE\xdf\xa3", 0, "Matroska or WebM"],
	["\x30\x26\xb2\x75", 0, "Windows Media"],
	["PK\x03\x04", 0, "a zip archive"],
	["OggS", 0, "Ogg with a codec other than Vorbis or FLAC"],
	["RIFF", 0, "RIFF other than WAV"],
];

/** Names what undecodable bytes seem to be, for a message: a known format, or their first bytes in hex. */
export function describeUnknownBytes(bytes: Uint8Array): string {
	const other = OTHERS.find(([text, offset]) => hasText(bytes, text, offset));
	if (other !== undefined) return other[2];
	const start = Buffer.from(bytes.subarray(0, 8)).toString("hex");
	return `bytes that start with ${start.replace(/(..)(?=.)/g, "$1 ")}`;
}
