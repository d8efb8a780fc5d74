/** The command line from outside: help, and what each bad usage says and exits with. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runCli } from "../support/cli.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const inFolder = (...parts: string[]): string => join(folder.path, ...parts);

describe("usage", () => {
	it("help names every verb and exits 0", async () => {
		const { code, stdout } = await runCli(["--help"]);
		expect(code).toBe(0);
		for (const verb of [
			"demo",
			"init",
			"inspect",
			"record",
			"dissect",
			"recalibrate",
			"evaluate",
			"report",
			"runs",
			"config",
			"prompts",
		])
			expect(stdout).toContain(`  ${verb}`);
	});

	it("the version is package.json's", async () => {
		const { version } = JSON.parse(
			readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
		);
		expect((await runCli(["--version"])).stdout).toBe(`${version}\n`);
	});

	it.each([
		[["disect"], "unknown command 'disect'"],
		[["dissect", "--confg", "x"], "unknown option '--confg'"],
		[
			["demo", "--network", "resnet"],
			"Allowed choices are trained, random, crepe, musicnn",
		],
		[["init"], "missing required argument 'dir'"],
	])("%j is refused with exit code 2", async (args, message) => {
		const { code, stdout, stderr } = await runCli(args);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toContain(message);
	});

	it("whoever stops reading ends nothing: no stack, exit 0", async () => {
		const { execFileSync } = await import("node:child_process");
		const out = execFileSync(
			"bash",
			[
				"-c",
				'set -o pipefail; "$0" "$1" config schema 2>&1 | head -c 9',
				process.execPath,
				`${root}dist/cli/main.js`,
			],
			{ encoding: "utf8" },
		);
		expect(out).toHaveLength(9);
	});

	it("a missing config names the file and the way out", async () => {
		const { code, stdout, stderr } = await runCli([
			"dissect",
			"--config",
			inFolder("no.yaml"),
		]);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toMatch(/error \[config_missing\].*no\.yaml/);
		expect(stderr).toContain("hint");
		expect(stderr).not.toContain("    at ");
	});
});

describe("a config that is no good", () => {
	let config: string;
	beforeAll(async () => {
		config = await initStudy(inFolder("study"));
	});

	it.each([
		[
			"an unknown layer",
			["--layers", "clasifier"],
			"layer_unknown",
			'did you mean "classifier"?',
		],
		[
			"an unknown neuron",
			["--neurons", "classifier#48"],
			"neuron_unknown",
			"units 0 to 47",
		],
		[
			"nonsense for a neuron",
			["--neurons", "classifier"],
			"neurons_invalid",
			"layer#unit",
		],
		[
			"an unknown module",
			["--modules", "summarise"],
			"config_invalid",
			"summarize",
		],
		[
			"an unknown key",
			["--set", "exemplar.count=4"],
			"config_invalid",
			"exemplars",
		],
		[
			"a number that is none",
			["--set", "exemplars.count=many"],
			"config_invalid",
			"--set",
		],
	])("%s is explained", async (_name, args, errorCode, words) => {
		const { code, stderr } = await runCli([
			"dissect",
			"--config",
			config,
			...args,
		]);
		expect(code).toBe(2);
		expect(stderr).toContain(`[${errorCode}]`);
		expect(stderr).toContain(words);
	});

	it("an unknown key in the file is placed by line and column", async () => {
		const broken = inFolder("study", "broken.yaml");
		writeFileSync(
			broken,
			readFileSync(config, "utf8").replace(
				"  # threshold: 0.5",
				"  treshold: 0.5",
			),
		);
		const { code, stderr } = await runCli(["dissect", "--config", broken]);
		expect(code).toBe(2);
		expect(stderr).toMatch(/broken\.yaml:\d+:3.*treshold/);
		expect(stderr).toContain('did you mean "threshold"?');
	});

	it("a provider without a model says which option is missing", async () => {
		const { code, stderr } = await runCli([
			...["dissect", "--config", config, "--provider", "openai"],
		]);
		expect(code).toBe(2);
		expect(stderr).toContain("[model_missing]");
		expect(stderr).toContain("--model NAME");
	});

	it("a job that is not there names the verb that makes one", async () => {
		const { code, stderr } = await runCli([
			...["runs", "show", "llm-check", "--config", config],
		]);
		expect(code).toBe(2);
		expect(stderr).toContain("[job_unknown]");
		expect(stderr).toContain("`audio-dissect llm check`");
	});
});
