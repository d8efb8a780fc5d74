import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { probeSetSpec, resolvedConfig } from "../../src/config/config.ts";
import { formatConfig } from "../../src/config/format.ts";
import { loadConfig } from "../../src/config/load.ts";
import { DissectionError } from "../../src/errors.ts";
import { temporaryFolder } from "../support/temporary-store.ts";
import { configFile, MINIMAL } from "./folder.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The lines of the error, with the folder's path taken out. */
async function problems(
	text: string | Uint8Array,
	set: readonly string[] = [],
): Promise<string[]> {
	const path = configFile(text);
	const error: unknown = await loadConfig({ path, set }).catch(
		(thrown) => thrown,
	);
	if (!(error instanceof DissectionError)) throw error;
	expect(error).toMatchObject({ name: "ConfigError", code: "config_invalid" });
	const lines = error.message
		.replaceAll(dirname(path), "DIR")
		.split("\n")
		.slice(1)
		.map((line) => line.trim().replace("DIR/dissect.yaml:", ""));
	expect(error.evidence?.problems).toHaveLength(lines.length);
	return lines;
}

describe("a valid config", () => {
	test("has every default, absolute paths, and what was passed", async () => {
		const path = configFile(MINIMAL);
		const folder = dirname(path);
		const request = { apiKeyEnv: null, timeoutSeconds: 120, maxRetries: 2 };
		expect(await loadConfig({ path })).toEqual({
			network: join(root, "config/networks/demo.yaml"),
			preset: "default",
			layers: [],
			pooling: null,
			probeSet: join(folder, "clips.jsonl"),
			caption: { samples: 1, sampleRate: 16_000, seconds: 30 },
			labels: "classes",
			conceptSet: join(folder, "concepts.txt"),
			store: join(folder, ".audio-dissect"),
			prompts: null,
			modules: [
				"closed-set",
				"summarize",
				"summary-calibration",
				"open-set-extraction",
			],
			exemplars: { count: 5 },
			closedSet: {
				method: "db",
				function: "auto",
				conceptScores: "softmax",
				conceptTemplate: null,
				permutations: "auto",
			},
			summarize: { minWords: 3 },
			summaryCalibration: { method: "embeddings", threshold: 0.5 },
			textAudio: null,
			triage: {
				enabled: "auto",
				clarity: "captions",
				minimumFiringRate: 0,
				minimumClarity: 0.5,
			},
			languageModel: {
				provider: "none",
				model: null,
				baseUrl: null,
				api: "auto",
				replayOf: null,
				file: null,
				contextSize: 4096,
				threads: "auto",
				structuredOutput: "auto",
				reply: "auto",
				temperature: 0,
				seed: null,
				maxOutputTokens: 1024,
				extraBody: null,
				batch: "auto",
				check: true,
				concurrency: "auto",
				requestsPerMinute: null,
				tokensPerMinute: null,
				...request,
				modules: {},
			},
			budget: { usd: null, tokens: null, calls: null },
			prices: null,
			embeddings: {
				provider: "local",
				directory: null,
				model: null,
				baseUrl: null,
				...request,
			},
			recording: {
				batchSize: "auto",
				threads: "auto",
				clipThreads: "auto",
				precision: "float32",
				provider: "cpu",
			},
			report: { directory: join(folder, "report"), missingValues: {} },
			seed: 0,
			source: {
				path,
				asPassed: {
					file: {
						network: "demo",
						probeSet: "clips.jsonl",
						conceptSet: "concepts.txt",
					},
					set: [],
				},
			},
		});
	});

	test("absolute paths and a descriptor of one's own stay", async () => {
		const path = configFile(
			`${MINIMAL.replace("demo", "net.yaml")}store: /data/store\nprompts: prompts\n`,
		);
		expect(await loadConfig({ path })).toMatchObject({
			network: join(dirname(path), "net.yaml"),
			store: "/data/store",
			prompts: join(dirname(path), "prompts"),
		});
	});

	test.each([
		["openai", "OPENAI_API_KEY"],
		["anthropic", "ANTHROPIC_API_KEY"],
	])(
		"provider %s has its usual key variable, %s",
		async (provider, variable) => {
			const path = configFile(
				`${MINIMAL}languageModel: { provider: ${provider}, model: small }\n`,
			);
			const usual = await loadConfig({ path });
			expect(usual.languageModel.apiKeyEnv).toBe(variable);
			const named = await loadConfig({
				path,
				set: ["languageModel.apiKeyEnv=MY_KEY"],
			});
			expect(named.languageModel.apiKeyEnv).toBe("MY_KEY");
		},
	);

	test("a section with every line commented out is as if it were not there", async () => {
		const path = configFile(`${MINIMAL}exemplars:\n  # count: 5\nreport:\n`);
		expect((await loadConfig({ path })).exemplars.count).toBe(5);
	});

	test("modules come in pipeline order", async () => {
		const path = configFile(
			`${MINIMAL}modules: [summary-calibration, summarize, closed-set]\n`,
		);
		expect((await loadConfig({ path })).modules).toEqual([
			"closed-set",
			"summarize",
			"summary-calibration",
		]);
	});

	test("a byte order mark and CRLF do not matter", async () => {
		const path = configFile(`\uFEFF${MINIMAL.replaceAll("\n", "\r\n")}`);
		expect((await loadConfig({ path })).seed).toBe(0);
	});
});

