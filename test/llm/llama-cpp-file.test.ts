import { createHash } from "node:crypto";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, PrerequisiteError } from "../../src/errors.ts";
import { hashModelFile } from "../../src/llm/llama-cpp-file.ts";
import { temporaryFolder } from "../support/temporary-store.ts";
import { rejection } from "./helpers.ts";

function write(folder: string, name: string, text: string): string {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

const sha256 = (text: string): string =>
	createHash("sha256").update(text).digest("hex");

describe("the hash of a model file", () => {
	it("is the SHA-256 of its bytes, in a file longer than one read too", async () => {
		const text = `GGUF${"weights ".repeat(400_000)}`;
		const file = write(temporaryFolder(), "model.gguf", text);
		expect(await hashModelFile(file)).toBe(sha256(text));
	});

	it("is read again when size or time of change differ, and not before", async () => {
		const folder = temporaryFolder();
		const file = write(folder, "model.gguf", "GGUF one");
		const time = new Date("2024-01-02T03:04:05Z");
		utimesSync(file, time, time);
		expect(await hashModelFile(file)).toBe(sha256("GGUF one"));
		write(folder, "model.gguf", "GGUF two");
		utimesSync(file, time, time);
		expect(await hashModelFile(file)).toBe(sha256("GGUF one"));
		const later = new Date("2024-01-02T03:04:06Z");
		utimesSync(file, later, later);
		expect(await hashModelFile(file)).toBe(sha256("GGUF two"));
	});

	it("of a file in parts covers all of them", async () => {
		const folder = temporaryFolder();
		const first = write(folder, "model-00001-of-00002.gguf", "GGUF one");
		const missing = await rejection(hashModelFile(first), ConfigError);
		expect(missing.code).toBe("model_file_missing");
		expect(missing.message).toContain("model-00002-of-00002.gguf");
		write(folder, "model-00002-of-00002.gguf", "GGUF two");
		expect(await hashModelFile(first)).toBe(
			sha256(sha256("GGUF one") + sha256("GGUF two")),
		);
	});

	it("a file that is not there, a folder, an empty file and one of another format are refused", async () => {
		const folder = temporaryFolder();
		const absent = await rejection(
			hashModelFile(join(folder, "absent.gguf")),
			ConfigError,
		);
		expect(absent.code).toBe("model_file_missing");
		expect(absent.message).toBe(
			`the model file ${join(folder, "absent.gguf")} cannot be read`,
		);
		mkdirSync(join(folder, "folder.gguf"));
		expect(
			(await rejection(hashModelFile(join(folder, "folder.gguf")), ConfigError))
				.code,
		).toBe("model_file_missing");
		for (const text of ["", "GGU", "<!doctype html>"]) {
			const error = await rejection(
				hashModelFile(write(folder, "page.gguf", text)),
				PrerequisiteError,
			);
			expect(error.code).toBe("model_file_invalid");
		}
	});
});
