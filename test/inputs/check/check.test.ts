/** A check finds everything at once: each fault of the set below is planted, and nothing else is found. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkProbeSet } from "../../../src/inputs/check/check.ts";
import { inspectClips } from "../../../src/inputs/check/inspect-clips.ts";
import type { NetworkNeeds } from "../../../src/inputs/check/judge-clips.ts";
import { repeatsPhrase } from "../../../src/modules/summarize/caption-hygiene.ts";
import { makeWav } from "../audio/make-wav.ts";
import { testFolder, tone } from "../probe-set/folder.ts";

const folder = testFolder();
const audio = fileURLToPath(new URL("../../fixtures/audio/", import.meta.url));

const needs: NetworkNeeds = {
	classes: ["dog", "rain", "sea waves"],
	waveform: {
		fewest: 400,
		sampleRate: 16_000,
		// Inputs of 1,000 samples, of which the first is kept.
		inputsOf: (samples) => ({
			rows: 1,
			padding: Math.max(0, 1000 - samples) / 1000,
		}),
	},
	filesOf: () => [],
};
const common = { repeats: repeatsPhrase, exemplars: 2, threads: 2 };

describe("a probe set with every fault", () => {
	folder.write("good-1.wav", tone(100));
	folder.write("good-2.wav", tone(101, { seconds: 0.5, sampleRate: 44_100 }));
	folder.write("copy.wav", tone(100));
	folder.write(
		"silent.wav",
		makeWav({ bits: 16, samples: Array(800).fill(1) }),
	);
	folder.write("short.wav", tone(100, { seconds: 0.02 }));
	folder.write("slow.wav", tone(100, { seconds: 0.1, sampleRate: 8000 }));
	folder.write("empty.wav", "");
	folder.write("truncated.wav", tone(100).subarray(0, 500));
	folder.write("page.wav", "<!DOCTYPE html>");
	const looped = "a dog barks and then another dog barks too ".repeat(4);
	const clip = (name: string, more: object = {}) => ({
		clip: name,
		caption: `The sound of ${name}.`,
		label: "dog",
		source_recording: "r1",
		...more,
	});
	const manifest = folder.write(
		"set.jsonl",
		[
			clip("good-1.wav"),
			clip("good-2.wav"),
			clip("copy.wav", { label: "rain", source_recording: null }),
			clip("silent.wav", { label: null }),
			clip("short.wav"),
			clip("slow.wav", { label: "rian" }),
			clip("empty.wav"),
			clip("truncated.wav"),
			clip("page.wav"),
			clip("god-1.wav"),
			{ ...clip("good-1.wav"), id: "long", caption: "so long ".repeat(60) },
			{ ...clip("good-2.wav"), id: "looped", caption: looped },
			clip("good-1.wav"),
			{ clip: "x.wav", label: "dog", caption: " " },
			"not an object",
		]
			.map((line) => `${JSON.stringify(line)}\n`)
			.join(""),
	);

	it("lists them all, worst first", async () => {
		const seen: [string, number, number | null][] = [];
		const check = await checkProbeSet({
			...common,
			spec: { manifest },
			network: needs,
			onProgress: ({ stage, done, total }) => seen.push([stage, done, total]),
		});
		expect(
			check.findings.map(({ severity, code, clip: id, line }) =>
				[severity, code, id ?? line ?? "set"].join(" "),
			),
		).toEqual([
			"refused duplicate_id 13",
			"refused caption_missing 14",
			"refused line_invalid 15",
			"refused label_unknown set",
			"excluded clip_too_short short.wav",
			"excluded audio_empty empty.wav",
			"excluded audio_truncated truncated.wav",
			"excluded audio_unrecognised page.wav",
			"excluded clip_missing god-1.wav",
			"excluded clip_missing x.wav",
			"warning clip_duplicate copy.wav",
			"warning clip_silent silent.wav",
			"warning clip_duplicate long",
			"warning clip_duplicate looped",
			"warning caption_long long",
			"warning caption_repeats long",
			"warning caption_repeats looped",
			"warning classes_without_clips set",
			"warning class_few_clips set",
			"warning class_one_recording set",
			"warning source_recordings_partial set",
			"warning rate_below_network set",
		]);
		const message = (code: string) =>
			check.findings.find((one) => one.code === code)?.message;
		expect(message("clip_missing")).toContain('did you mean "good-1.wav"?');
		expect(message("clip_too_short")).toContain(
			"expected at least 400 samples at 16000 Hz, got 320",
		);
		expect(message("clip_duplicate")).toBe(
			"copy.wav: the same bytes as good-1.wav, under another label (rain, there dog)",
		);
		expect(message("label_unknown")).toContain(
			'"rian" (1 clip); did you mean "rain"?',
		);
		expect(message("classes_without_clips")).toBe(
			"classes of the network without a usable clip: sea waves",
		);
		expect(message("class_few_clips")).toBe(
			"classes with fewer than 2 usable clips: rain (1), rian (1)",
		);
		expect(message("caption_repeats")).toContain("so long");
		const stages = seen.filter(([stage]) => stage === "check clips");
		expect(stages.at(-1)).toEqual(["check clips", 14, 14]);
		expect(stages).toHaveLength(14);
	});

	it("describes what can be used", async () => {
		const { findings: _, ...check } = await checkProbeSet({
			...common,
			spec: { manifest },
			network: needs,
		});
		expect(check).toMatchObject({
			name: "set",
			layout: null,
			files: [manifest],
			clips: 13,
			usable: 8,
			unlabelled: 1,
			sourceRecordings: { recordings: 1, clips: 7 },
			labels: [
				{ label: "dog", clips: 5, recordings: 1 },
				{ label: "rain", clips: 1, recordings: 1 },
				{ label: "rian", clips: 1, recordings: 1 },
			],
		});
		expect(check.audio).toMatchObject({
			shortestSeconds: 0.05,
			longestSeconds: 0.5,
			sampleRates: [
				{ value: 16_000, clips: 5 },
				{ value: 44_100, clips: 2 },
				{ value: 8000, clips: 1 },
			],
			formats: [{ value: "wav", clips: 8 }],
		});
		// 5 of 800 samples (0.2), copy and silent among them; two of 8,000, one of 1,600 at the network's rate.
		expect(check.padding?.clips).toBe(8);
		expect(check.padding?.unfilled).toBe(5);
		expect(check.padding?.share).toBeCloseTo((5 * 0.2) / 8, 12);
		expect(check.captions).toMatchObject({ clips: 13, longestWords: 120 });
	});

	it("without a network it asks less", async () => {
		const { findings } = await checkProbeSet({
			...common,
			spec: { manifest },
			network: null,
		});
		const codes = findings.map(({ code }) => code);
		for (const code of [
			"clip_too_short",
			"label_unknown",
			"classes_without_clips",
			"rate_below_network",
		])
			expect(codes).not.toContain(code);
	});
});

describe("rows that are refused", () => {
	const network: NetworkNeeds = { ...needs, classes: null };
	const faults = async (manifest: string, more: object = {}) =>
		(
			await checkProbeSet({
				...common,
				exemplars: 1,
				spec: { manifest, ...more },
				network,
			})
		).findings.map(({ severity, code, clip, line }) =>
			[severity, code, clip ?? line ?? "set"].join(" "),
		);
	folder.write("refused/good.wav", tone(200));
	folder.write("refused/same.wav", tone(200));
	folder.write("refused/slow.wav", tone(9, { seconds: 1, sampleRate: 8000 }));
	folder.write("refused/junk.wav", "<!DOCTYPE html>");
	folder.write("refused/short.wav", tone(5, { seconds: 0.01 }));
	folder.write(
		"refused/silent.wav",
		makeWav({ bits: 16, samples: Array(900).fill(0) }),
	);

	it("have their audio checked with the rest, and are not counted", async () => {
		const lines = [
			{ clip: "good.wav", caption: "Good." },
			{ clip: "same.wav" },
			{ clip: "slow.wav", caption: "Slow.", label: 3 },
			{ clip: "junk.wav", id: "junk", caption: "" },
			{ clip: "short.wav", caption: "Short.", captions: ["Shorter."] },
			{ clip: "silent.wav", id: " ", caption: "Silent." },
			{ clip: "gone.wav", caption: 7 },
			{ clip: 7, caption: "No path is known." },
		];
		const manifest = folder.write(
			"refused/set.jsonl",
			lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
		);
		expect(await faults(manifest)).toEqual([
			"refused caption_missing 2",
			"refused label_invalid 3",
			"refused caption_missing 4",
			"refused caption_twice 5",
			"refused id_invalid 6",
			"refused caption_invalid 7",
			"refused clip_invalid 8",
			"excluded audio_unrecognised junk",
			"excluded clip_too_short short.wav",
			"excluded clip_missing gone.wav",
			"warning clip_duplicate same.wav",
			"warning clip_silent silent.wav",
			"warning rate_below_network set",
			"warning few_clips set",
		]);
		const check = await checkProbeSet({
			...common,
			spec: { manifest },
			network,
		});
		expect(check).toMatchObject({ clips: 1, usable: 1 });
		expect(check.audio?.formats).toEqual([{ value: "wav", clips: 1 }]);
		expect(check.padding?.clips).toBe(1);
	});

	it("have their labels and captions checked with the rest, and are not counted", async () => {
		const looped = "rain falls on the roof and then it stops again ".repeat(3);
		const lines = [
			{ clip: "good.wav", caption: "Good.", label: "dog" },
			{ clip: "same.wav", label: "rian" },
			{ clip: 7, caption: "so long ".repeat(60), label: "rain" },
			{ clip: "slow.wav", captions: [looped], label: 7 },
			{ clip: "../out.wav", id: "out", caption: "Out.", label: "sea" },
		];
		const manifest = folder.write(
			"refused/texts.jsonl",
			lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
		);
		const check = await checkProbeSet({
			...common,
			spec: { manifest, clips: folder.at("refused") },
			network: { ...needs, classes: ["dog", "rain"] },
		});
		const shown = check.findings
			.filter(({ code }) => /^(label|caption)_/.test(code))
			.map(({ severity, code, clip, line }) =>
				[severity, code, clip ?? line ?? "set"].join(" "),
			);
		expect(shown).toEqual([
			"refused caption_missing 2",
			"refused label_invalid 4",
			"refused label_unknown set",
			`warning caption_long ${manifest}:3`,
			`warning caption_repeats ${manifest}:3`,
			"warning caption_repeats slow.wav",
		]);
		expect(
			check.findings.find(({ code }) => code === "label_unknown")?.message,
		).toContain('"rian" (1 clip); did you mean "rain"?\n"sea" (1 clip)');
		expect(check.captions).toMatchObject({ clips: 1, captions: 1 });
		expect(check.labels).toEqual([{ label: "dog", clips: 1, recordings: 1 }]);
	});

	it("with mapped keys, relative to the clips' folder, out of which nothing is read", async () => {
		const manifest = folder.write(
			"mapped.jsonl",
			[
				{ file: "junk.wav", text: "" },
				{ file: "gone.wav", text: { not: "a text" } },
				{ file: "../good-1.wav", text: {} },
			]
				.map((line) => `${JSON.stringify(line)}\n`)
				.join(""),
		);
		const codes = await faults(manifest, {
			clips: folder.at("refused"),
			columns: { clip: "file", caption: "text" },
		});
		expect(codes).toEqual([
			"refused caption_missing 1",
			"refused caption_invalid 2",
			"refused caption_invalid 3",
			"refused clip_outside 3",
			"excluded audio_unrecognised junk.wav",
			"excluded clip_missing gone.wav",
			"warning few_clips set",
		]);
	});

	it("of a folder: a caption file that cannot be read", async () => {
		folder.write("sidecar/a.wav", "junk");
		folder.write("sidecar/a.txt", Uint8Array.of(0xff, 0xfe, 0xfd));
		expect((await faults(folder.at("sidecar"))).slice(0, 2)).toEqual([
			"refused caption_encoding set",
			"excluded audio_unrecognised a.wav",
		]);
	});
});

describe("other sets", () => {
	it("a data set without captions is refused, and its audio checked all the same", async () => {
		folder.write("bare/dog/1.wav", tone(1));
		folder.write("bare/dog/2.wav", "junk");
		const check = await checkProbeSet({
			...common,
			spec: { manifest: folder.at("bare") },
			network: null,
		});
		expect(check.findings).toMatchObject([
			{ severity: "refused", code: "captions_needed" },
			{ severity: "excluded", code: "audio_unrecognised", clip: "dog/2.wav" },
			{ severity: "warning", code: "class_few_clips" },
			{ severity: "warning", code: "few_clips" },
		]);
	});

	it("a broken captions file is one finding of many", async () => {
		const captions = folder.write("broken.json", "{");
		const { findings } = await checkProbeSet({
			...common,
			spec: { manifest: folder.at("bare"), captions },
			network: null,
		});
		expect(findings.map(({ code }) => code)).toEqual([
			"captions_invalid",
			"audio_unrecognised",
			"class_few_clips",
			"few_clips",
		]);
	});

	it("features the network's front end needs beside a clip", async () => {
		const captions = folder.write("two.json", '{"1.wav": "A.", "2.wav": "B."}');
		const { findings } = await checkProbeSet({
			...common,
			spec: { manifest: folder.at("bare"), captions },
			network: {
				classes: null,
				waveform: null,
				filesOf: (clip) => [`${clip}.npy`],
			},
		});
		expect(findings[0]).toMatchObject({
			severity: "excluded",
			code: "features_missing",
			clip: "dog/1.wav",
		});
	});

	it("a manifest that cannot be read at all throws", async () => {
		await expect(
			checkProbeSet({
				...common,
				spec: { manifest: folder.at("nowhere.csv") },
				network: null,
			}),
		).rejects.toMatchObject({ code: "manifest_missing" });
	});

	it("stops when interrupted", async () => {
		const captions = folder.write("two.json", '{"1.wav": "A.", "2.wav": "B."}');
		const controller = new AbortController();
		await expect(
			checkProbeSet({
				...common,
				spec: { manifest: folder.at("bare"), captions },
				network: null,
				signal: controller.signal,
				threads: 1,
				onProgress: () => controller.abort(),
			}),
		).rejects.toMatchObject({ code: "interrupted" });
	});
});

describe("inspectClips", () => {
	it("keeps the order, and knows every format", async () => {
		const names = ["float32.wav", "int24.flac", "mono.ogg", "mono-cbr.mp3"];
		const inspections = await inspectClips(
			[...names, ...names].map((name) => join(audio, name)),
			{ threads: 3 },
		);
		expect(
			inspections.map((one) => (one.status === "ok" ? one.format : one.code)),
		).toEqual([
			...["wav", "flac", "vorbis", "mp3"],
			...["wav", "flac", "vorbis", "mp3"],
		]);
		expect(await inspectClips([], { threads: 2 })).toEqual([]);
	});
});
