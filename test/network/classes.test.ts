import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readClasses } from "../../src/network/classes.ts";

describe("readClasses", () => {
	let path: string;
	beforeAll(async () => {
		const directory = await mkdtemp(join(tmpdir(), "audio-dissect-"));
		path = join(directory, "classes.txt");
	});
	afterAll(() => rm(join(path, ".."), { recursive: true }));

	it.each(["a\nb c\n", "\uFEFFa\r\n b c \r\n\r\n", "a\nb c"])(
		"reads %j",
		async (text) => {
			await writeFile(path, text);
			expect(await readClasses(path)).toEqual(["a", "b c"]);
		},
	);

	it.each([
		["a\n\nb\n", ":2: a blank line between class names"],
		["a\nb\na\n", ':3: class "a" is already on line 1'],
		["\n", " has no class names"],
	])("refuses %j", async (text, message) => {
		await writeFile(path, text);
		await expect(readClasses(path)).rejects.toMatchObject({
			code: "classes_invalid",
			message: expect.stringContaining(`classes.txt${message}`),
		});
	});

	it("says that the file is missing", async () => {
		await expect(readClasses("/no/classes.txt")).rejects.toMatchObject({
			code: "classes_missing",
			message: expect.stringContaining("/no/classes.txt"),
		});
	});
});
