/** The demo is what a newcomer sees first: it has to say something true about the trained network, and nothing about the random one. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

// The classifier alone: the hidden layers take the same path.
const demo = (...args: string[]): Promise<CliResult> =>
	runCli([
		"demo",
		"-o",
		folder.path,
		"--quiet",
		"--set",
		"layers=[classifier]",
		...args,
	]);

describe("demo", () => {
	let trained: CliResult;
	beforeAll(async () => {
		trained = await demo("--json");
	});

	it("names the trained network's output units far above chance, without a key", () => {
		expect(trained.stderr).toBe("");
		expect(trained.code).toBe(0);
		const { lastLayer, nearestClass, run, report } = JSON.parse(trained.stdout);
		expect(run.probeSet).toMatchObject({ clips: 480, excluded: [] });
		expect(lastLayer.top1.value).toBeGreaterThanOrEqual(0.95);
		expect(lastLayer.top1.null.value).toBeLessThan(0.05);
		expect(lastLayer.top5.value).toBeGreaterThanOrEqual(0.98);
		// The describer has to say more than the captions it was given: 39 of 48 for their bare mean.
		expect(nearestClass.captions.correct).toBe(39);
		expect(nearestClass.summary.correct).toBeGreaterThan(39);
		expect(existsSync(report.index)).toBe(true);
	});

	it("says nothing about a network that was never trained", async () => {
		const { code, stdout } = await demo("--network", "random", "--json");
		expect(code).toBe(0);
		const { lastLayer, nearestClass, report } = JSON.parse(stdout);
		expect(lastLayer.top1.value).toBeLessThanOrEqual(0.11);
		expect(nearestClass.summary.correct).toBeLessThanOrEqual(4);
		expect(report.index).toBe(join(folder.path, "report-random", "index.html"));
	});

	it("again, it is served from the store, and says the same", async () => {
		const again = await demo("--json");
		const strip = (text: string) => {
			const { run, lastLayer, nearestClass, layers, summaries } =
				JSON.parse(text);
			return { id: run.id, lastLayer, nearestClass, layers, summaries };
		};
		expect(JSON.parse(again.stdout).resumed).toBe(true);
		expect(strip(again.stdout)).toEqual(strip(trained.stdout));
	});

	it("prints what it found, how sure it is, and where everything is", async () => {
		const { stdout } = await demo();
		expect(stdout).toMatch(
			/last layer top-1 {2}\d+\.\d %, 95 % interval .*; labels shuffled: \d\.\d %/,
		);
		expect(stdout).toMatch(
			/nearest class to the calibrated summary is the unit's own for \d+ of 48, 95 % interval .* \(mean of its 5 captions: 39 of 48/,
		);
		expect(stdout).toContain(
			"text by    the extractive describer (no language model)",
		);
		expect(stdout).toMatch(/time {7}record .* open-set-extraction/);
		expect(stdout).toContain(join(folder.path, "report", "index.html"));
	});
});
