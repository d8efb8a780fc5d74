/** Places that cannot be written to, and paths with spaces, in what the command line says. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { shellWord } from "../../src/cli/format.ts";
import { openForReading, writeFileAtomically } from "../../src/shared/files.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

it("a file in a folder that is not there is named, with the reason", async () => {
	const path = join(folder.path, "none", "cache.jsonl");
	await expect(writeFileAtomically(path, ["x"])).rejects.toMatchObject({
		code: "file_unwritable",
		message: `${path} cannot be written: there is no such file`,
	});
});

it("a folder in place of a file is called one", async () => {
	await expect(openForReading(folder.path, "some_code")).rejects.toMatchObject({
		code: "some_code",
		message: `${folder.path} cannot be opened: it is a directory`,
	});
	const { code, stderr } = await runCli(["inspect", folder.path]);
	expect(code).toBe(2);
	expect(stderr).toContain(`${folder.path} cannot be read: it is a directory`);
});

it("init says that its folder is a file, or lies in one", async () => {
	const file = join(folder.path, "a file");
	writeFileSync(file, "x");
	for (const target of [file, join(file, "study")]) {
		const { code, stderr } = await runCli(["init", target]);
		expect(code).toBe(2);
		expect(stderr).toContain(
			`${target} cannot be used as a study folder: it is a file`,
		);
		expect(stderr).toContain("Name a new or an empty folder");
	}
});

it("paths in commands to copy are quoted when a shell would split them", () => {
	expect(shellWord("my-study/dissect.yaml")).toBe("my-study/dissect.yaml");
	expect(shellWord("ä ö/dissect.yaml")).toBe("'ä ö/dissect.yaml'");
	expect(shellWord("it's/$x")).toBe("'it'\\''s/$x'");
});
