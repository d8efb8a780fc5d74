import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { comparePrompts } from "../../src/prompts/compare.ts";
import { loadPrompts } from "../../src/prompts/load.ts";

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "prompts-"));
});
afterEach(() => {
	rmSync(directory, { recursive: true });
});

const shipped = readFileSync(
	new URL("../../prompts/caption.md", import.meta.url),
	"utf8",
);

function own(change: (text: string) => string): void {
	writeFileSync(join(directory, "caption.md"), change(shipped));
}

const compareCaption = () => comparePrompts({ directory, name: "caption" });

describe("comparePrompts", () => {
	test("an empty directory replaces nothing", async () => {
		const compared = await comparePrompts({ directory });
		expect(compared.map(({ name }) => name)).toEqual([
			...(await loadPrompts()).keys(),
		]);
		for (const { own, diff, change, versionKept } of compared)
			expect({ own, diff, change, versionKept }).toEqual({
				own: null,
				diff: "",
				change: "nothing",
				versionKept: false,
			});
	});

	test("a copy, also with other line ends, is the same prompt", async () => {
		own((text) => text.replaceAll("\n", "\r\n"));
		const [compared] = await compareCaption();
		expect(compared).toMatchObject({
			own: { hash: compared?.shipped.hash },
			change: "nothing",
			diff: "",
		});
	});

	test("another wording is asked again, and a version that was kept is named", async () => {
		own((text) => text.replace("Describe this clip.", "What is heard?"));
		const [compared] = await compareCaption();
		expect(compared).toMatchObject({
			name: "caption",
			module: "captioner",
			own: { version: "1", file: join(directory, "caption.md") },
			change: "other_messages",
			versionKept: true,
		});
		expect(compared?.own?.hash).not.toBe(compared?.shipped.hash);
		expect(compared?.diff).toMatch(
			/\n-Describe this clip\.\n\+What is heard\?$/,
		);
	});

	test("another version alone sends the same messages", async () => {
		own((text) => text.replace("version: 1", "version: 2"));
		expect(await compareCaption()).toMatchObject([
			{ own: { version: "2" }, change: "same_messages", versionKept: false },
		]);
	});

	test("a name that is no prompt's is an error", async () => {
		await expect(
			comparePrompts({ directory, name: "captoin" }),
		).rejects.toMatchObject({ code: "prompt_unknown" });
	});
});
