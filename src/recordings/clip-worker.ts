/** Worker thread: one clip's file to the network's input features (decode, mono, resample, front end). */
import { readFile } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { DissectionError } from "../errors.ts";
import { decodeAudio } from "../inputs/audio/decode.ts";
import { isSilent, toMono } from "../inputs/audio/mono.ts";
import { resample } from "../inputs/audio/resample.ts";
import {
	computeFrontEnd,
	type FrontEndSpec,
	frontEndRate,
} from "../network/front-ends/front-end.ts";
import { sha256 } from "../shared/hash.ts";

export type ClipRequest = {
	readonly id: string;
	readonly path: string;
	/** SHA-256 of the bytes the recording is addressed by. */
	readonly hash: string;
	readonly frontEnd: FrontEndSpec;
};

export type ClipReply =
	| {
			readonly status: "ok";
			/** The network's inputs for this clip one after the other, without the batch axis. */
			readonly features: Float32Array;
			/** How many, from 1 up. */
			readonly rows: number;
			/** Share of the rows that is padding, in [0, 1). */
			readonly padding: number;
			/** Of each row what is the clip's, in steps of the front end's axis of time: see `FrontEndRows.lengths`. */
			readonly lengths: readonly number[];
			readonly warnings: readonly {
				readonly code: string;
				readonly message: string;
			}[];
	  }
	| {
			/** `excluded`: these bytes cannot be used. `unreadable`: they could not be read this time; nothing is concluded. */
			readonly status: "excluded" | "unreadable";
			readonly code: string;
			readonly message: string;
	  };

/** Share of a clip that may be left out without a word. */
const NOTABLE_CUT = 0.1;

export async function prepareClip(request: ClipRequest): Promise<ClipReply> {
	let bytes: Uint8Array;
	try {
		bytes = await readFile(request.path);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		return { status: "unreadable", code: "clip_unreadable", message };
	}
	const hash = sha256(bytes);
	if (hash !== request.hash)
		return {
			status: "unreadable",
			code: "clip_changed",
			message: `${request.path} changed while it was being recorded: expected SHA-256 ${request.hash.slice(0, 12)}, got ${hash.slice(0, 12)}`,
		};
	try {
		const { channels, sampleRate } = await decodeAudio(bytes, request.path);
		const mono = toMono(channels);
		const warnings = isSilent(mono)
			? [
					{
						code: "clip_silent",
						message: `${request.path} is silent: no sample moves by a 16-bit step`,
					},
				]
			: [];
		const rate = frontEndRate(request.frontEnd) ?? sampleRate;
		const { features, rows, unheard, padding, lengths } = computeFrontEnd(
			request.frontEnd,
			resample(mono, sampleRate, rate),
			request.path,
		);
		if (unheard > NOTABLE_CUT)
			warnings.push({
				code: "clip_cut",
				message: `${request.path} is longer than what the network takes: the last ${Math.round(100 * unheard)} % of it was not heard (${howToHearAll(request.frontEnd)})`,
			});
		return { status: "ok", features, rows, padding, lengths, warnings };
	} catch (error) {
		const code = error instanceof DissectionError ? error.code : "unexpected";
		const message = error instanceof Error ? error.message : String(error);
		return { status: "excluded", code, message };
	}
}

function howToHearAll(spec: FrontEndSpec): string {
	return "long" in spec && spec.long === "cut"
		? "frontEnd.long: windows hears all"
		: "it does not fill another window of the network";
}

/** Sent once, before any reply: what fails before it is a broken installation, not a bad clip. */
export type ClipWorkerReady = "ready";

const port = parentPort;
if (port !== null) {
	port.postMessage("ready" satisfies ClipWorkerReady);
	port.on("message", (request: ClipRequest) => {
		void prepareClip(request).then((reply) => {
			const transfer =
				reply.status === "ok" ? [reply.features.buffer as ArrayBuffer] : [];
			port.postMessage(reply, transfer);
		});
	});
}
