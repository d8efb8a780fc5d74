/** From a file name in a manifest to the path of an audio file, whatever the name tries. */
import { existsSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { LineProblem } from "./manifest-line.ts";

/** Where the names of a manifest start. */
export type ClipFolder = {
	/** Absolute. */
	readonly path: string;
	/** Names may not lead out of the folder. Links inside it are followed wherever they lead: whoever made them could read the target. */
	readonly confined: boolean;
};

/**
 * The absolute path of `name`. `\` is read as a separator when no file has that very name (manifests written on Windows).
 * A problem `clip_invalid` for a NUL character, `clip_outside` for a name that leaves a confined folder (`..`, absolute paths).
 */
export function resolveClip(
	name: string,
	folder: ClipFolder,
): string | LineProblem {
	if (name.includes("\0"))
		return {
			code: "clip_invalid",
			message: `expected a file name, got one with a NUL character: ${JSON.stringify(name)}`,
		};
	const written = resolve(folder.path, name);
	const path =
		name.includes("\\") && sep === "/" && !existsSync(written)
			? resolve(folder.path, name.replaceAll("\\", "/"))
			: written;
	if (folder.confined && !isInside(path, folder.path))
		return {
			code: "clip_outside",
			message: `expected a file in ${folder.path}, got ${JSON.stringify(name)}, which leads out of it`,
		};
	return path;
}

function isInside(path: string, folder: string): boolean {
	const way = relative(folder, path);
	return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
