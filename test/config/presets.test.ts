import { describe, expect, test } from "vitest";
import { resolvedConfig } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { triageSetting } from "../../src/config/triage-setting.ts";
import { configFile, MINIMAL } from "./folder.ts";

/** The fields presets speak of, for a config with these lines. */
async function chosen(lines: string, set: readonly string[] = []) {
	const config = await loadConfig({
		path: configFile(`${MINIMAL}${lines}`),
		set,
	});
	const { preset, pooling, exemplars, summarize, triage } = config;
	const { closedSet, summaryCalibration } = config;
	return {
		preset,
		closedSet: closedSet.method,
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
	closedSet: "db",
	triage: "auto",
};
const paper = {
	...plain,
	preset: "paper",
	minWords: 6,
	threshold: 0.9,
	triage: false,
};
const release = {
	...plain,
	preset: "release",
	pooling: "first",
	minWords: 6,
	triage: false,
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

	test("the paper's closed set is the one by captions, also over a file that asks for another", async () => {
		const file =
			"languageModel: { provider: openai, model: a }\nclosedSet: { method: icl }\n";
		expect(await chosen(`${file}preset: paper\n`)).toEqual({
			...paper,
			closedSet: "icl",
		});
		expect(await chosen(file, ["preset=paper"])).toEqual(paper);
		expect(
			await chosen("closedSet: { function: wpmi, conceptScores: cosine }\n", [
				"preset=paper",
			]),
		).toEqual(paper);
		const { closedSet } = await loadConfig({
			path: configFile(
				`${MINIMAL}closedSet: { function: wpmi, conceptScores: cosine }\n`,
			),
			set: ["preset=paper"],
		});
		expect(closedSet).toMatchObject({
			method: "db",
			function: "auto",
			conceptScores: "softmax",
			conceptTemplate: null,
		});
	});

	test("triage is off in paper and release whoever writes the summaries, unless the file says otherwise", async () => {
		const model = "languageModel: { provider: openai, model: a }\n";
		const on = async (lines: string) =>
			triageSetting(
				await loadConfig({ path: configFile(`${MINIMAL}${model}${lines}`) }),
			) !== null;
		expect(await on("")).toBe(true);
		expect(await on("preset: paper\n")).toBe(false);
		expect(await on("preset: release\n")).toBe(false);
		expect(await on("preset: paper\ntriage: { enabled: true }\n")).toBe(true);
		expect(await on("preset: paper\ntriage: { enabled: auto }\n")).toBe(true);
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
				"triage.enabled=false",
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
