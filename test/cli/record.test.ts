import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTraces } from "../../src/recordings/traces/read-traces.ts";
import { root, runCli } from "../support/cli.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
let config: string;
beforeAll(async () => {
	config = await initStudy(join(folder.path, "study"));
});
afterAll(() => folder.remove());

const record = (...args: string[]) =>
	runCli(["record", "--config", config, "--quiet", "--json", ...args]);

describe("audio-dissect record", () => {
	it("prints the recording and, with --traces, records time courses beside it", async () => {
		const { code, stdout, stderr } = await record(
			"--traces",
			"classifier#3,classifier#0-1",
			"--trace-clips",
			"*-01*",
		);
		expect(stderr).toBe("");
		expect(code).toBe(0);
		const result = JSON.parse(stdout);
		expect(result.precision).toBe("float32");
		expect(result.layers.map(({ name }: { name: string }) => name)).toEqual([
			"classifier",
		]);
		expect(result.traces.length).toBeGreaterThan(0);
		expect(result.traces.length).toBeLessThan(result.clips);
		for (const trace of result.traces) {
			expect(trace.units).toEqual([0, 1, 3]);
			expect(trace.clip).toContain("-01");
		}
		const traces = await readTraces(result, { layer: "classifier", unit: 3 });
		expect(traces.map(({ clip }) => clip)).toEqual(
			result.traces.map(({ clip }: { clip: string }) => clip),
		);
	});

	it("needs no captions; dissect says what is missing and how to get it", async () => {
		const manifest = join(folder.path, "bare.jsonl");
		writeFileSync(
			manifest,
			["clips/violin-01.flac", "clips/violin-02.flac"]
				.map((clip) => `${JSON.stringify({ clip })}\n`)
				.join(""),
		);
		const bare = [
			"--set",
			`probeSet={"manifest":"${manifest}","clips":"${join(root, "demo")}"}`,
		];
		const recorded = await record(...bare);
		expect(recorded.stderr).toBe("");
		expect(JSON.parse(recorded.stdout).clips).toBe(2);
		const described = await runCli(["dissect", "--config", config, ...bare]);
		expect(described.code).toBe(2);
		expect(described.stderr).toContain("bare.jsonl:2: expected a `caption`");
		expect(described.stderr).toContain("audio-dissect caption");
	});

	it("keeps float16 when the config says so, in a recording of its own", async () => {
		const single = JSON.parse((await record()).stdout);
		const half = JSON.parse(
			(await record("--set", "recording.precision=float16")).stdout,
		);
		expect(half.recording).not.toBe(single.recording);
		expect(half.precision).toBe("float16");
		const bytes = (result: { layers: { path: string }[] }): number =>
			readFileSync(result.layers[0]?.path as string).length - 128;
		expect(2 * bytes(half)).toBe(bytes(single));
	});

	it("names a neuron or clip that is not there", async () => {
		const unit = await record("--traces", "classifier#48");
		expect(unit.code).toBe(2);
		expect(unit.stderr).toContain("[neuron_unknown]");
		const clip = await record(
			"--traces",
			"classifier#0",
			"--trace-clips",
			"nothing.wav",
		);
		expect(clip.code).toBe(2);
		expect(clip.stderr).toContain('clip "nothing.wav" is not in the recording');
	});

	it("refuses patterns that match no clip, before anything is recorded, and clips without neurons", async () => {
		for (const clips of ["*-01*,nothing*", " , "]) {
			const { code, stderr } = await record(
				"--traces",
				"classifier#0",
				"--trace-clips",
				clips,
			);
			expect(code).toBe(2);
			expect(stderr).toContain("[trace_clips_unknown]");
			expect(stderr).toContain(
				`no clip matches "${clips === " , " ? clips : "nothing*"}"`,
			);
		}
		const alone = await record("--trace-clips", "*");
		expect(alone.code).toBe(2);
		expect(alone.stderr).toContain("[trace_clips_without_traces]");
	});
});