describe("--set", () => {
	test("values are YAML, paths may be new, the last one wins", async () => {
		const path = configFile(`${MINIMAL}exemplars: { count: 3 }\n`);
		const set = [
			"exemplars.count=10",
			"exemplars.count=12",
			'layers=["layer.*", classifier]',
			"closedSet.function=cosine",
			"recording.threads=auto",
			"report.directory=out=1",
			"languageModel.modules.acoustic-filter.temperature=0.5",
		];
		const config = await loadConfig({ path, set });
		expect(config).toMatchObject({
			exemplars: { count: 12 },
			layers: ["layer.*", "classifier"],
			closedSet: { function: "cosine", permutations: "auto" },
			report: {
				directory: join(dirname(path), "out=1"),
				missingValues: {},
			},
			languageModel: {
				modules: { "acoustic-filter": { temperature: 0.5 } },
			},
			source: { asPassed: { file: { exemplars: { count: 3 } }, set } },
		});
	});

	test("problems name the flag, without the value", async () => {
		expect(
			await problems(MINIMAL, [
				"closedSet.functoin=cosine",
				"seed=-1",
				"exemplars.count.deep=4",
				"languageModel.apiKey=sk-secret",
				"languageModel.apiKeyEnv=sk-secret",
				"summarize=[",
				"a..b=5",
				"__proto__.x=1",
				"sk-secret",
				"with space and secret",
			]),
		).toEqual([
			"--set summarize: the value is not YAML (Flow sequence must end with a ]); put a text with special characters in quotes",
			'--set a..b: expected names joined by dots before the "="',
			'--set __proto__.x: expected names joined by dots before the "="',
			"--set sk-secret: expected path=value, such as --set closedSet.permutations=50",
			"--set ...: expected path=value, such as --set closedSet.permutations=50",
			"--set exemplars.count.deep: exemplars.count: expected a number, got a mapping",
			'--set closedSet.functoin: unknown key "functoin"; did you mean "function"?',
			"--set languageModel.apiKeyEnv: expected the name of an environment variable (letters, digits, _), not the key itself",
			'--set languageModel.apiKey: "apiKey": a key does not belong in a config, which is stored and shared; put it in an environment variable and name that with apiKeyEnv',
			"--set seed: expected a number from 0 up, got -1 (number)",
		]);
	});
});

