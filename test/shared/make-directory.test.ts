import {
	existsSync,
	mkdtempSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeDirectorySync } from "../../src/shared/make-directory.ts";

let folder = "";
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "audio-dissect-make-directory-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("makeDirectorySync", () => {
	it("makes what is missing, and takes what is there", () => {
		makeDirectorySync(join(folder, "a/b/c"));
		makeDirectorySync(join(folder, "a/b/c"));
		expect(statSync(join(folder, "a/b/c")).isDirectory()).toBe(true);
	});

	it("throws where there is a file", () => {
		writeFileSync(join(folder, "file"), "");
		expect(() => makeDirectorySync(join(folder, "file"))).toThrow("EEXIST");
		expect(() => makeDirectorySync(join(folder, "file/a"))).toThrow("ENOTDIR");
	});

	// The recursive one of Node never returns here.
	it.runIf(existsSync("/proc/self"))(
		"throws where the system makes no directories",
		() => {
			expect(() => makeDirectorySync("/proc/audio-dissect/a")).toThrow(
				"ENOENT",
			);
		},
	);
});
