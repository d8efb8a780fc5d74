/** `inputs check` from outside: what it finds, on stdout, with the exit code a script can go by. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { testFolder, tone } from "../inputs/probe-set/folder.ts";
import { runCli } from "../support/cli.ts";
import { initStudy } from "../support/study.ts";

const folder = testFolder();
const fixtures = fileURLToPath(new URL("../fixtures/inputs/", import.meta.url));

describe("inputs check of a study", () => {
	let config: string;
	beforeAll(async () => {
		config = await initStudy(folder.at("study"));
	});

	it("finds nothing wrong with the one init writes: exit 0", async () => {
		const { code, stdout, stderr } = await runCli([
			...["inputs", "check", "--config", config],
		]);
		expect(stderr).toContain("check clips: 24/24");
		expect(stdout).toMatch(/^probe set {2}probe-set$/m);
		expect(stdout).toMatch(/^clips {6}24 clips, 24 usable, 0 left out$/m);
		expect(stdout).toMatch(
			/^padding {4}\d+ of 24 clips too short to fill one network input; on average [\d.]+ % of the input is padding$/m,
		);
		expect(code).toBe(0);
	});

	it("finds all that dissect would stumble over: exit 2, as text and as JSON", async () => {
		const manifest = folder.at("study", "probe-set.jsonl");
		const text = readFileSync(manifest, "utf8");
		const lines = text.trimEnd().split("\n");
		const clipOf = (index: number): string =>
			folder.at("study", JSON.parse(lines[index] ?? "").clip);
		const kept = readFileSync(clipOf(1));
		rmSync(clipOf(0));
		writeFileSync(clipOf(1), kept.subarray(0, 9000));
		writeFileSync(clipOf(2), tone(100, { seconds: 0.01 }));
		writeFileSync(
			manifest,
			`${text}{"clip": "no caption.wav"}\n${JSON.stringify({ clip: "\u001b[31mred.wav", caption: "x", label: "pianno" })}\n`,
		);
		const { code, stdout } = await runCli([
			...["inputs", "check", "--config", config, "--quiet"],
		]);
		expect(code).toBe(2);
		for (const words of [
			"probe-set.jsonl:25: expected a `caption`, got none [caption_missing]",
			'"pianno" (1 clip); did you mean "piano"?',
			"[clip_missing]",
			"[audio_truncated]",
			"expected at least 400 samples at 16000 Hz, got 160 [clip_too_short]",
		])
			expect(stdout).toContain(words);
		// A name from a file does not steer the terminal.
		expect(stdout).not.toContain("\u001b");
		const own = await runCli([
			...["inputs", "check", "--config", config, "--set", "labels=own"],
		]);
		expect(own.stdout).not.toContain("label_unknown");
		expect(own.stdout).not.toContain("classes_without_clips");
		const json = await runCli([
			...["inputs", "check", "--config", config, "--quiet", "--json"],
		]);
		expect(json.code).toBe(2);
		const result = JSON.parse(json.stdout);
		expect(result).toMatchObject({
			ok: false,
			clips: 25,
			usable: 21,
			padding: { clips: 21 },
		});
		expect(
			result.findings
				.filter(({ severity }: { severity: string }) => severity !== "warning")
				.map((one: { severity: string; code: string }) => one.code),
		).toEqual([
			"caption_missing",
			"label_unknown",
			"clip_missing",
			"audio_truncated",
			"clip_too_short",
			"clip_missing",
			"clip_missing",
		]);
	});
});

describe("inputs check of a manifest", () => {
	it("needs no config; captions and clips are named; warnings alone are exit 0", async () => {
		folder.write("audio/1-1-A-0.wav", tone(1));
		folder.write("audio/1-2-A-0.wav", tone(1));
		const manifest = folder.write(
			"esc50.csv",
			"filename,fold,target,category,esc10,src_file,take\n1-1-A-0.wav,1,0,dog,True,1,A\n1-2-A-0.wav,1,0,dog,True,1,A\n",
		);
		const without = await runCli(["inputs", "check", manifest, "--quiet"]);
		expect(without.code).toBe(2);
		expect(without.stdout).toContain("[captions_needed]");
		// Without a network there is nothing to fill.
		expect(without.stdout).not.toContain("padding");
		const captions = folder.write(
			"captions.csv",
			"clip,caption\n1-1-A-0.wav,A dog barks.\n1-2-A-0.wav,A dog barks.\n",
		);
		const { code, stdout } = await runCli([
			...["inputs", "check", manifest, "--captions", captions],
			...["--clips", folder.at("audio"), "--quiet"],
		]);
		expect(stdout).toContain("probe set  esc50, layout ESC-50");
		expect(stdout).toContain("1-2-A-0.wav: the same bytes as 1-1-A-0.wav");
		expect(stdout).toMatch(/class_one_recording +1/);
		expect(code).toBe(0);
	});

	it("reads Parquet, audio into the cache that is named", async () => {
		const { code, stdout } = await runCli([
			...["inputs", "check", join(fixtures, "train-*.parquet")],
			...["--cache", folder.at("cache"), "--quiet", "--json"],
		]);
		expect(JSON.parse(stdout)).toMatchObject({
			ok: true,
			clips: 15,
			usable: 15,
			audio: { sampleRates: [{ value: 8000, clips: 15 }] },
		});
		expect(code).toBe(0);
		expect(existsSync(folder.at("cache"))).toBe(true);
	});

	it("says what is wrong with a call", async () => {
		const missing = await runCli(["inputs", "check", folder.at("nowhere.csv")]);
		expect(missing.code).toBe(2);
		expect(missing.stderr).toContain("[manifest_missing]");
		const config = await initStudy(folder.at("other"));
		const mixed = await runCli([
			...["inputs", "check", "--config", config, "--captions", "x.json"],
		]);
		expect(mixed.code).toBe(2);
		expect(mixed.stderr).toContain("--set probeSet.captions=");
	});
});