describe("a config that is not valid", () => {
	test("every problem at once, in file order, with line and column", async () => {
		const text = `network: dmeo
probeSet: clip.jsonl
conceptSet: 5
storage: here
closedSet:
  functoin: cosine
  conceptScores: softmx
  permutations: 5.5
exemplars: { count: 0 }
languageModel:
  provider: openia
  temperature: hot
recording: { threads: many, batchSize: 0 }
modules: []
summarize: [1]
summaryCalibration: { threshold: 1.5 }
`;
		expect(await problems(text)).toEqual([
			'1:10: network: no network "dmeo" comes with audio-dissect; did you mean "demo"?',
			'2:11: probeSet: there is no file or folder DIR/clip.jsonl; did you mean "clips.jsonl"?',
			"3:13: conceptSet: expected a text, got 5 (number)",
			'4:1: storage: unknown key "storage"; did you mean "store"?',
			'6:3: closedSet.functoin: unknown key "functoin"; did you mean "function"?',
			'7:18: closedSet.conceptScores: expected one of "softmax", "cosine", got "softmx" (text); did you mean "softmax"?',
			'8:17: closedSet.permutations: expected "auto" or a whole number from 0 to 10000, got 5.5 (number)',
			"9:21: exemplars.count: expected a number from 1 up, got 0 (number)",
			'11:13: languageModel.provider: expected one of "none", "openai", "anthropic", "llama-cpp", "replay", got "openia" (text); did you mean "openai"?',
			'12:16: languageModel.temperature: expected a number, got "hot" (text)',
			'13:23: recording.threads: expected "auto" or a whole number from 1 to 512, got "many" (text)',
			"13:40: recording.batchSize: expected a number from 1 up, got 0 (number)",
			"14:10: modules: expected a list with at least 1, got an empty list",
			"15:12: summarize: expected a mapping, got a list",
			"16:34: summaryCalibration.threshold: expected a number up to 1, got 1.5 (number)",
		]);
	});

	test("the header counts the problems and the hint says where the fields are explained", async () => {
		const path = configFile(`${MINIMAL}sede: 1\n`);
		await expect(loadConfig({ path })).rejects.toMatchObject({
			message: `config ${path} has a problem:\n  ${path}:4:1: sede: unknown key "sede"; did you mean "seed"?`,
			hint: "`audio-dissect config schema` prints every field with its default.",
			evidence: {
				problems: [
					{
						where: `${path}:4:1`,
						path: "sede",
						message: 'unknown key "sede"; did you mean "seed"?',
					},
				],
			},
		});
	});

	test("a key near no known one lists what is known", async () => {
		expect(await problems(`${MINIMAL}report: { zzzzzz: 1 }\n`)).toEqual([
			'4:11: report.zzzzzz: unknown key "zzzzzz"; expected directory, missingValues',
		]);
	});

	test("missing fields say what is expected", async () => {
		expect(await problems("seed: 1\n")).toEqual([
			"1:1: network: missing: expected a text",
			"1:1: probeSet: missing: expected a text",
			"1:1: conceptSet: missing: expected a text",
		]);
	});

	test.each(["apiKey", "api_key", "APIKEY", "api-key"])(
		"%s in the file is refused, and never shown",
		async (key) => {
			const [line, ...more] = await problems(
				`${MINIMAL}languageModel:\n  ${key}: sk-secret\n`,
			);
			expect(more).toEqual([]);
			expect(line).toBe(
				`5:3: languageModel.${key}: "${key}": a key does not belong in a config, which is stored and shared; put it in an environment variable and name that with apiKeyEnv`,
			);
		},
	);

	test("a key in the wrong place is refused and never shown", async () => {
		const lines = await problems(
			`${MINIMAL}languageModel:\n  apiKeyEnv: sk-secret\n  baseUrl: https://user:secret@host/v1\n`,
		);
		expect(lines).toEqual([
			"5:14: languageModel.apiKeyEnv: expected the name of an environment variable (letters, digits, _), not the key itself",
			'6:12: languageModel.baseUrl: expected an http or https URL without user, query or fragment, such as "http://localhost:11434/v1"',
		]);
	});

	test.each(["localhost:11434", "ftp://host", "http://host/v1?key=1", "no"])(
		"%s is no base URL",
		async (url) => {
			const lines = await problems(
				`${MINIMAL}embeddings: { baseUrl: "${url}" }\n`,
			);
			expect(lines).toHaveLength(1);
			expect(lines[0]).toMatch(/embeddings.baseUrl: expected an http or https/);
		},
	);

	test("a model is needed unless the provider is none or local", async () => {
		expect(
			await problems(
				`${MINIMAL}languageModel: { provider: anthropic }\nembeddings: { provider: openai }\n`,
			),
		).toEqual([
			'4:16: languageModel.model: expected a model name, because provider is "anthropic"',
			'5:13: embeddings.model: expected a model name, because provider is "openai"',
		]);
	});

	test("modules need the ones before them in their chain, once", async () => {
		expect(
			await problems(
				`${MINIMAL}modules: [open-set-extraction, closed-set, closed-set]\n`,
			),
		).toEqual([
			'4:11: modules.0: "open-set-extraction" needs "summary-calibration", which is not listed',
			'4:44: modules.2: "closed-set" is there twice',
		]);
	});

	test.each(["__proto__", "constructor", "toString"])(
		"the key %s is unknown like any other",
		async (key) => {
			const lines = await problems(`${MINIMAL}${key}: { x: 1 }\n`);
			expect(lines[0]).toMatch(`unknown key "${key}"`);
		},
	);
});

