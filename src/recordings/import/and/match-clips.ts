/** Captions, labels and audio files brought together by the file names that the published AND code uses. */
import { readdir } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { AUDIO_ENDING } from "../../../inputs/probe-set/caption-index.ts";
import type {
	AndCaptions,
	AndClasses,
	AndExemplar,
	Report,
} from "./read-files.ts";

/** The class name of each clip that a sample labels; a number counts from the class list's base. */
export function labelsOf(
	exemplars: readonly AndExemplar[],
	classes: AndClasses | undefined,
	report: Report,
): ReadonlyMap<string, string> {
	const labels = new Map<string, string>();
	for (const { clip, label } of exemplars) {
		if (label === null) continue;
		const name =
			typeof label === "string" ? label : classes?.names[label - classes.base];
		if (name === undefined) {
			if (classes !== undefined)
				report(
					`clip "${clip}" has label ${label}: the class list has ${classes.base} to ${classes.base + classes.names.length - 1}`,
				);
			continue;
		}
		const earlier = labels.get(clip);
		if (earlier !== undefined && earlier !== name)
			report(`clip "${clip}" is labelled "${earlier}" and "${name}"`);
		labels.set(clip, name);
	}
	return labels;
}

/** Audio files below the folder, by file name. Several of one name are a problem when there are captions for that name. */
export async function audioFiles(
	{
		captions,
		clips,
	}: {
		readonly captions?: string | undefined;
		readonly clips?: string | undefined;
	},
	captioned: AndCaptions | undefined,
	reporter: (file: string) => Report,
): Promise<ReadonlyMap<string, string>> {
	const found = new Map<string, string[]>();
	if (clips === undefined) {
		if (captions !== undefined)
			reporter(captions)("captions need the folder of their audio files");
		return new Map();
	}
	try {
		const names = await readdir(clips, { recursive: true });
		for (const name of names.sort())
			if (AUDIO_ENDING.test(name)) {
				const path = resolve(clips, name);
				const sameName = found.get(basename(name));
				if (sameName === undefined) found.set(basename(name), [path]);
				else sameName.push(path);
			}
	} catch (error) {
		reporter(clips)(error instanceof Error ? error.message : String(error));
	}
	for (const [name, paths] of found)
		if (paths.length > 1 && captioned?.has(name))
			reporter(clips)(
				`"${name}" is ambiguous: expected one file of that name, got ${paths.join(", ")}`,
			);
	return new Map([...found].map(([name, [first = ""]]) => [name, first]));
}
