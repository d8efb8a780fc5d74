/** The options that name the language model: what they put in place of the config's, and what they do not take over. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
	modelOverrides,
	selectedPages,
	studyConfig,
} from "../../src/cli/study-options.ts";
import { root } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "audio-dissect-options-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function config(languageModel: string): string {
	const path = join(folder, "dissect.yaml");
	writeFileSync(
		path,
		`network: demo
probeSet: ${join(root, "demo/probe-set.jsonl")}
conceptSet: ${join(root, "concepts/demo.txt")}
languageModel: ${languageModel}
`,
	);
	return path;
}

const modelOf = async (
	languageModel: string,
	options: Omit<Parameters<typeof studyConfig>[0], "config" | "set">,
	set: readonly string[] = [],
) =>
	(await studyConfig({ ...options, config: config(languageModel), set }))
		.languageModel;

describe("the language model on the command line", () => {
	it("takes the place of the config's; everything else stays", async () => {
		expect(
			await modelOf(
				"{ provider: openai, model: a, baseUrl: 'http://one.example/v1', apiKeyEnv: MINE, maxOutputTokens: 99 }",
				{ provider: "openai", model: "b", concurrency: "3" },
			),
		).toMatchObject({
			provider: "openai",
			model: "b",
			baseUrl: "http://one.example/v1",
			apiKeyEnv: "MINE",
			concurrency: 3,
			maxOutputTokens: 99,
		});
	});

	it("another provider takes over no address, key variable or name of the first: its key goes nowhere else", async () => {
		expect(
			await modelOf(
				"{ provider: openai, model: a, baseUrl: 'http://one.example/v1', apiKeyEnv: MINE, seed: 3, maxOutputTokens: 99 }",
				{ provider: "anthropic", model: "c" },
			),
		).toMatchObject({
			provider: "anthropic",
			model: "c",
			baseUrl: null,
			apiKeyEnv: "ANTHROPIC_API_KEY",
			seed: null,
			maxOutputTokens: 99,
		});
	});

	it("what --set says goes with the provider that is named", async () => {
		expect(
			await modelOf("{ provider: none }", { provider: "llama-cpp" }, [
				`languageModel.file=${join(root, "package.json")}`,
			]),
		).toMatchObject({
			provider: "llama-cpp",
			file: join(root, "package.json"),
		});
	});

	it("a replay keeps the fields of the provider it replays", async () => {
		expect(
			await modelOf(
				"{ provider: openai, model: a, baseUrl: 'http://one.example/v1', replayOf: openai }",
				{ provider: "replay" },
			),
		).toMatchObject({ model: "a", baseUrl: "http://one.example/v1" });
	});

	it("a name that looks like something else stays a name", async () => {
		const path = config("{ provider: none }");
		expect(
			await modelOverrides({ model: "true", concurrency: "auto" }, path, []),
		).toEqual([
			'languageModel.model="true"',
			'languageModel.concurrency="auto"',
		]);
		expect(
			await modelOf("{ provider: openai, model: x }", { model: "4" }),
		).toMatchObject({ model: "4" });
	});

	it("nothing given, nothing changed", async () => {
		expect(
			await modelOverrides({}, config("{ provider: none }"), ["seed=1"]),
		).toEqual([]);
	});
});

describe("which neurons of a report get pages", () => {
	const run = {
		layers: ["a.1", "a.2", "b"].map((name) => ({
			name,
			units: 4,
			pooling: "mean" as const,
		})),
		network: { hash: "", name: "net", descriptor: {} },
	};

	it("all, those of layers, or some", () => {
		expect(selectedPages({}, run)).toEqual({});
		expect(selectedPages({ layers: "b" }, run)).toEqual({ layers: ["b"] });
		expect(selectedPages({ neurons: "a.*#0-1,b#3" }, run)).toEqual({
			layers: ["a.1", "a.2", "b"],
			neurons: new Map([
				["a.1", new Set([0, 1])],
				["a.2", new Set([0, 1])],
				["b", new Set([3])],
			]),
		});
	});

	it("refuses what the run does not have", () => {
		for (const [options, code] of [
			[{ layers: "c" }, "layer_unknown"],
			[{ layers: "b", neurons: "a.1#0" }, "layer_unknown"],
			[{ neurons: "b#4" }, "neuron_unknown"],
			[{ layers: " ," }, "option_empty"],
		] as const)
			expect(() => selectedPages(options, run)).toThrow(
				expect.objectContaining({ code }),
			);
	});
});
