/** The command line from outside: what is data, what is progress, and what each failure says and exits with. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/store/open.ts";
import { root, runCli, startCli } from "../support/cli.ts";
import { startFakeLlmServer } from "../support/fake-llm-server.ts";
import {
	describedNeurons,
	initStudy,
	temporaryFolder,
} from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const inFolder = (...parts: string[]): string => join(folder.path, ...parts);

describe("usage", () => {
	it("help names every verb and exits 0", async () => {
		const { code, stdout } = await runCli(["--help"]);
		expect(code).toBe(0);
		for (const verb of [
			"demo",
			"init",
			"inspect",
			"record",
			"dissect",
			"recalibrate",
			"evaluate",
			"report",
			"runs",
			"config",
			"prompts",
		])
			expect(stdout).toContain(`  ${verb}`);
	});

	it("the version is package.json's", async () => {
		const { version } = JSON.parse(
			readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
		);
		expect((await runCli(["--version"])).stdout).toBe(`${version}\n`);
	});

	it.each([
		[["disect"], "unknown command 'disect'"],
		[["dissect", "--confg", "x"], "unknown option '--confg'"],
		[
			["demo", "--network", "resnet"],
			"Allowed choices are trained, random, crepe, musicnn",
		],
		[["init"], "missing required argument 'dir'"],
	])("%j is refused with exit code 2", async (args, message) => {
		const { code, stdout, stderr } = await runCli(args);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toContain(message);
	});

	it("whoever stops reading ends nothing: no stack, exit 0", async () => {
		const { execFileSync } = await import("node:child_process");
		const out = execFileSync(
			"bash",
			[
				"-c",
				'set -o pipefail; "$0" "$1" config schema 2>&1 | head -c 9',
				process.execPath,
				`${root}dist/cli/main.js`,
			],
			{ encoding: "utf8" },
		);
		expect(out).toHaveLength(9);
	});

	it("a missing config names the file and the way out", async () => {
		const { code, stdout, stderr } = await runCli([
			"dissect",
			"--config",
			inFolder("no.yaml"),
		]);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toMatch(/error \[config_missing\].*no\.yaml/);
		expect(stderr).toContain("hint");
		expect(stderr).not.toContain("    at ");
	});
});

describe("a study from init", () => {
	let config: string;
	beforeAll(async () => {
		config = await initStudy(inFolder("study"));
	});

	it("init refuses a folder that is not empty and changes nothing", async () => {
		const before = readFileSync(config, "utf8");
		const { code, stderr } = await runCli(["init", inFolder("study")]);
		expect(code).toBe(2);
		expect(stderr).toContain("[directory_not_empty]");
		expect(readFileSync(config, "utf8")).toBe(before);
	});

	it("dissects as it is: data on stdout, progress on stderr, exit 0", async () => {
		const { code, stdout, stderr } = await runCli([
			"dissect",
			"--config",
			config,
			"--json",
		]);
		expect(code).toBe(0);
		const result = JSON.parse(stdout);
		expect(result.run.status).toBe("complete");
		expect(result.layers[0]).toMatchObject({
			layer: "classifier",
			neurons: 48,
		});
		expect(result.lastLayer.top1).toMatchObject({
			nValid: 48,
			null: { kind: "shuffled_labels" },
		});
		for (const stage of [
			"record",
			"exemplars",
			"summarize",
			"closed-set",
			"summary-calibration",
			"open-set-extraction",
		])
			expect(stderr).toContain(`${stage}: started`);
	});

	it("again: nothing is done twice", async () => {
		const before = describedNeurons(inFolder("study", ".audio-dissect"));
		const { code, stderr } = await runCli(["dissect", "--config", config]);
		expect(code).toBe(0);
		expect(stderr).not.toContain("summarize: started");
		expect(describedNeurons(inFolder("study", ".audio-dissect"))).toEqual(
			before,
		);
	});

	it("a subset is a run of its own with the same results", async () => {
		const whole = describedNeurons(inFolder("study", ".audio-dissect"));
		const { code } = await runCli([
			"dissect",
			"--config",
			config,
			"--neurons",
			"classifier#3-4",
			"--quiet",
		]);
		expect(code).toBe(0);
		expect(describedNeurons(inFolder("study", ".audio-dissect"))).toEqual(
			whole.filter(({ unit }) => unit === 3 || unit === 4),
		);
	});

	it("report, runs, config and prompts read what is there", async () => {
		const report = await runCli([
			"report",
			"--config",
			config,
			"--json",
			"--quiet",
		]);
		expect(report.code).toBe(0);
		expect(readFileSync(JSON.parse(report.stdout).index, "utf8")).toContain(
			"<!doctype html>",
		);

		const runs = JSON.parse(
			(await runCli(["runs", "list", "--config", config, "--json"])).stdout,
		);
		expect(runs).toHaveLength(2);
		const id = runs.at(-1).id;
		expect(
			(await runCli(["runs", "tag", id, "first", "--config", config])).code,
		).toBe(0);
		const shown = await runCli(["runs", "show", "first", "--config", config]);
		expect(shown.stdout).toContain(`run        ${id} (complete), first`);
		expect(
			(await runCli(["runs", "calls", "--run", "first", "--config", config]))
				.stdout,
		).toContain("no calls");
		const unknown = await runCli(["runs", "show", "frist", "--config", config]);
		expect(unknown.code).toBe(2);
		expect(unknown.stderr).toMatch(
			/\[run_unknown\][\s\S]*did you mean "first"\?/,
		);
		expect(
			(await runCli(["runs", "rm", "first", "--config", config])).code,
		).toBe(0);
		expect(
			JSON.parse(
				(await runCli(["runs", "list", "--config", config, "--json"])).stdout,
			),
		).toHaveLength(1);

		const resolved = await runCli([
			"config",
			"show",
			"--config",
			config,
			"--set",
			"exemplars.count=4",
		]);
		expect(resolved.stdout).toMatch(/exemplars:\n {2}count: 4/);
		expect(
			JSON.parse((await runCli(["config", "schema"])).stdout).properties,
		).toHaveProperty("languageModel");
		expect((await runCli(["prompts", "list"])).stdout).toMatch(/^summarize /m);
		expect((await runCli(["prompts", "show", "summarize"])).stdout).toBe(
			readFileSync(
				new URL("../../prompts/summarize.md", import.meta.url),
				"utf8",
			),
		);
		expect((await runCli(["prompts", "check"])).code).toBe(0);
	});

	it("a pattern names the same unit of several layers", async () => {
		const { stdout } = await runCli([
			"dissect",
			"--config",
			config,
			"--neurons",
			"layer.0.*#2",
			"--modules",
			"closed-set",
			"--json",
			"--quiet",
		]);
		expect(
			JSON.parse(stdout).layers.map(
				({ neurons }: { neurons: number }) => neurons,
			),
		).toEqual([1, 1, 1]);
	});

	it.each([
		[
			"an unknown layer",
			["--layers", "clasifier"],
			"layer_unknown",
			'did you mean "classifier"?',
		],
		[
			"an unknown neuron",
			["--neurons", "classifier#48"],
			"neuron_unknown",
			"units 0 to 47",
		],
		[
			"nonsense for a neuron",
			["--neurons", "classifier"],
			"neurons_invalid",
			"layer#unit",
		],
		[
			"an unknown module",
			["--modules", "summarise"],
			"config_invalid",
			"summarize",
		],
		[
			"an unknown key",
			["--set", "exemplar.count=4"],
			"config_invalid",
			"exemplars",
		],
		[
			"a number that is none",
			["--set", "exemplars.count=many"],
			"config_invalid",
			"--set",
		],
	])("%s is explained", async (_name, args, errorCode, words) => {
		const { code, stderr } = await runCli([
			"dissect",
			"--config",
			config,
			...args,
		]);
		expect(code).toBe(2);
		expect(stderr).toContain(`[${errorCode}]`);
		expect(stderr).toContain(words);
	});

	it("an unknown key in the file is placed by line and column", async () => {
		const broken = inFolder("study", "broken.yaml");
		writeFileSync(
			broken,
			readFileSync(config, "utf8").replace(
				"  # threshold: 0.5",
				"  treshold: 0.5",
			),
		);
		const { code, stderr } = await runCli(["dissect", "--config", broken]);
		expect(code).toBe(2);
		expect(stderr).toMatch(/broken\.yaml:\d+:3.*treshold/);
		expect(stderr).toContain('did you mean "threshold"?');
	});

	it("prompts of the config's folder are those that are listed, shown and checked", async () => {
		const own = inFolder("study", "prompts", "summarize.md");
		const shipped = readFileSync(own, "utf8");
		const prompts = (...args: string[]) =>
			runCli(["prompts", ...args, "--config", config]);
		writeFileSync(own, shipped.replace("captions", "capshuns"));
		try {
			const { code, stdout } = await prompts("check");
			expect(code).toBe(2);
			expect(stdout).toContain(own);
			writeFileSync(own, shipped.replace("# user", "Be short.\n\n# user"));
			expect((await prompts("check")).stdout).toContain(
				inFolder("study", "prompts"),
			);
			expect((await prompts("list")).stdout).toContain(own);
			expect((await prompts("show", "summarize")).stdout).toContain(
				"Be short.",
			);
		} finally {
			writeFileSync(own, shipped);
		}
		expect(
			(await runCli(["prompts", "list", "--config", inFolder("no.yaml")])).code,
		).toBe(2);
	});

	it("a provider without a model says which option is missing", async () => {
		const { code, stderr } = await runCli([
			...["dissect", "--config", config, "--provider", "openai"],
		]);
		expect(code).toBe(2);
		expect(stderr).toContain("[model_missing]");
		expect(stderr).toContain("--model NAME");
	});

	it("a job that is not there names the verb that makes one", async () => {
		const { code, stderr } = await runCli([
			...["runs", "show", "llm-check", "--config", config],
		]);
		expect(code).toBe(2);
		expect(stderr).toContain("[job_unknown]");
		expect(stderr).toContain("`audio-dissect llm check`");
	});

	it("prompts that are broken are listed with their places", async () => {
		const prompts = inFolder("broken-prompts");
		mkdirSync(prompts);
		writeFileSync(
			join(prompts, "summarize.md"),
			readFileSync(
				new URL("../../prompts/summarize.md", import.meta.url),
				"utf8",
			).replace("captions", "capshuns"),
		);
		const { code, stdout } = await runCli([
			"prompts",
			"check",
			"--prompts",
			prompts,
		]);
		expect(code).toBe(2);
		expect(stdout).toMatch(/summarize\.md:\d+:\d+: /);
	});
});

describe("the same sounds with other texts", () => {
	it("edited captions and ids are what the new run shows and describes, over the same recording", async () => {
		const config = await initStudy(inFolder("edited"));
		const manifest = inFolder("edited", "probe-set.jsonl");
		await runCli(["dissect", "--config", config, "--quiet"]);
		const lines = readFileSync(manifest, "utf8").trimEnd().split("\n");
		const edited = lines.map((line, index) =>
			JSON.stringify({
				...JSON.parse(line),
				id: `renamed-${index}`,
				caption: "A purple dinosaur hums softly.",
			}),
		);
		writeFileSync(manifest, `${edited.join("\n")}\n`);
		const { code, stderr } = await runCli(["dissect", "--config", config]);
		expect(code).toBe(0);
		expect(stderr).not.toContain("record: started");
		const store = openStore({
			directory: inFolder("edited", ".audio-dissect"),
			readOnly: true,
		});
		const { id } = store.readRun("latest");
		const clips = store
			.readLayerNeurons(id, "classifier", { from: 0, count: 48 })
			.flatMap(({ high, low }) => [...high, ...low].map(({ clip }) => clip));
		store.close();
		expect(clips.length).toBe(480);
		expect(clips.every((clip) => clip.id.startsWith("renamed-"))).toBe(true);
		expect(new Set(clips.flatMap(({ captions }) => captions))).toEqual(
			new Set(["A purple dinosaur hums softly."]),
		);
	});
});

describe("bad inputs lose nothing", () => {
	it("missing, corrupt and silent clips: the rest is described, each is named", async () => {
		const config = await initStudy(inFolder("clips"));
		const manifest = inFolder("clips", "probe-set.jsonl");
		const lines = readFileSync(manifest, "utf8").trimEnd().split("\n");
		const clipOf = (index: number): string =>
			inFolder("clips", JSON.parse(lines[index] as string).clip);
		rmSync(clipOf(0));
		writeFileSync(clipOf(1), "RIFF but not really");
		writeFileSync(clipOf(2), readFileSync(clipOf(2)).subarray(0, 9000));
		const { code, stdout } = await runCli([
			"dissect",
			"--config",
			config,
			"--json",
			"--quiet",
		]);
		expect(code).toBe(0);
		const { run } = JSON.parse(stdout);
		expect(run.probeSet.clips).toBe(21);
		expect(
			run.probeSet.excluded
				.map(({ code: reason }: { code: string }) => reason)
				.sort(),
		).toEqual(["audio_truncated", "audio_unrecognised", "clip_missing"]);
		const text = (await runCli(["runs", "show", "--config", config])).stdout;
		expect(text).toContain("21 clips, 3 left out");
	});

	it.each([
		[
			"a caption is missing",
			(line: Record<string, unknown>) => ({ ...line, caption: undefined }),
			"manifest_invalid",
			"caption",
		],
		[
			"a label is no class",
			(line: Record<string, unknown>) => ({ ...line, label: "pianno" }),
			"label_unknown",
			'did you mean "piano"?',
		],
	])(
		"%s: refused before anything runs",
		async (name, change, errorCode, words) => {
			const study = inFolder(name.replaceAll(" ", "-"));
			const config = await initStudy(study);
			const manifest = join(study, "probe-set.jsonl");
			const [first, ...rest] = readFileSync(manifest, "utf8")
				.trimEnd()
				.split("\n");
			writeFileSync(
				manifest,
				`${[JSON.stringify(change(JSON.parse(first as string))), ...rest].join("\n")}\n`,
			);
			const { code, stderr } = await runCli(["dissect", "--config", config]);
			expect(code).toBe(2);
			expect(stderr).toContain(`[${errorCode}]`);
			expect(stderr).toContain(words);
		},
	);

	it("duplicate ids are listed with their lines", async () => {
		const config = await initStudy(inFolder("duplicates"));
		const manifest = inFolder("duplicates", "probe-set.jsonl");
		const text = readFileSync(manifest, "utf8");
		writeFileSync(manifest, text + (text.split("\n")[0] as string));
		const { code, stderr } = await runCli(["dissect", "--config", config]);
		expect(code).toBe(2);
		expect(stderr).toMatch(/probe-set\.jsonl:25/);
	});

	it("a store that cannot be written is refused", async () => {
		const config = await initStudy(inFolder("unwritable"));
		writeFileSync(inFolder("unwritable", "taken"), "a file, not a folder");
		const { code, stderr } = await runCli([
			"dissect",
			"--config",
			config,
			"--set",
			"store=taken",
		]);
		expect(code).toBe(2);
		expect(stderr).toContain("[store_unwritable]");
	});
});

describe("with a language model", () => {
	const secret = "sk-test-5f1d0b7c9e";
	const study = async (
		name: string,
		server: { openAiUrl: string; url: string },
		provider = "openai",
	) =>
		initStudy(inFolder(name), {
			"provider: none": `provider: ${provider}`,
			"model: null": "model: fake",
			"baseUrl: null": `baseUrl: ${provider === "openai" ? server.openAiUrl : server.url}`,
			"maxRetries: 2": "maxRetries: 0",
		});

	it.each(["openai", "anthropic"])(
		"%s writes the text and is named for it",
		async (provider) => {
			const server = await startFakeLlmServer({ apiKey: secret });
			const config = await study(provider, server, provider);
			const env = { OPENAI_API_KEY: secret, ANTHROPIC_API_KEY: secret };
			const { code, stdout, stderr } = await runCli(
				["dissect", "--config", config],
				{ env },
			);
			expect(stderr).not.toContain("error");
			expect(code).toBe(0);
			expect(stdout).toContain(`text by    ${provider}, fake`);
			const calls = await runCli([
				"runs",
				"calls",
				"classifier#0",
				"--config",
				config,
			]);
			expect(calls.stdout).toMatch(
				/summarize {2}(openai|anthropic)\/fake {2}ok/,
			);
			await runCli(["report", "--config", config, "--quiet"]);
			// The key is nowhere: not in the store, the report, or the output.
			const { execFileSync } = await import("node:child_process");
			const found = execFileSync("sh", ["-c", `grep -rl ${secret} . || true`], {
				cwd: inFolder(provider),
				encoding: "utf8",
			});
			expect(found).toBe("");
			expect(stdout + stderr + calls.stdout).not.toContain(secret);
			await server.close();
		},
	);

	it("embeddings come from an OpenAI-compatible server, each distinct text once, and again from the store", async () => {
		const server = await startFakeLlmServer();
		const config = await initStudy(inFolder("embeddings"), {
			"provider: local": "provider: openai",
		});
		const set = [
			"--set",
			"embeddings.model=fake",
			"--set",
			`embeddings.baseUrl=${server.openAiUrl}`,
		];
		const run = ["dissect", "--config", config, "--quiet", ...set];
		expect((await runCli(run)).code).toBe(0);
		const texts = server.requests.flatMap((request) => request.texts);
		expect(texts.length).toBeGreaterThan(50);
		expect(new Set(texts).size).toBe(texts.length);
		const before = server.requests.length;
		expect((await runCli([...run, "--set", "exemplars.count=4"])).code).toBe(0);
		const later = server.requests
			.slice(before)
			.flatMap((request) => request.texts);
		expect(later.filter((text) => texts.includes(text))).toEqual([]);
		await server.close();
	});

	it("a rejected key ends the run at once, says which variable, and the next run goes on", async () => {
		const server = await startFakeLlmServer({ apiKey: secret });
		const config = await study("rejected", server);
		const { code, stderr } = await runCli(
			["dissect", "--config", config, "--quiet"],
			{ env: { OPENAI_API_KEY: "sk-wrong-111" } },
		);
		expect(code).toBe(3);
		expect(stderr).toContain("[auth_failed]");
		expect(stderr).toContain("OPENAI_API_KEY");
		expect(stderr).not.toContain("sk-wrong-111");
		expect(server.requests.length).toBeLessThanOrEqual(8);
		const again = await runCli(["dissect", "--config", config, "--quiet"], {
			env: { OPENAI_API_KEY: secret },
		});
		expect(again.code).toBe(0);
		await server.close();
	});

	it("one refused request is one failed neuron, a used-up account ends the run", async () => {
		let status = 403;
		const server = await startFakeLlmServer({
			script: ({ index }) =>
				index === 20 || status === 402
					? { kind: "status", status }
					: { kind: "reply" },
		});
		const config = await study("forbidden", server);
		const one = await runCli([
			"dissect",
			"--config",
			config,
			"--json",
			"--quiet",
		]);
		expect(one.code).toBe(1);
		expect(JSON.parse(one.stdout).failures).toMatchObject([
			{ code: "forbidden" },
		]);
		status = 402;
		const before = server.requests.length;
		const spent = await runCli([
			"dissect",
			"--config",
			config,
			"--quiet",
			"--set",
			"languageModel.maxOutputTokens=900",
		]);
		expect(spent.code).toBe(1);
		expect(spent.stderr).toContain("[quota_used_up]");
		expect(server.requests.length - before).toBeLessThanOrEqual(8);
		await server.close();
	});

	it("a missing key is a prerequisite", async () => {
		const config = await study("missing-key", {
			openAiUrl: "https://example.invalid/v1",
			url: "",
		});
		const { code, stderr } = await runCli([
			"dissect",
			"--config",
			config,
			"--quiet",
		]);
		expect(code).toBe(3);
		expect(stderr).toMatch(/\[api_key_missing\].*OPENAI_API_KEY/);
	});

	it("refused and truncated replies fail their neurons with evidence, the others go on, the next run retries", async () => {
		let healthy = false;
		let summaries = 0;
		const server = await startFakeLlmServer({
			script: (request) => {
				if (healthy || !JSON.stringify(request.schema).includes('"sentences"'))
					return { kind: "reply" };
				summaries += 1;
				if (summaries === 3)
					return { kind: "refused", text: "I cannot help with that." };
				if (summaries === 7)
					return { kind: "truncated", text: '{"sentences": ["The sound' };
				return { kind: "reply" };
			},
		});
		const config = await study("faults", server);
		const first = await runCli([
			"dissect",
			"--config",
			config,
			"--json",
			"--quiet",
		]);
		expect(first.code).toBe(1);
		const { failures, layers } = JSON.parse(first.stdout);
		expect(failures.map(({ code }: { code: string }) => code).sort()).toEqual([
			"reply_refused",
			"reply_truncated",
		]);
		expect(layers[0].modules.summarize.described).toBeGreaterThanOrEqual(44);
		const before = server.requests.length;
		healthy = true;
		const second = await runCli([
			"dissect",
			"--config",
			config,
			"--json",
			"--quiet",
		]);
		expect(second.code).toBe(0);
		expect(JSON.parse(second.stdout).resumed).toBe(true);
		// The two that failed, and the acoustic filter for words that are new.
		expect(server.requests.length - before).toBeLessThanOrEqual(4);
		await server.close();
	});

	it("Ctrl-C stops with 130, and the same command goes on", async () => {
		const server = await startFakeLlmServer();
		const config = await study("interrupted", server);
		const running = startCli(["dissect", "--config", config]);
		await server.arrived(10);
		running.kill("SIGINT");
		const { code, stderr } = await running.finished;
		expect(code).toBe(130);
		expect(stderr).toContain("Run the same command again");
		expect(
			(await runCli(["dissect", "--config", config, "--quiet"])).code,
		).toBe(0);
		await server.close();
	});
});
