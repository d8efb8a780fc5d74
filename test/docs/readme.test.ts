/** The README says what is so: its example runs, its links lead somewhere, its verbs exist. */

import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { root, runCli } from "../support/cli.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const readme = readFileSync(join(root, "README.md"), "utf8");

describe("README", () => {
	it("its library example runs as it stands", async () => {
		const example = /```ts\n([\s\S]+?)```/.exec(readme)?.[1] as string;
		await initStudy(join(folder.path, "my-study"));
		const entry = pathToFileURL(join(root, "dist/index.js")).href;
		writeFileSync(
			join(folder.path, "example.mjs"),
			example.replace('"audio-dissect"', JSON.stringify(entry)),
		);
		const { stdout } = await promisify(execFile)(
			process.execPath,
			["example.mjs"],
			{ cwd: folder.path },
		);
		expect(stdout.trim().split("\n")).toHaveLength(48);
		expect(stdout).toMatch(/^classifier#0 /);
		expect(existsSync(join(folder.path, "my-study/report/index.html"))).toBe(
			true,
		);
	});

	it("names the verbs there are", async () => {
		const { stdout } = await runCli(["--help"]);
		const verbs = [...stdout.matchAll(/^ {2}([a-z]+)/gm)]
			.map((match) => match[1] as string)
			.filter((verb) => verb !== "help");
		const table = [...readme.matchAll(/^\| `([a-z]+)/gm)].map(
			(match) => match[1],
		);
		expect(table.sort()).toEqual(verbs.sort());
	});

	it.each(["import", "inputs", "runs", "config", "prompts"])(
		"%s: its row names every verb below it",
		async (verb) => {
			const { stdout } = await runCli([verb, "--help"]);
			const below = [
				...(stdout.split("Commands:")[1] ?? "").matchAll(/^ {2}([a-z]+)/gm),
			]
				.map((match) => match[1] as string)
				.filter((name) => name !== "help");
			const row = new RegExp(`^\\| (\`${verb} [^|]+)\\|`, "m").exec(
				readme,
			)?.[1];
			const named = [...(row ?? "").matchAll(/[a-z]+/g)].map(([name]) => name);
			expect(below).not.toEqual([]);
			expect(new Set(named)).toEqual(new Set([verb, ...below]));
		},
	);
});

describe("documentation", () => {
	const pages = [
		"README.md",
		"CONTRIBUTING.md",
		"CHANGELOG.md",
		...readdirSync(join(root, "docs"))
			.filter((name) => name.endsWith(".md"))
			.map((name) => `docs/${name}`),
	];

	it.each(pages)("%s: every relative link leads to a file", (page) => {
		const text = readFileSync(join(root, page), "utf8");
		const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
			(match) => match[1] as string,
		);
		expect(
			links.filter((link) => !existsSync(join(root, dirname(page), link))),
		).toEqual([]);
	});

	it("docs/config.md has every field of the config, and no other", async () => {
		const { stdout } = await runCli(["config", "schema"]);
		const page = readFileSync(join(root, "docs/config.md"), "utf8");
		expect(
			[...page.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]),
		).toEqual(fieldsOf(JSON.parse(stdout)));
	});
});

type Schema = {
	readonly type?: string;
	readonly properties?: Readonly<Record<string, Schema>>;
};

function fieldsOf(schema: Schema, prefix = ""): string[] {
	return Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
		// The models for one use have the fields of the model for all: one row. A mapping by name has no fields of its own.
		field.properties !== undefined &&
		`${prefix}${name}` !== "languageModel.modules"
			? fieldsOf(field, `${prefix}${name}.`)
			: [`${prefix}${name}`],
	);
}
