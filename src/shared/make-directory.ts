/** Makes a directory and those above it. */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * As `mkdirSync` with `recursive`, which never returns where the system says "no such file" of a directory that is there (below /proc).
 * Throws the error of the system.
 */
export function makeDirectorySync(path: string): void {
	try {
		mkdirSync(path);
	} catch (error) {
		if (isDirectory(path)) return;
		const code = error instanceof Error && "code" in error ? error.code : "";
		if (code !== "ENOENT" || isDirectory(dirname(path))) throw error;
		makeDirectorySync(dirname(path));
		mkdirSync(path);
	}
}

function isDirectory(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