describe("files a config names", () => {
	test("missing ones, with the nearest name; kinds mixed up", async () => {
		const text = `network: nett.yaml
probeSet: prompts
conceptSet: concept.txt
prompts: clips.jsonl
embeddings: { directory: nowhere }
`;
		expect(await problems(text)).toEqual([
			'1:10: network: there is no file DIR/nett.yaml; did you mean "net.yaml"?',
			'3:13: conceptSet: there is no file DIR/concept.txt; did you mean "concepts.txt"?',
			"4:10: prompts: expected a folder, DIR/clips.jsonl is a file",
			"5:26: embeddings.directory: there is no folder DIR/nowhere",
		]);
	});

	test("a name far from every shipped network lists them", async () => {
		expect(await problems(MINIMAL.replace("demo", "zzzzzzzz"))).toEqual([
			'1:10: network: no network "zzzzzzzz" comes with audio-dissect; expected crepe-tiny, demo, demo-random, musicnn-mtt or the path of a descriptor (a .yaml file)',
		]);
	});

	test("a shipped descriptor that waits for somebody's own file says so", async () => {
		expect(await problems(MINIMAL.replace("demo", "whisper-encoder"))).toEqual([
			`1:10: network: "whisper-encoder" is a descriptor without weights; copy ${join(root, "config/networks/whisper-encoder.yaml")} beside your own ONNX file and name the copy here`,
		]);
	});

	test("an ONNX file is no descriptor", async () => {
		expect(await problems(MINIMAL.replace("demo", "net.onnx"))).toEqual([
			"1:10: network: expected a descriptor (a YAML file), got the ONNX file DIR/net.onnx; `audio-dissect inspect net.onnx` suggests one",
		]);
	});

	test("the shipped networks are there", async () => {
		for (const name of ["demo", "demo-random", "crepe-tiny", "musicnn-mtt"]) {
			const path = configFile(MINIMAL.replace("demo", name));
			expect(basename((await loadConfig({ path })).network)).toBe(
				`${name}.yaml`,
			);
		}
	});
});

