/** Prompt files of a study, from the outside: listed, shown and checked. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const inFolder = (...parts: string[]): string => join(folder.path, ...parts);

describe("prompts", () => {
	let config: string;
	beforeAll(async () => {
		config = await initStudy(inFolder("study"));
	});

	it("of the config's folder are those that are listed, shown and checked", async () => {
		const own = inFolder("study", "prompts", "summarize.md");
		const shipped = readFileSync(own, "utf8");
		const prompts = (...args: string[]) =>
			runCli(["prompts", ...args, "--config", config]);
		writeFileSync(own, shipped.replace("captions", "capshuns"));
		try {
			const { code, stdout } = await prompts("check");
			expect(code).toBe(2);
			expect(stdout).toContain(own);
			writeFileSync(own, shipped.replace("# user", "Be short.\n\n# user"));
			expect((await prompts("check")).stdout).toContain(
				inFolder("study", "prompts"),
			);
			expect((await prompts("list")).stdout).toContain(own);
			expect((await prompts("show", "summarize")).stdout).toContain(
				"Be short.",
			);
		} finally {
			writeFileSync(own, shipped);
		}
		expect(
			(await runCli(["prompts", "list", "--config", inFolder("no.yaml")])).code,
		).toBe(2);
	});

	it("that are broken are listed with their places", async () => {
		const prompts = inFolder("broken-prompts");
		mkdirSync(prompts);
		writeFileSync(
			join(prompts, "summarize.md"),
			readFileSync(
				new URL("../../prompts/summarize.md", import.meta.url),
				"utf8",
			).replace("captions", "capshuns"),
		);
		const { code, stdout } = await runCli([
			"prompts",
			"check",
			"--prompts",
			prompts,
		]);
		expect(code).toBe(2);
		expect(stdout).toMatch(/summarize\.md:\d+:\d+: /);
	});
});
