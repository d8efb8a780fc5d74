/** `import` from the outside: activations of another program through to a report, and the files of the AND code. */
import {
	existsSync,
	mkdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { npyBytes } from "../../src/shared/npy.ts";
import { runCli } from "../support/cli.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";
import { sine, writeWav } from "../support/wav.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const fixture = fileURLToPath(
	new URL("../fixtures/import/activations/activations.json", import.meta.url),
);

describe("audio-dissect import activations", () => {
	it("checks a manifest and says what to write in a config", async () => {
		const { code, stdout } = await runCli(["import", "activations", fixture]);
		expect(code).toBe(0);
		const [first, ...rest] = stdout.trim().split("\n");
		expect(first).toMatch(/^network {4}tiny-torch \(imported, [0-9a-f]{12}\)$/);
		expect(rest).toEqual([
			"rows       12 clips by id in the probe set",
			"classes    3, units of fc",
			"layers     3 layers",
			"           conv (6)  max",
			"           block.0 (5)  mean",
			"           fc (3)  none",
			"",
			`for a config:  network: ${fixture}`,
		]);
	});

	it("lists every problem of a manifest", async () => {
		const path = join(folder.path, "bad.json");
		const { clips: _, ...rest } = JSON.parse(readFileSync(fixture, "utf8"));
		writeFileSync(path, JSON.stringify(rest));
		const { code, stderr } = await runCli(["import", "activations", path]);
		expect(code).toBe(2);
		expect(stderr).toContain("[activations_invalid]");
		expect(stderr).toContain("expected either `clips` or `clipHashes`");
		expect(stderr.match(/cannot be opened/g)).toHaveLength(3);
	});

	it("leads to descriptions and a report without any ONNX file", async () => {
		const study = join(folder.path, "study");
		const config = await initStudy(study, { "layers: []": "layers: []" });
		const text = readFileSync(config, "utf8");
		const manifest = /^probeSet: (.*)$/m.exec(text)?.[1] as string;
		const clips = readFileSync(join(study, manifest), "utf8")
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as { clip: string; id?: string });
		const units = 3;
		const values = Float32Array.from({ length: clips.length * units }, (_, i) =>
			Math.sin(i * 1.7),
		);
		mkdirSync(join(study, "activations"));
		writeFileSync(
			join(study, "activations", "fc.npy"),
			npyBytes(values, [clips.length, units]),
		);
		const path = join(study, "activations", "activations.json");
		writeFileSync(
			path,
			JSON.stringify({
				format: "audio-dissect activations 1",
				name: "elsewhere",
				clips: clips.map(({ clip, id }) => id ?? clip),
				layers: [{ name: "fc", file: "fc.npy", pooling: "mean" }],
			}),
		);
		const made = await runCli([
			"import",
			"activations",
			path,
			"--config",
			config,
			"--json",
			"--quiet",
		]);
		expect(made.stderr).toBe("");
		expect(JSON.parse(made.stdout)).toMatchObject({
			clips: clips.length,
			layers: [{ name: "fc", units }],
		});
		const network = `network=${JSON.stringify(path)}`;
		const dissected = await runCli([
			"dissect",
			"--config",
			config,
			"--set",
			network,
			"--quiet",
			"--json",
		]);
		expect(dissected.stderr).toBe("");
		expect(dissected.code).toBe(0);
		const report = await runCli([
			"report",
			"--config",
			config,
			"--set",
			network,
			"--quiet",
		]);
		expect(report.stderr).toBe("");
		expect(report.code).toBe(0);
		expect(existsSync(join(study, "report", "index.html"))).toBe(true);
	});
});

