/** The packed package, as somebody who installs it gets it. */
import { execFileSync } from "node:child_process";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

let tarball: string;
let files: string[];

beforeAll(() => {
	// dist/ has just been built; npm's own scripts would build it again.
	const packed = JSON.parse(
		execFileSync(
			"npm",
			["pack", "--json", "--ignore-scripts", "--pack-destination", folder.path],
			{ cwd: root, encoding: "utf8" },
		),
	);
	// npm 11 and 12 differ in the shape of the answer.
	const entry = Array.isArray(packed) ? packed[0] : Object.values(packed)[0];
	tarball = join(folder.path, entry.filename);
	files = entry.files.map(({ path }: { path: string }) => path);
});

describe("the packed package", () => {
	it("has everything the demo needs, and nothing that only developers need", () => {
		for (const file of [
			"dist/cli/main.js",
			"dist/index.d.ts",
			"prompts/summarize.md",
			"concepts/demo.txt",
			"config/dissect.example.yaml",
			"config/networks/demo.yaml",
			"demo/probe-set.jsonl",
			"demo/networks/tiny-ast.onnx",
			"demo/text-audio/audio.onnx",
			"docs/config.md",
			"assets/encoder/model.onnx",
			"assets/encoder/LICENSE-apache-2.0",
			"demo/LICENCES.md",
			"NOTICE",
			"LICENSE",
		])
			expect(files).toContain(file);
		expect(
			files.filter((file) =>
				/^(src|test|bench|docs\/(images|scripts)|\.ci)\/|\.py$/.test(file),
			),
		).toEqual([]);
		expect(files.filter((file) => file.startsWith("demo/clips/"))).toHaveLength(
			480,
		);
		expect(statSync(tarball).size).toBeLessThan(80e6);
	});

	it("runs from the unpacked tarball with nothing else of the checkout but node_modules", async () => {
		const target = join(folder.path, "unpacked");
		mkdirSync(target);
		execFileSync("tar", ["-xzf", tarball, "-C", target]);
		symlinkSync(join(root, "node_modules"), join(target, "node_modules"));
		const work = join(folder.path, "work");
		mkdirSync(work);
		const entry = join(target, "package", "dist", "cli", "main.js");
		const { code, stdout, stderr } = await runCli(
			["demo", "--set", "layers=[classifier]", "--quiet", "--json"],
			{ cwd: work, entry },
		);
		expect(stderr).toBe("");
		expect(code).toBe(0);
		const result = JSON.parse(stdout);
		expect(result.lastLayer.top1.value).toBeGreaterThan(0.9);
		expect(
			result.report.index.startsWith(join(work, "audio-dissect-demo")),
		).toBe(true);
		expect(existsSync(result.report.index)).toBe(true);
	});

	// Compiles SQLite (a minute or two) and asks the registry, so only where that is wanted.
	it.runIf(process.env.AUDIO_DISSECT_REAL_INSTALL === "1")(
		"installs into an empty folder and runs by npx",
		async () => {
			const target = join(folder.path, "consumer");
			mkdirSync(target);
			writeFileSync(
				join(target, "package.json"),
				JSON.stringify({
					name: "consumer",
					private: true,
					type: "module",
					allowScripts: { "better-sqlite3": true },
				}),
			);
			const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" };
			execFileSync("npm", ["install", "--no-fund", "--no-audit", tarball], {
				cwd: target,
				env,
				stdio: "pipe",
			});
			const stdout = execFileSync(
				"npx",
				["audio-dissect", "demo", "--set", "layers=[classifier]", "--quiet"],
				{ cwd: target, env, encoding: "utf8" },
			);
			expect(stdout).toMatch(/last layer top-1 {2}9\d\.\d %/);
			writeFileSync(
				join(target, "use.js"),
				'import { loadConfig } from "audio-dissect"; import { createScriptedModel } from "audio-dissect/testing"; console.log(typeof loadConfig, typeof createScriptedModel);',
			);
			expect(
				execFileSync("node", ["use.js"], { cwd: target, encoding: "utf8" }),
			).toBe("function function\n");
		},
		600_000,
	);
});

describe("package.json", () => {
	const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

	it("pins every dependency exactly", () => {
		const versions = Object.values<string>({
			...manifest.dependencies,
			...manifest.devDependencies,
		});
		expect(
			versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version)),
		).toEqual([]);
	});

	it("there is no lock file, and no file names a registry host", () => {
		expect(readdirSync(root).filter((name) => /lock/.test(name))).toEqual([]);
		expect(readFileSync(join(root, ".npmrc"), "utf8")).toBe(
			"package-lock=false\n",
		);
		const configs = [
			"package.json",
			".npmrc",
			".ci/run",
			"README.md",
			"CONTRIBUTING.md",
		].map((name) => readFileSync(join(root, name), "utf8"));
		expect(
			configs.filter((text) => /registry\.[a-z]+\.(org|com)/.test(text)),
		).toEqual([]);
	});
});
