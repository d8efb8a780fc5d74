/** Inputs that cannot be used, from the outside: nothing else is lost, each is named. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/store/open.ts";
import { runCli } from "../support/cli.ts";
import { initRecordedStudy } from "../support/recorded-store.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const inFolder = (...parts: string[]): string => join(folder.path, ...parts);

describe("the same sounds with other texts", () => {
	it("edited captions and ids are what the new run shows and describes, over the same recording", async () => {
		const config = await initRecordedStudy(inFolder("edited"));
		const manifest = inFolder("edited", "probe-set.jsonl");
		const before = await runCli([
			...["dissect", "--config", config, "--modules", "summarize", "--quiet"],
		]);
		expect(before.code).toBe(0);
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