describe("audio-dissect import and", () => {
	const files = (name: string) => {
		const base = join(folder.path, name);
		const audio = join(base, "audio", "fold1");
		mkdirSync(audio, { recursive: true });
		for (const [index, file] of ["a.wav", "b.wav", "c.wav"].entries())
			writeWav(join(audio, file), sine(200 * (index + 1), 0.05));
		const write = (file: string, content: unknown): string => {
			const path = join(base, file);
			writeFileSync(
				path,
				typeof content === "string" ? content : JSON.stringify(content),
			);
			return path;
		};
		return { base, audio: join(base, "audio"), write };
	};

	it("makes a probe set with labels in any base, a concept set, a class list and exemplars", async () => {
		const { base, audio, write } = files("and");
		const output = join(base, "out");
		const { code, stdout, stderr } = await runCli([
			"import",
			"and",
			"--captions",
			write("salmon_x.json", {
				"a.wav": "A dog barks.",
				"b.wav": "Rain falls.",
				"gone.wav": "Nothing.",
			}),
			"--clips",
			audio,
			"--samples",
			write("samples.json", {
				"layer.0.fc#12": {
					highly_label: [2],
					highly_filename: ["genres/b.wav"],
					highly_activation_values: [1.5],
					lowly_label: [1],
					lowly_filename: ["a.wav"],
					lowly_activation_values: [-0.5],
				},
			}),
			"--classes",
			write("classes.txt", "rain\t2\ndog\t1\n\n"),
			"--concepts",
			write("concepts.txt", "dog\nrain\n\n"),
			"--output",
			output,
			"--json",
		]);
		expect(stderr).toBe("");
		expect(code).toBe(0);
		expect(JSON.parse(stdout)).toMatchObject({
			clips: 2,
			withoutAudio: ["gone.wav"],
			withoutCaption: ["c.wav"],
			classes: 2,
			classBase: 1,
			concepts: 2,
			exemplars: 2,
		});
		const lines = (file: string): string[] =>
			readFileSync(join(output, file), "utf8").trim().split("\n");
		expect(lines("probe-set.jsonl").map((line) => JSON.parse(line))).toEqual([
			{
				clip: "../audio/fold1/a.wav",
				id: "a.wav",
				captions: ["A dog barks."],
				label: "dog",
			},
			{
				clip: "../audio/fold1/b.wav",
				id: "b.wav",
				captions: ["Rain falls."],
				label: "rain",
			},
		]);
		expect(lines("classes.txt")).toEqual(["dog", "rain"]);
		expect(lines("concept-set.txt")).toEqual(["dog", "rain"]);
		expect(lines("exemplars.jsonl").map((line) => JSON.parse(line))).toEqual([
			{
				layer: "layer.0.fc",
				unit: 12,
				side: "high",
				rank: 1,
				clip: "b.wav",
				activation: 1.5,
			},
			{
				layer: "layer.0.fc",
				unit: 12,
				side: "low",
				rank: 1,
				clip: "a.wav",
				activation: -0.5,
			},
		]);
	});

	it("lists every problem of every file at once and writes nothing", async () => {
		const { base, audio, write } = files("bad");
		const captions = write("salmon_x.json", { "a.wav": "", "b.wav": 3 });
		const samples = write("samples.json", {
			nonsense: {},
			"fc#1": {
				highly_filename: ["a.wav", "b.wav"],
				highly_activation_values: [1],
				lowly_filename: [],
				lowly_activation_values: [],
			},
		});
		const classes = write("classes.txt", "dog\t1\nrain\t1\ncat\tx\nsea\t4\n");
		const output = join(base, "out");
		const { code, stderr } = await runCli([
			"import",
			"and",
			"--captions",
			captions,
			"--clips",
			audio,
			"--samples",
			samples,
			"--classes",
			classes,
			"--output",
			output,
		]);
		expect(code).toBe(2);
		expect(stderr.trim().split("\n").slice(1)).toEqual([
			`  ${captions}: "a.wav": expected a caption or a list of captions, got ""`,
			`  ${captions}: "b.wav": expected a caption or a list of captions, got 3`,
			`  ${classes}: line 2: number 1 is already "dog"`,
			`  ${classes}: line 3: expected name<TAB>number, got "cat	x"`,
			`  ${classes}: number 2 is missing: expected consecutive numbers`,
			`  ${samples}: "nonsense": expected layer#unit and an object`,
			`  ${samples}: "fc#1": expected highly_filename (texts), highly_activation_values (numbers) and, if there, highly_label in lists of one length`,
			"hint  docs/import.md says which files of the reference code are read, and what they hold.",
		]);
		expect(stderr).toContain("[and_invalid] the AND files have 7 problems:");
		expect(existsSync(output)).toBe(false);
		rmSync(base, { recursive: true });
	});
});
