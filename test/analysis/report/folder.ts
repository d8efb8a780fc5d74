/** A folder of its own for every test, and what is in it. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { ClipView } from "../../../src/analysis/report/source.ts";
import { sha256 } from "../../../src/shared/hash.ts";
import { clipView } from "./fixture.ts";

/** Call at the top of a test file; the returned function gives the folder of the running test. */
export function folderPerTest(): () => string {
	let folder = "";
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "audio-dissect-report-"));
	});
	afterEach(async () => {
		await rm(folder, { recursive: true, force: true });
	});
	return () => folder;
}

/** Every file below `directory` with its bytes as Latin-1 text, by relative path, sorted. */
export async function contents(
	directory: string,
): Promise<Map<string, string>> {
	const files = new Map<string, string>();
	for (const entry of await readdir(directory, {
		recursive: true,
		withFileTypes: true,
	}))
		if (entry.isFile()) {
			const path = join(entry.parentPath, entry.name);
			files.set(
				path.slice(directory.length + 1),
				await readFile(path, "latin1"),
			);
		}
	return new Map([...files].sort());
}

/** Writes a file and gives the clip that has it. */
export async function writeClip(
	folder: string,
	name: string,
	text: string,
): Promise<ClipView> {
	const path = join(folder, name);
	await writeFile(path, text);
	return clipView({ id: name, path, hash: sha256(text) });
}
