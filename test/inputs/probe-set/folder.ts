/** A temporary folder with files in it, for the probe set tests. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { makeWav } from "../audio/make-wav.ts";

export type TestFolder = {
	readonly path: string;
	readonly at: (...parts: readonly string[]) => string;
	/** Writes a file, its folders too; returns its path. */
	readonly write: (name: string, content: string | Uint8Array) => string;
};

/** Removed after the tests of the file. */
export function testFolder(): TestFolder {
	const path = mkdtempSync(join(tmpdir(), "probe-set-"));
	afterAll(() => rmSync(path, { recursive: true, force: true }));
	const at = (...parts: readonly string[]): string => join(path, ...parts);
	return {
		path,
		at,
		write: (name, content) => {
			const file = at(name);
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, content);
			return file;
		},
	};
}

/** A short WAV that differs with `pitch`; `seconds` at 16 kHz unless told otherwise. */
export function tone(
	pitch: number,
	options: { readonly seconds?: number; readonly sampleRate?: number } = {},
): Uint8Array {
	const { seconds = 0.05, sampleRate = 16_000 } = options;
	const length = Math.round(seconds * sampleRate);
	return makeWav({
		bits: 16,
		sampleRate,
		samples: Array.from({ length }, (_, index) =>
			Math.round(12_000 * Math.sin((2 * Math.PI * pitch * index) / sampleRate)),
		),
	});
}
