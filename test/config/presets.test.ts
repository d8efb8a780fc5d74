import { describe, expect, test } from "vitest";
import { resolvedConfig } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { configFile, MINIMAL } from "./folder.ts";

/** The fields presets speak of, for a config with these lines. */
async function chosen(lines: string, set: readonly string[] = []) {
	const { preset, pooling, exemplars, summarize, summaryCalibration, triage } =
		await loadConfig({ path: configFile(`${MINIMAL}${lines}`), set });
	return {
		preset,
		pooling,
		count: exemplars.count,
		minWords: summarize.minWords,
		threshold: summaryCalibration.threshold,
		triage: triage.enabled,
	};
}

const plain = {
	preset: "default",
	pooling: null,
	count: 5,
	minWords: 3,
	threshold: 0.5,
	triage: false,
};
const paper = { ...plain, preset: "paper", minWords: 6, threshold: 0.9 };
const release = {
	...plain,
	preset: "release",
	pooling: "first",
	minWords: 6,
};

describe("presets (spec of the method, section 12)", () => {
	test.each([
		["", plain],
		["preset: default\n", plain],
		["preset: paper\n", paper],
		["preset: release\n", release],
	])("%j", async (lines, expected) => {
		expect(await chosen(lines)).toEqual(expected);
	});

	test("a field of the file wins, an empty section does not", async () => {
		expect(
			await chosen(
				"preset: release\npooling: null\nsummarize:\n  minWords: 4\nsummaryCalibration:\n",
			),
		).toEqual({ ...release, pooling: null, minWords: 4 });
	});

	test("a preset of the command line wins over the fields of the file, and a field of the command line over that", async () => {
		const file = "preset: release\nsummarize: { minWords: 4 }\n";
		expect(await chosen(file, ["preset=paper"])).toEqual(paper);
		expect(
			await chosen(file, [
				"summaryCalibration.threshold=0.7",
				"preset=paper",
				"summarize.minWords=2",
			]),
		).toEqual({ ...paper, threshold: 0.7, minWords: 2 });
	});

	test("is the same config as its fields written out, but for its name", async () => {
		const path = configFile(`${MINIMAL}preset: paper\n`);
		const named = await loadConfig({ path });
		const written = await loadConfig({
			path,
			set: [
				"preset=default",
				"summaryCalibration.threshold=0.9",
				"summarize.minWords=6",
			],
		});
		expect({ ...(resolvedConfig(named) as object), preset: "default" }).toEqual(
			resolvedConfig(written),
		);
	});

	test("an unknown one is a problem with a suggestion", async () => {
		await expect(chosen("preset: papers\n")).rejects.toMatchObject({
			code: "config_invalid",
			message: expect.stringMatching(
				/:4:9: preset: expected .*got "papers" \(text\); did you mean "paper"\?/,
			),
		});
	});

	test("calibration by a model needs one", async () => {
		await expect(
			chosen("summaryCalibration: { method: model }\n"),
		).rejects.toMatchObject({
			message: expect.stringContaining(
				'summaryCalibration.method: "model" needs a language model',
			),
		});
	});
});
