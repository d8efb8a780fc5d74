import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultConfigPath, resolvedConfig } from "../../src/config/config.ts";
import { formatConfig } from "../../src/config/format.ts";
import { loadConfig } from "../../src/config/load.ts";
import { PRESETS } from "../../src/config/presets.ts";
import { configJsonSchema } from "../../src/config/schema.ts";
import type { Json } from "../../src/shared/hash.ts";
import { parseYaml } from "../../src/shared/yaml.ts";
import { configFile, MINIMAL } from "./folder.ts";

/** Dotted paths of the fields of a value; lists are fields. */
function fields(value: Json, path: readonly string[] = []): string[] {
	if (typeof value !== "object" || value === null || Array.isArray(value))
		return [path.join(".")];
	return Object.entries(value).flatMap(([key, member]) =>
		fields(member ?? null, [...path, key]),
	);
}

const withProviders = `${MINIMAL}languageModel: { provider: openai, model: a }\nembeddings: { provider: openai, model: b }\n`;

describe("formatConfig", () => {
	test("prints every field, and loads to the same config", async () => {
		const text = `${withProviders}layers: ["layer.*", "1e3", "true", ".5", "- x", "a: b", "#"]\nreport: { directory: "my report: 1" }\n`;
		const config = await loadConfig({ path: configFile(text) });
		const printed = formatConfig(config);
		expect(printed).toMatch(
			/^# .*dissect.yaml with every default\nnetwork: \//,
		);
		expect(printed).toContain(
			"languageModel:\n  provider: openai\n  model: a\n",
		);
		const again = await loadConfig({ path: configFile(printed) });
		expect(resolvedConfig(again)).toEqual(resolvedConfig(config));
	});

	test("property: any text survives", async () => {
		const config = await loadConfig({ path: configFile(MINIMAL) });
		fc.assert(
			fc.property(fc.array(fc.string({ unit: "binary" })), (layers) => {
				const parsed = parseYaml(formatConfig({ ...config, layers }));
				expect("value" in parsed && parsed.value).toMatchObject({ layers });
			}),
		);
	});
});

test("the default path is the one init writes", () => {
	expect(defaultConfigPath).toBe("dissect.yaml");
});

describe("config/dissect.example.yaml", () => {
	const example = readFileSync(
		new URL("../../config/dissect.example.yaml", import.meta.url),
		"utf8",
	);

	/** A field that is commented out: `  # minWords: 3`. */
	const presetField =
		/^(\s*)# ((?:pooling|method|function|conceptScores|conceptTemplate|minWords|threshold|enabled): \S+)$/gm;

	test("the fields that are commented out are those that presets set, with their defaults", async () => {
		const written = await loadConfig({
			path: configFile(
				example
					.replaceAll(presetField, "$1$2")
					.replace(/^probeSet: .*/m, "probeSet: clips.jsonl")
					.replace(/^conceptSet: .*/m, "conceptSet: concepts.txt")
					.replace(/^prompts: .*/m, "prompts: null"),
			),
		});
		const minimal = await loadConfig({ path: configFile(MINIMAL) });
		for (const field of [
			"pooling",
			"closedSet",
			"summarize",
			"summaryCalibration",
			"triage",
		])
			expect(Reflect.get(written, field)).toEqual(Reflect.get(minimal, field));
		const out = [...example.matchAll(presetField)].map(
			([, , line = ""]) => line.split(":")[0],
		);
		expect(out).toEqual([
			"pooling",
			"method",
			"function",
			"conceptScores",
			"conceptTemplate",
			"minWords",
			"method",
			"threshold",
			"enabled",
		]);
		const set = new Set(
			Object.values(PRESETS).flatMap((preset) =>
				Object.entries(preset).flatMap(([key, value]) =>
					typeof value === "object" && value !== null
						? Object.keys(value)
						: [key],
				),
			),
		);
		// Five clips a side are in every preset and in the file.
		expect([...set].sort()).toEqual([...new Set(out), "count"].sort());
	});

	test("has every field, with its default but for the files of the study", async () => {
		const path = configFile(
			example
				.replace(/^probeSet: .*/m, "probeSet: clips.jsonl")
				.replace(/^conceptSet: .*/m, "conceptSet: concepts.txt")
				.replace(/^prompts: .*/m, "prompts: null"),
		);
		const config = await loadConfig({ path });
		const minimal = await loadConfig({
			path: configFile(MINIMAL),
			set: ["probeSet=clips.jsonl"],
		});
		expect(resolvedConfig(config)).toEqual({
			...(resolvedConfig(minimal) as object),
			probeSet: config.probeSet,
			conceptSet: config.conceptSet,
			store: config.store,
			report: config.report,
		});
		// What a preset sets is commented out, so that it can.
		const parsed = parseYaml(example.replaceAll(presetField, "$1$2"));
		const written = "value" in parsed ? (parsed.value as Json) : null;
		expect(fields(written).sort()).toEqual(
			fields(resolvedConfig(config)).sort(),
		);
		// Without any but the needed fields it says the same.
		writeFileSync(path, MINIMAL);
		expect(resolvedConfig(await loadConfig({ path }))).toEqual(
			resolvedConfig(config),
		);
	});

	test("has a comment before every field or group", () => {
		const bare = example
			.split("\n")
			.map((line, index, all) => ({ line, before: all[index - 1] ?? "" }))
			.filter(
				({ line, before }) => /^\w/.test(line) && !before.startsWith("#"),
			);
		expect(bare).toEqual([]);
	});
});

describe("the JSON Schema", () => {
	test("config/dissect.schema.json is up to date (`audio-dissect config schema > config/dissect.schema.json`)", () => {
		const file = readFileSync(
			new URL("../../config/dissect.schema.json", import.meta.url),
			"utf8",
		);
		expect(JSON.parse(file)).toEqual(
			JSON.parse(JSON.stringify(configJsonSchema())),
		);
	});

	test("asks for what has no default, and describes every field", () => {
		const schema = configJsonSchema();
		expect(schema.required).toEqual(["network", "probeSet", "conceptSet"]);
		expect(schema.additionalProperties).toBe(false);
		const undescribed = (node: unknown, path: string): string[] =>
			typeof node === "object" && node !== null && "properties" in node
				? Object.entries(node.properties as object).flatMap(([key, member]) => [
						...(typeof member.description === "string" &&
						member.description.length > 10
							? []
							: [`${path}${key}`]),
						...undescribed(member, `${path}${key}.`),
					])
				: [];
		expect(undescribed(schema, "")).toEqual([]);
	});
});