describe("a probe set of several parts", () => {
	const parts = `network: demo
probeSet:
  manifest: clips.jsonl
  clips: prompts
  captions: concepts.txt
  columns: { clip: file, caption: [first, second], sourceRecording: tape, attributes: [year] }
conceptSet: concepts.txt
`;

	test("has absolute paths and its columns as they are", async () => {
		const path = configFile(parts);
		const folder = dirname(path);
		const config = await loadConfig({ path });
		expect(config.probeSet).toEqual({
			manifest: join(folder, "clips.jsonl"),
			clips: join(folder, "prompts"),
			captions: join(folder, "concepts.txt"),
			columns: {
				clip: "file",
				caption: ["first", "second"],
				sourceRecording: "tape",
				attributes: ["year"],
			},
		});
		expect(probeSetSpec(config)).toMatchObject({
			manifest: join(folder, "clips.jsonl"),
			cache: join(folder, ".audio-dissect", "clips"),
		});
		const printed = configFile(formatConfig(config));
		expect(resolvedConfig(await loadConfig({ path: printed }))).toEqual(
			resolvedConfig(config),
		);
	});

	test("a plain path is a manifest; a folder and a pattern are paths too", async () => {
		const path = configFile(MINIMAL);
		const plain = await loadConfig({ path });
		expect(probeSetSpec(plain)).toEqual({
			manifest: join(dirname(path), "clips.jsonl"),
			cache: join(dirname(path), ".audio-dissect", "clips"),
		});
		for (const value of ["prompts", "train-*.parquet"])
			expect(
				(await loadConfig({ path, set: [`probeSet=${value}`] })).probeSet,
			).toBe(join(dirname(path), value));
		const set = ["probeSet={ manifest: clips.jsonl, cache: /data/clips }"];
		expect(probeSetSpec(await loadConfig({ path, set }))).toMatchObject({
			cache: "/data/clips",
		});
	});

	test("every problem has its own place", async () => {
		const text = `network: demo
probeSet:
  manifest: clip.jsonl
  clips: concepts.txt
  caption: concepts.txt
  captions: 5
  columns: { clips: file, caption: [], label: " " }
conceptSet: concepts.txt
`;
		expect(await problems(text)).toEqual([
			'3:13: probeSet.manifest: there is no file or folder DIR/clip.jsonl; did you mean "clips.jsonl"?',
			"4:10: probeSet.clips: expected a folder, DIR/concepts.txt is a file",
			'5:3: probeSet.caption: unknown key "caption"; did you mean "captions"?',
			"6:13: probeSet.captions: expected a text, got 5 (number)",
			'7:14: probeSet.columns.clips: unknown key "clips"; did you mean "clip"?',
			"7:36: probeSet.columns.caption: expected a list with at least 1, got an empty list",
			'7:47: probeSet.columns.label: expected a text that is not blank, got " " (text)',
		]);
		expect(await problems(MINIMAL.replace("clips.jsonl", "[a]"))).toEqual([
			"2:11: probeSet: expected a text, got a list",
		]);
	});
});

describe("a file that is no config", () => {
	test.each([
		[
			"",
			"the file is empty; expected at least network, probeSet and conceptSet",
		],
		[
			"# only a comment\n",
			"the file is empty; expected at least network, probeSet and conceptSet",
		],
		["- a\n- b\n", "expected a mapping (key: value), got a list"],
		["just text\n", "expected a mapping (key: value), got a single value"],
	])("%j", async (text, message) => {
		expect(await problems(text)).toEqual([`1:1: ${message}`]);
	});

	test("duplicate keys, with the place of the second", async () => {
		expect(await problems(`${MINIMAL}seed: 1\nseed: 2\n`)).toEqual([
			"5:1: Map keys must be unique",
		]);
	});

	test("broken YAML", async () => {
		const lines = await problems(`${MINIMAL}layers: [a, b\n`);
		expect(lines.length).toBeGreaterThan(0);
		expect(lines[0]).toMatch(/^\d+:\d+: /);
	});

	test("bytes that are not UTF-8", async () => {
		const path = configFile(Uint8Array.of(0x61, 0xff, 0xfe));
		await expect(loadConfig({ path })).rejects.toMatchObject({
			name: "ConfigError",
			code: "config_unreadable",
			message: `config ${path} is not UTF-8 text`,
		});
	});

	test("a missing file", async () => {
		const path = join(temporaryFolder(), "dissect.yaml");
		await expect(loadConfig({ path })).rejects.toMatchObject({
			name: "ConfigError",
			code: "config_missing",
			message: `there is no config ${path}`,
			hint: "`audio-dissect init DIR` writes one with comments; --config says where it is.",
		});
	});

	test("a folder", async () => {
		const path = temporaryFolder();
		await expect(loadConfig({ path: `${path}/` })).rejects.toMatchObject({
			code: "config_unreadable",
			hint: `Name the file in it, such as ${path}/dissect.yaml.`,
		});
	});
});
