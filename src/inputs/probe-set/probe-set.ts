/** Loads a probe set: the manifest checked whole, every clip's bytes hashed, clips that cannot be used set apart. */
import { createHash } from "node:crypto";
import { basename, dirname, extname, resolve } from "node:path";
import { DataError } from "../../errors.ts";
import { canonicalJson } from "../../shared/hash.ts";
import { forEachLimited } from "../../shared/pool.ts";
import type {
	ExcludedClip,
	HashedClip,
	LongOptions,
	ProbeSet,
} from "../../types.ts";
import { fileNames, suggestFile } from "../text-file.ts";
import { hashClip } from "./hash-clip.ts";
import { readManifest } from "./manifest.ts";

/** Files read at a time. Node's own pool has four threads; a few more keep it busy. */
const FILES_AT_A_TIME = 8;
/** Excluded clips that may get a suggestion. */
const SUGGESTIONS = 100;

/**
 * Loads the probe set of a JSONL manifest. Each line: `clip` (path relative to the manifest), `caption` or `captions`,
 * and when known `id`, `label`, `attributes`, `source_recording`; other keys are ignored.
 *
 * A clip whose file is missing, unreadable or empty goes to `excluded`; the rest keep the manifest's order.
 * Throws DataError: `manifest_missing`, `manifest_encoding`, `manifest_empty`, `manifest_invalid` (all problems at once, with
 * file:line), `probe_set_empty` (no clip can be read); InterruptedError.
 *
 * @example const probeSet = await loadProbeSet({ manifest: "demo/probe-set.jsonl" });
 */
export async function loadProbeSet(
	options: { readonly manifest: string } & LongOptions,
): Promise<ProbeSet> {
	const { signal, onProgress } = options;
	const manifest = resolve(options.manifest);
	const clips = await readManifest(manifest);
	const present = new Array<HashedClip | undefined>(clips.length);
	const excluded = new Array<ExcludedClip | undefined>(clips.length);
	let done = 0;
	await forEachLimited(
		clips.entries(),
		FILES_AT_A_TIME,
		async ([index, clip]) => {
			const hashed = await hashClip(clip, signal);
			if ("present" in hashed) present[index] = hashed.present;
			else excluded[index] = hashed.excluded;
			done += 1;
			onProgress?.({ stage: "probe set", done, total: clips.length });
		},
	);
	const kept = present.filter((clip) => clip !== undefined);
	const left = await withSuggestions(
		excluded.filter((clip) => clip !== undefined),
	);
	if (kept.length === 0)
		throw new DataError(
			`none of the ${clips.length} clips of ${manifest} can be read; the first: ${left[0]?.message}`,
			{
				code: "probe_set_empty",
				hint: "Paths in `clip` are relative to the folder of the manifest.",
				evidence: { file: manifest, excluded: left },
			},
		);
	return {
		name: basename(manifest, extname(manifest)),
		hash: probeSetHash(kept),
		clips: kept,
		excluded: left,
	};
}

/** SHA-256 over the clips in order, a line of canonical JSON each: everything but where the files are. */
function probeSetHash(clips: readonly HashedClip[]): string {
	const hash = createHash("sha256");
	for (const {
		id,
		hash: audio,
		captions,
		label,
		attributes,
		sourceRecording,
	} of clips)
		hash.update(
			`${canonicalJson({ id, hash: audio, captions, label, attributes, sourceRecording })}\n`,
		);
	return hash.digest("hex");
}

/** Adds "did you mean" to the first missing clips, in order: a manifest full of wrong paths has one cause, not thousands. */
async function withSuggestions(
	excluded: readonly ExcludedClip[],
): Promise<ExcludedClip[]> {
	const listings = new Map<string, readonly string[]>();
	const suggested: ExcludedClip[] = [];
	for (const clip of excluded) {
		const folder = dirname(clip.path);
		if (clip.code !== "clip_missing" || suggested.length >= SUGGESTIONS) {
			suggested.push(clip);
			continue;
		}
		const names = listings.get(folder) ?? (await fileNames(folder));
		listings.set(folder, names);
		const suggestion = suggestFile(clip.path, names);
		suggested.push(
			suggestion === undefined
				? clip
				: { ...clip, message: `${clip.message}; ${suggestion}` },
		);
	}
	return suggested;
}
