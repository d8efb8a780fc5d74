/** Which clips can be used, by what their audio is and what the network asks of them, and what is odd about it. */
import { existsSync } from "node:fs";
import type { ManifestClip, RefusedClip } from "../probe-set/collect.ts";
import type { Finding } from "./findings.ts";
import type { ClipInspection, UsableAudio } from "./inspect-clip.ts";

/** What the network asks of clips. */
export type NetworkNeeds = {
	readonly classes: readonly string[] | null;
	/** What its front end makes of samples; null when it does not look at any. */
	readonly waveform: {
		/** Hz. */
		readonly sampleRate: number;
		/** Samples at that rate a clip needs. */
		readonly fewest: number;
		/** Inputs a clip of so many samples at that rate becomes, and the share of these that is padding, in [0, 1). */
		readonly inputsOf: (samples: number) => {
			readonly rows: number;
			readonly padding: number;
		};
	} | null;
	/** Files that have to lie beside a clip. */
	readonly filesOf: (clip: string) => readonly string[];
};

export type HeardClip<Item> = {
	readonly clip: Item;
	readonly audio: UsableAudio;
};

/**
 * `usable`: clips whose rows and audio are fine. `heard`: with those before them, clips of refused rows whose audio is. `excluded`: those whose audio
 * is not, codes of decoding, `clip_too_short`, `features_missing`. `warnings`: `clip_silent`, `clip_duplicate`. Each in the order of `clips`,
 * then of `refused`. `inspections` has every one of them that is not unusable already.
 */
export function judgeClips(options: {
	readonly clips: readonly ManifestClip[];
	readonly refused: readonly RefusedClip[];
	readonly inspections: ReadonlyMap<RefusedClip, ClipInspection>;
	readonly network: NetworkNeeds | null;
}) {
	const { clips, refused, inspections, network } = options;
	const usable: HeardClip<ManifestClip>[] = [];
	const heard: HeardClip<RefusedClip>[] = [];
	const excluded: {
		readonly clip: RefusedClip;
		readonly code: string;
		readonly message: string;
	}[] = [];
	const warnings: Finding[] = [];
	const firstWithHash = new Map<string, Labelled>();
	const judge = (clip: RefusedClip): UsableAudio | null => {
		const audio = inspections.get(clip);
		const problem =
			clip.unusable ??
			(audio?.status === "unusable" ? audio : undefined) ??
			(audio?.status === "ok"
				? networkProblem(clip.path, audio, network)
				: undefined);
		if (problem !== undefined || audio?.status !== "ok") {
			const { code = "clip_unreadable", message = "" } = problem ?? {};
			excluded.push({ clip, code, message });
			return null;
		}
		heard.push({ clip, audio });
		return audio;
	};
	const look = (clip: Labelled, audio: UsableAudio): void => {
		const warn = (code: string, message: string): void => {
			warnings.push({
				severity: "warning",
				code,
				message: `${clip.id}: ${message}`,
				clip: clip.id,
				line: null,
			});
		};
		if (audio.silent)
			warn("clip_silent", "silent: no sample moves by a 16-bit step");
		const first = firstWithHash.get(audio.hash);
		if (first === undefined) firstWithHash.set(audio.hash, clip);
		// The same id again is refused for that already.
		else if (first.id !== clip.id)
			warn(
				"clip_duplicate",
				`the same bytes as ${first.id}${differ(first, clip)}`,
			);
	};
	for (const clip of clips) {
		const audio = judge(clip);
		if (audio === null) continue;
		usable.push({ clip, audio });
		look(clip, audio);
	}
	for (const clip of refused) {
		const audio = judge(clip);
		if (audio !== null) look({ id: clip.id }, audio);
	}
	return { usable, heard, excluded, warnings };
}

/** `label` is unknown for a refused row. */
type Labelled = { readonly id: string; readonly label?: string | null };

function differ(first: Labelled, clip: Labelled): string {
	if (first.label === undefined || clip.label === undefined) return "";
	if (first.label === clip.label) return "";
	return `, under another label (${clip.label ?? "none"}, there ${first.label ?? "none"})`;
}

/** Samples at `sampleRate` Hz, as resampling makes them. */
export function samplesAt(
	audio: Pick<UsableAudio, "samples" | "sampleRate">,
	sampleRate: number,
): number {
	return Math.ceil((audio.samples * sampleRate) / audio.sampleRate);
}

function networkProblem(
	path: string,
	audio: UsableAudio,
	network: NetworkNeeds | null,
): { readonly code: string; readonly message: string } | undefined {
	if (network === null) return undefined;
	const { waveform } = network;
	if (waveform !== null) {
		const { fewest, sampleRate } = waveform;
		const samples = samplesAt(audio, sampleRate);
		if (samples < fewest)
			return {
				code: "clip_too_short",
				message: `${path}: expected at least ${fewest} samples at ${sampleRate} Hz, got ${samples}`,
			};
	}
	const missing = network.filesOf(path).find((file) => !existsSync(file));
	return missing === undefined
		? undefined
		: {
				code: "features_missing",
				message: `${path}: the network's front end needs ${missing}, which is not there`,
			};
}
