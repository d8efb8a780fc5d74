/** Loads a probe set: the manifest checked whole, every clip's bytes hashed, clips that cannot be used set apart. */
import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
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
import type { ManifestClip } from "./collect.ts";
import { hashClip } from "./hash-clip.ts";
import { type ManifestOptions, readManifest } from "./manifest.ts";
import type { ProbeSetSpec } from "./spec.ts";

/** Files read at a time. Node's own pool has four threads; a few more keep it busy. */
const FILES_AT_A_TIME = 8;
/** Excluded clips that may get a suggestion. */
const SUGGESTIONS = 100;

/**
 * Loads a probe set from JSON lines, CSV, TSV, Parquet or a folder (see `ProbeSetSpec`; docs/probe-sets.md has each layout). A line of JSON has
 * `clip` (path relative to the manifest), `caption` or `captions`, and when known `id`, `label`, `attributes`, `source_recording`; other
 * keys are ignored.
 *
 * A clip whose file is missing, unreadable or empty goes to `excluded`; the rest keep the manifest's order.
 * Throws DataError: those of `readManifest` (`manifest_invalid` has all problems at once, with file:line), `probe_set_empty` (no clip can be
 * read); StoreError `cache_unwritable`; InterruptedError.
 *
 * @example const probeSet = await loadProbeSet({ manifest: "demo/probe-set.jsonl" });
 * @example await loadProbeSet({ manifest: "ESC-50/meta/esc50.csv", captions: "esc50-captions.json" });
 */
export async function loadProbeSet(
	options: ProbeSetSpec & ManifestOptions,
): Promise<ProbeSet> {
	const { signal, onProgress, captionsOptional, ...spec } = options;
	const { name, clips } = await readManifest(spec, {
		signal,
		onProgress,
		captionsOptional,
	});
	const { present, excluded } = await hashClips(clips, { signal, onProgress });
	const manifest = resolve(spec.manifest);
	const left = await withSuggestions(excluded);
	if (present.length === 0)
		throw new DataError(
			`none of the ${clips.length} clips of ${manifest} can be read; the first: ${left[0]?.message}`,
			{
				code: "probe_set_empty",
				hint:
					spec.clips === undefined
						? "Paths in `clip` are relative to the folder of the manifest."
						: `Names are relative to ${resolve(spec.clips)}.`,
				evidence: { file: manifest, excluded: left },
			},
		);
	return { name, hash: probeSetHash(present), clips: present, excluded: left };
}

/** Hashes the files, several at a time; clips that cannot be read are set apart. Both lists keep the order. Throws only InterruptedError. */
async function hashClips(
	clips: readonly ManifestClip[],
	{ signal, onProgress }: LongOptions,
): Promise<{
	readonly present: readonly HashedClip[];
	readonly excluded: readonly ExcludedClip[];
}> {
	const present = new Array<HashedClip | undefined>(clips.length);
	const excluded = new Array<ExcludedClip | undefined>(clips.length);
	let done = 0;
	await forEachLimited(
		clips.entries(),
		FILES_AT_A_TIME,
		async ([index, { hash, unusable, ...clip }]) => {
			const hashed =
				unusable !== undefined
					? { excluded: { id: clip.id, path: clip.path, ...unusable } }
					: hash !== undefined
						? { present: { ...clip, hash } }
						: await hashClip(clip, signal);
			if ("present" in hashed) present[index] = hashed.present;
			else excluded[index] = hashed.excluded;
			done += 1;
			onProgress?.({ stage: "probe set", done, total: clips.length });
		},
	);
	return {
		present: present.filter((clip) => clip !== undefined),
		excluded: excluded.filter((clip) => clip !== undefined),
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
export async function withSuggestions(
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
