import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { modelSettings } from "../../src/config/model-settings.ts";
import { configFile, MINIMAL } from "./folder.ts";

const load = (languageModel: string) =>
	loadConfig({
		path: configFile(`${MINIMAL}languageModel: ${languageModel}\n`),
	});

test("a use has the fields of the model for all but those it names", async () => {
	const { languageModel } = await load(
		"{ provider: openai, model: a, baseUrl: http://localhost:1/v1, seed: 3, modules: { judge: { model: b, temperature: null } } }",
	);
	const { modules: _, ...shared } = languageModel;
	expect(modelSettings(languageModel, "summarize")).toEqual(shared);
	expect(modelSettings(languageModel, "judge")).toEqual({
		...shared,
		model: "b",
		temperature: null,
	});
});

test("another provider takes over nothing that belongs to the first one", async () => {
	const { languageModel } = await load(
		"{ provider: openai, model: a, baseUrl: http://localhost:1/v1, apiKeyEnv: LAB, api: chat, seed: 3, maxOutputTokens: 9, extraBody: { x: 1 }, modules: { judge: { provider: anthropic, model: b } } }",
	);
	expect(modelSettings(languageModel, "judge")).toMatchObject({
		provider: "anthropic",
		model: "b",
		baseUrl: null,
		apiKeyEnv: "ANTHROPIC_API_KEY",
		api: "auto",
		seed: null,
		extraBody: null,
		maxOutputTokens: 9,
	});
});

test.each([
	[
		"{ provider: llama-cpp }",
		'4:16: languageModel.file: expected the path of a GGUF file, because provider is "llama-cpp"',
	],
	[
		"{ provider: replay }",
		'4:16: languageModel.replayOf: expected the provider whose recorded calls are replayed (openai, anthropic, llama-cpp), because provider is "replay"',
	],
	[
		"{ provider: replay, replayOf: openai }",
		'4:16: languageModel.model: expected a model name, because provider is "replay"',
	],
	[
		"{ provider: openai, model: a, modules: { judge: { provider: anthropic } } }",
		'languageModel.modules.judge.model: expected a model name, because provider is "anthropic"',
	],
	[
		"{ modules: { juge: { model: a } } }",
		'languageModel.modules.juge: unknown key "juge"; did you mean "judge"?',
	],
	[
		"{ modules: { judge: { modle: a } } }",
		'languageModel.modules.judge.modle: unknown key "modle"; did you mean "model"?',
	],
	[
		"{ provider: llama-cpp, file: no.gguf }",
		/languageModel\.file: there is no file .*no\.gguf/,
	],
])("%s is refused", async (languageModel, problem) => {
	await expect(load(languageModel)).rejects.toMatchObject({
		code: "config_invalid",
		message:
			typeof problem === "string"
				? expect.stringContaining(problem)
				: expect.stringMatching(problem),
	});
});

test("files are relative to the config", async () => {
	const { languageModel, source } = await load(
		"{ provider: llama-cpp, file: net.yaml, modules: { judge: { file: clips.jsonl } } }",
	);
	const folder = source.path.replace(/dissect\.yaml$/, "");
	expect(languageModel.file).toBe(`${folder}net.yaml`);
	expect(modelSettings(languageModel, "judge").file).toBe(
		`${folder}clips.jsonl`,
	);
});
