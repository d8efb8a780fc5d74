/** Loading a probe set: hashes, exclusions, interruption. */
import { createHash } from "node:crypto";
import {
	mkdir,
	mkdtemp,
	readFile,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadProbeSet } from "../../../src/inputs/probe-set/probe-set.ts";

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "probe-set-"));
	await mkdir(join(folder, "clips"));
});
afterEach(() => rm(folder, { recursive: true }));

async function writeManifest(
	lines: readonly object[],
	name = "sounds.jsonl",
): Promise<string> {
	const path = join(folder, name);
	await writeFile(
		path,
		lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
	);
	return path;
}

async function writeClips(...names: readonly string[]): Promise<void> {
	for (const name of names)
		await writeFile(join(folder, "clips", name), `audio of ${name}`);
}

const rain = { clip: "clips/rain.wav", caption: "Rain on a roof." };
const wind = {
	clip: "clips/wind.flac",
	captions: ["Wind.", " A gale. "],
	id: "wind-1",
	label: "wind",
	attributes: { loud: true, pitches: [1, 2], none: null },
	source_recording: "r7",
	licence: "CC0",
};

describe("loadProbeSet", () => {
	it("reads what the manifest says and hashes the files", async () => {
		await writeClips("rain.wav", "wind.flac");
		const manifest = await writeManifest([rain, wind]);
		const probeSet = await loadProbeSet({ manifest });
		const hash = (text: string) =>
			createHash("sha256").update(text).digest("hex");
		expect(probeSet).toEqual({
			name: "sounds",
			hash: expect.stringMatching(/^[0-9a-f]{64}$/),
			clips: [
				{
					id: "clips/rain.wav",
					path: join(folder, "clips/rain.wav"),
					label: null,
					captions: ["Rain on a roof."],
					attributes: {},
					sourceRecording: null,
					hash: hash("audio of rain.wav"),
				},
				{
					id: "wind-1",
					path: join(folder, "clips/wind.flac"),
					label: "wind",
					captions: ["Wind.", "A gale."],
					attributes: { loud: true, pitches: [1, 2], none: null },
					sourceRecording: "r7",
					hash: hash("audio of wind.flac"),
				},
			],
			excluded: [],
		});
	});

	it("hashes a file of many pieces like one", async () => {
		const bytes = Buffer.alloc(600_001, "abc");
		await writeFile(join(folder, "clips/rain.wav"), bytes);
		const { clips } = await loadProbeSet({
			manifest: await writeManifest([rain]),
		});
		expect(clips[0]?.hash).toBe(
			createHash("sha256").update(bytes).digest("hex"),
		);
	});

	it("has a hash that follows what the clips are, not where they lie or what is left out", async () => {
		await writeClips("rain.wav", "wind.flac", "copy.wav");
		const hashOf = async (...lines: object[]) =>
			(await loadProbeSet({ manifest: await writeManifest(lines) })).hash;
		const original = await hashOf(rain, wind);
		expect(await hashOf({ ...rain, source: "x" }, wind)).toBe(original);
		expect(
			await hashOf(rain, { clip: "clips/gone.wav", caption: "Gone." }, wind),
		).toBe(original);
		await writeFile(
			join(folder, "clips/copy.wav"),
			await readFile(join(folder, "clips/rain.wav")),
		);
		expect(
			await hashOf({ ...rain, id: rain.clip, clip: "clips/copy.wav" }, wind),
		).toBe(original);
		const others = [
			await hashOf(wind, rain),
			await hashOf(rain),
			await hashOf({ ...rain, caption: "Rain." }, wind),
			await hashOf({ ...rain, label: "rain" }, wind),
			await hashOf({ ...rain, id: "r" }, wind),
			await hashOf({ ...rain, attributes: { loud: 1 } }, wind),
			await hashOf({ ...rain, source_recording: "r7" }, wind),
		];
		expect(new Set([original, ...others]).size).toBe(8);
		await writeFile(join(folder, "clips/rain.wav"), "other audio");
		expect(await hashOf(rain, wind)).not.toBe(original);
	});

	it("sets clips apart that cannot be used, with the reason and a suggestion", async () => {
		await writeClips("rain.wav", "wind.flac");
		await writeFile(join(folder, "clips/empty.wav"), "");
		const clip = (name: string) => ({
			clip: `clips/${name}`,
			caption: "A sound.",
		});
		const manifest = await writeManifest([
			clip("rian.wav"),
			clip("empty.wav"),
			rain,
			clip("wind.wav"),
			clip(""),
			clip("thunderstorm.wav"),
			{ clip: "nowhere/x.wav", caption: "x" },
		]);
		const { clips, excluded } = await loadProbeSet({ manifest });
		expect(clips.map(({ id }) => id)).toEqual(["clips/rain.wav"]);
		const at = (name: string) => join(folder, name);
		expect(excluded).toEqual([
			{
				id: "clips/rian.wav",
				path: at("clips/rian.wav"),
				code: "clip_missing",
				message: `${at("clips/rian.wav")}: there is no such file; did you mean "rain.wav"?`,
			},
			{
				id: "clips/empty.wav",
				path: at("clips/empty.wav"),
				code: "audio_empty",
				message: `${at("clips/empty.wav")}: expected audio, got an empty file`,
			},
			{
				id: "clips/wind.wav",
				path: at("clips/wind.wav"),
				code: "clip_missing",
				message: `${at("clips/wind.wav")}: there is no such file; did you mean "wind.flac"?`,
			},
			{
				id: "clips/",
				path: at("clips"),
				code: "clip_unreadable",
				message: `${at("clips")}: expected a file, got a directory`,
			},
			{
				id: "clips/thunderstorm.wav",
				path: at("clips/thunderstorm.wav"),
				code: "clip_missing",
				message: `${at("clips/thunderstorm.wav")}: there is no such file`,
			},
			{
				id: "nowhere/x.wav",
				path: at("nowhere/x.wav"),
				code: "clip_missing",
				message: `${at("nowhere/x.wav")}: there is no such file`,
			},
		]);
	});

	it("sets a clip apart that the system cannot open", async () => {
		await writeClips("rain.wav");
		const loop = join(folder, "clips/wind.flac");
		await symlink(loop, loop);
		const { excluded } = await loadProbeSet({
			manifest: await writeManifest([rain, wind]),
		});
		expect(excluded).toMatchObject([
			{
				id: "wind-1",
				code: "clip_unreadable",
				message: expect.stringContaining(
					`${loop}: the file cannot be read: ELOOP`,
				),
			},
		]);
	});

	it("fails when no clip can be read", async () => {
		const manifest = await writeManifest([rain, wind]);
		await expect(loadProbeSet({ manifest })).rejects.toMatchObject({
			name: "DataError",
			code: "probe_set_empty",
			message: `none of the 2 clips of ${manifest} can be read; the first: ${join(folder, "clips/rain.wav")}: there is no such file`,
			hint: "Paths in `clip` are relative to the folder of the manifest.",
		});
	});

	it("reports progress for every clip, and stops when interrupted", async () => {
		const names = Array.from({ length: 50 }, (_, index) => `${index}.wav`);
		await writeClips(...names);
		const manifest = await writeManifest(
			names.map((name) => ({ clip: `clips/${name}`, caption: "A sound." })),
		);
		const seen: number[] = [];
		await loadProbeSet({
			manifest,
			onProgress: ({ stage, done, total }) => {
				expect([stage, total]).toEqual(["probe set", 50]);
				seen.push(done);
			},
		});
		expect(seen).toEqual(names.map((_, index) => index + 1));
		const controller = new AbortController();
		let calls = 0;
		const interrupted = loadProbeSet({
			manifest,
			signal: controller.signal,
			onProgress: () => {
				calls += 1;
				controller.abort();
			},
		});
		await expect(interrupted).rejects.toMatchObject({
			name: "InterruptedError",
			code: "interrupted",
		});
		expect(calls).toBeLessThan(20);
	});

	it("loads the shipped demonstration, the same every time", async () => {
		const probeSet = await loadProbeSet({ manifest: "demo/probe-set.jsonl" });
		expect(probeSet.clips).toHaveLength(480);
		expect(probeSet.excluded).toEqual([]);
		expect(new Set(probeSet.clips.map(({ label }) => label)).size).toBe(48);
		expect(
			(await loadProbeSet({ manifest: "demo/probe-set.jsonl" })).hash,
		).toBe(probeSet.hash);
	});
});
