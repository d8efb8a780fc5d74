/** What can be said about one audio file: whether it can be used, and what it is. */
import { readFile } from "node:fs/promises";
import { DissectionError } from "../../errors.ts";
import { decodeAudio } from "../audio/decode.ts";
import { isSilent, toMono } from "../audio/mono.ts";
import { sniffAudioFormat } from "../audio/sniff.ts";
import { hashClip } from "../probe-set/hash-clip.ts";

export type UsableAudio = {
	readonly status: "ok";
	/** SHA-256 of the file. */
	readonly hash: string;
	readonly format: string;
	/** Hz. */
	readonly sampleRate: number;
	readonly channels: number;
	/** Per channel. */
	readonly samples: number;
	readonly silent: boolean;
};

export type ClipInspection =
	| UsableAudio
	| {
			readonly status: "unusable";
			readonly code: string;
			readonly message: string;
	  };

/** Reads and decodes the file as recording it would. Never throws for the file's sake. */
export async function inspectClip(path: string): Promise<ClipInspection> {
	const hashed = await hashClip(
		{
			id: path,
			path,
			label: null,
			captions: [],
			attributes: {},
			sourceRecording: null,
		},
		undefined,
	);
	if ("excluded" in hashed) {
		const { code, message } = hashed.excluded;
		return { status: "unusable", code, message };
	}
	try {
		const bytes = await readFile(path);
		const { channels, sampleRate } = await decodeAudio(bytes, path);
		return {
			status: "ok",
			hash: hashed.present.hash,
			format: sniffAudioFormat(bytes) ?? "unknown",
			sampleRate,
			channels: channels.length,
			samples: channels[0]?.length ?? 0,
			silent: isSilent(toMono(channels)),
		};
	} catch (error) {
		return {
			status: "unusable",
			code: error instanceof DissectionError ? error.code : "clip_unreadable",
			message: error instanceof Error ? error.message : String(error),
		};
	}
}
