/** Finished recordings that hold values a new one needs. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ClipFinding } from "../findings.ts";
import { loadPlan } from "../plan.ts";
import { readRecordingFile } from "../recording.ts";
import type { Source } from "./cover.ts";

/** In order of their folders' names. `skip`: the new recording's own folder. A folder that cannot be read, or that is not whole, serves nothing. */
export async function findSources(options: {
	/** Folder of all recordings. */
	readonly recordings: string;
	readonly skip: string;
	readonly addresses: readonly (string | null)[];
}): Promise<Source[]> {
	const { recordings, skip } = options;
	const wanted = new Set(options.addresses.filter((one) => one !== null));
	if (wanted.size === 0) return [];
	const sources: Source[] = [];
	for (const directory of await namesIn(recordings)) {
		if (directory === skip) continue;
		const source = await readSource(recordings, directory, wanted);
		if (source !== undefined) sources.push(source);
	}
	return sources;
}

/** True when the finished recording is still there and whole. */
export async function sourceExists(
	recordings: string,
	directory: string,
): Promise<boolean> {
	const source = await readRecordingFile(join(recordings, directory)).catch(
		() => undefined,
	);
	return source !== undefined;
}

/** Folders in it, sorted; none when it cannot be read. */
export async function namesIn(folder: string): Promise<string[]> {
	try {
		const entries = await readdir(folder, { withFileTypes: true });
		return entries
			.filter((entry) => entry.isDirectory())
			.map(({ name }) => name)
			.sort();
	} catch {
		return [];
	}
}

/** The finished recording in `directory` as far as it holds `wanted` addresses; undefined when it is not finished or holds none. */
export async function readSource(
	recordings: string,
	directory: string,
	wanted: ReadonlySet<string>,
): Promise<Source | undefined> {
	const folder = join(recordings, directory);
	// The plan is small to look at, the recording is read only when it can serve.
	const plan = await loadPlan(folder, async () => true).catch(() => undefined);
	const useful = plan?.layers.some(
		({ address }) => address !== null && wanted.has(address),
	);
	if (plan === undefined || !useful) return undefined;
	const recording = await readRecordingFile(folder).catch(() => undefined);
	if (recording === undefined) return undefined;
	const files = new Map<string, string>();
	for (const [index, { address }] of plan.layers.entries()) {
		const file = recording.layers[index]?.file;
		if (address !== null && wanted.has(address) && file !== undefined)
			files.set(address, file);
	}
	const columns = new Map<string, number>();
	const padding = new Map<string, number | null>();
	for (const [column, clip] of recording.columns.entries()) {
		const hash = plan.clipHashes[clip] ?? "";
		columns.set(hash, column);
		padding.set(hash, recording.padding?.[column] ?? null);
	}
	const warnings = new Map<string, ClipFinding[]>();
	for (const warning of recording.warnings) {
		const hash = plan.clipHashes[warning.clip] ?? "";
		warnings.set(hash, [...(warnings.get(hash) ?? []), warning]);
	}
	return { directory, files, columns, padding, warnings };
}
