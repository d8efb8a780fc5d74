/** A study that `init` made, from the outside: dissected, again, in parts, and read by every verb. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import {
	describedNeurons,
	initStudy,
	temporaryFolder,
} from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const inFolder = (...parts: string[]): string => join(folder.path, ...parts);

describe("a study from init", () => {
	let config: string;
	beforeAll(async () => {
		config = await initStudy(inFolder("study"));
	});

	it("init refuses a folder that is not empty and changes nothing", async () => {
		const before = readFileSync(config, "utf8");
		const { code, stderr } = await runCli(["init", inFolder("study")]);
		expect(code).toBe(2);
		expect(stderr).toContain("[directory_not_empty]");
		expect(readFileSync(config, "utf8")).toBe(before);
	});

	it("dissects as it is: data on stdout, progress on stderr, exit 0", async () => {
		const { code, stdout, stderr } = await runCli([
			"dissect",
			"--config",
			config,
			"--json",
		]);
		expect(code).toBe(0);
		const result = JSON.parse(stdout);
		expect(result.run.status).toBe("complete");
		expect(result.layers[0]).toMatchObject({
			layer: "classifier",
			neurons: 48,
		});
		expect(result.lastLayer.top1).toMatchObject({
			nValid: 48,
			null: { kind: "shuffled_labels" },
		});
		for (const stage of [
			"record",
			"exemplars",
			"summarize",
			"closed-set",
			"summary-calibration",
			"open-set-extraction",
		])
			expect(stderr).toContain(`${stage}: started`);
	});

	it("again: nothing is done twice", async () => {
		const before = describedNeurons(inFolder("study", ".audio-dissect"));
		const { code, stderr } = await runCli(["dissect", "--config", config]);
		expect(code).toBe(0);
		expect(stderr).not.toContain("summarize: started");
		expect(describedNeurons(inFolder("study", ".audio-dissect"))).toEqual(
			before,
		);
	});

	it("a subset is a run of its own with the same results", async () => {
		const whole = describedNeurons(inFolder("study", ".audio-dissect"));
		const { code } = await runCli([
			"dissect",
			"--config",
			config,
			"--neurons",
			"classifier#3-4",
			"--quiet",
		]);
		expect(code).toBe(0);
		expect(describedNeurons(inFolder("study", ".audio-dissect"))).toEqual(
			whole.filter(({ unit }) => unit === 3 || unit === 4),
		);
	});

	it("report, runs, config and prompts read what is there", async () => {
		const report = await runCli([
			"report",
			"--config",
			config,
			"--json",
			"--quiet",
		]);
		expect(report.code).toBe(0);
		expect(readFileSync(JSON.parse(report.stdout).index, "utf8")).toContain(
			"<!doctype html>",
		);

		const runs = JSON.parse(
			(await runCli(["runs", "list", "--config", config, "--json"])).stdout,
		);
		expect(runs).toHaveLength(2);
		const id = runs.at(-1).id;
		expect(
			(await runCli(["runs", "tag", id, "first", "--config", config])).code,
		).toBe(0);
		const other = ["runs", "tag", "latest", "first", "--config", config];
		expect((await runCli(other)).stderr).toContain(
			"audio-dissect runs untag first",
		);
		const untag = ["runs", "untag", "second", "--config", config];
		expect((await runCli(untag)).stderr).toContain("[tag_unknown]");
		await runCli(["runs", "tag", "latest", "second", "--config", config]);
		expect((await runCli(untag)).stdout).toContain("no longer called second");
		const shown = await runCli(["runs", "show", "first", "--config", config]);
		expect(shown.stdout).toContain(`run        ${id} (complete), first`);
		expect(
			(await runCli(["runs", "calls", "--run", "first", "--config", config]))
				.stdout,
		).toContain("no calls");
		const unknown = await runCli(["runs", "show", "frist", "--config", config]);
		expect(unknown.code).toBe(2);
		expect(unknown.stderr).toMatch(
			/\[run_unknown\][\s\S]*did you mean "first"\?/,
		);
		expect(
			(await runCli(["runs", "rm", "first", "--config", config])).code,
		).toBe(0);
		expect(
			JSON.parse(
				(await runCli(["runs", "list", "--config", config, "--json"])).stdout,
			),
		).toHaveLength(1);

		const resolved = await runCli([
			"config",
			"show",
			"--config",
			config,
			"--set",
			"exemplars.count=4",
		]);
		expect(resolved.stdout).toMatch(/exemplars:\n {2}count: 4/);
		expect(
			JSON.parse((await runCli(["config", "schema"])).stdout).properties,
		).toHaveProperty("languageModel");
		expect((await runCli(["prompts", "list"])).stdout).toMatch(/^summarize /m);
		expect((await runCli(["prompts", "show", "summarize"])).stdout).toBe(
			readFileSync(
				new URL("../../prompts/summarize.md", import.meta.url),
				"utf8",
			),
		);
		expect((await runCli(["prompts", "check"])).code).toBe(0);
	});

	it("a pattern names the same unit of several layers", async () => {
		const { stdout } = await runCli([
			"dissect",
			"--config",
			config,
			"--neurons",
			"layer.0.*#2",
			"--modules",
			"closed-set",
			"--json",
			"--quiet",
		]);
		expect(
			JSON.parse(stdout).layers.map(
				({ neurons }: { neurons: number }) => neurons,
			),
		).toEqual([1, 1, 1]);
	});
});
