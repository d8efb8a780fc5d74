import { describe, expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { triageSetting } from "../../src/config/triage-setting.ts";
import { configFile, MINIMAL } from "./folder.ts";

const setting = async (lines: string) =>
	triageSetting(await loadConfig({ path: configFile(`${MINIMAL}${lines}`) }));
const MODEL = "languageModel: { provider: openai, model: a }\n";
const BAR = {
	clarity: "captions",
	minimumFiringRate: 0,
	minimumClarity: 0.5,
};

describe("triageSetting", () => {
	test.each([
		["", null],
		[MODEL, BAR],
		["triage: { enabled: true }\n", BAR],
		[`${MODEL}triage: { enabled: false }\n`, null],
		["triage: { enabled: auto }\n", null],
		// No summary is asked for.
		[`${MODEL}modules: [closed-set]\n`, null],
		// Somebody else writes the summaries than the shared model.
		[
			"languageModel: { provider: none, modules: { summarize: { provider: openai, model: a } } }\n",
			BAR,
		],
		[
			"languageModel: { provider: openai, model: a, modules: { summarize: { provider: none } } }\n",
			null,
		],
		["languageModel: { provider: replay, replayOf: openai, model: a }\n", BAR],
	])("%j", async (lines, expected) => {
		expect(await setting(lines)).toEqual(expected);
	});

	test("another bar", async () => {
		expect(
			await setting(
				`${MODEL}triage: { minimumClarity: 0.8, minimumFiringRate: 0.1 }\n`,
			),
		).toEqual({ ...BAR, minimumClarity: 0.8, minimumFiringRate: 0.1 });
	});

	test("the clarity of sounds needs a text-audio encoder, unless triage is off", async () => {
		await expect(
			setting(`${MODEL}triage: { clarity: audio }\n`),
		).rejects.toMatchObject({
			code: "config_invalid",
			message: expect.stringContaining(
				'triage.clarity: "audio" needs a text-audio encoder, and textAudio is not set',
			),
		});
		expect(await setting("triage: { clarity: audio }\n")).toBeNull();
		expect(
			await setting(`${MODEL}triage: { clarity: audio, enabled: false }\n`),
		).toBeNull();
	});

	test("anything else is refused with what is allowed", async () => {
		await expect(setting("triage: { enabled: yes }\n")).rejects.toMatchObject({
			message: expect.stringMatching(/triage\.enabled: expected .*"auto"/),
		});
	});
});
