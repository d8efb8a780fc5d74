/** Clips without captions: enough for a recording, and said plainly where captions are used. */
import { expect, it } from "vitest";
import { loadProbeSet } from "../../../src/inputs/probe-set/probe-set.ts";
import {
	CAPTIONS_HINT,
	requireCaptions,
} from "../../../src/inputs/probe-set/require-captions.ts";
import { testFolder, tone } from "./folder.ts";

const folder = testFolder();
folder.write("bare/dog/1.wav", tone(100));
folder.write("bare/rain/2.wav", tone(200));
const lines = [
	{ clip: "bare/dog/1.wav", label: "dog" },
	{ clip: "bare/rain/2.wav", caption: "Rain." },
];
const manifest = folder.write(
	"set.jsonl",
	lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
);
const mapped = folder.write(
	"mapped.jsonl",
	`${JSON.stringify({ file: "bare/dog/1.wav", text: null })}\n`,
);
const table = folder.write("set.csv", "clip,label\nbare/dog/1.wav,dog\n");

it("they are optional where the caller says so: JSON lines, mapped keys, tables, folders, a captions file with gaps", async () => {
	const captions = folder.write("some.json", '{"bare/dog/1.wav": "A bark."}');
	const load = async (spec: Parameters<typeof loadProbeSet>[0]) =>
		(await loadProbeSet({ ...spec, captionsOptional: true })).clips.map(
			(clip) => clip.captions,
		);
	expect(await load({ manifest })).toEqual([[], ["Rain."]]);
	expect(
		await load({
			manifest: mapped,
			columns: { clip: "file", caption: "text" },
		}),
	).toEqual([[]]);
	expect(await load({ manifest: table })).toEqual([[]]);
	expect(await load({ manifest: folder.at("bare") })).toEqual([[], []]);
	expect(await load({ manifest, captions })).toEqual([["A bark."], ["Rain."]]);
	// Some captions beside the clips, not all.
	folder.write("bare/dog/1.txt", "A bark.\n");
	expect(await load({ manifest: folder.at("bare") })).toEqual([
		["A bark."],
		[],
	]);
});

it("a blank caption in a list is a mistake all the same", async () => {
	const blank = folder.write(
		"blank.jsonl",
		`${JSON.stringify({ clip: "bare/dog/1.wav", captions: ["A.", " "] })}\n`,
	);
	await expect(
		loadProbeSet({ manifest: blank, captionsOptional: true }),
	).rejects.toMatchObject({ code: "manifest_invalid" });
});

it("a manifest of which nothing but captions is missing says how to get them", async () => {
	await expect(loadProbeSet({ manifest })).rejects.toMatchObject({
		code: "manifest_invalid",
		hint: CAPTIONS_HINT,
	});
});

it("requireCaptions names the clips that have none", async () => {
	const probeSet = await loadProbeSet({ manifest, captionsOptional: true });
	expect(() => requireCaptions(probeSet)).toThrow(
		expect.objectContaining({
			code: "captions_needed",
			message:
				'probe set "set": expected a caption for each clip, got none for 1 of 2 ("bare/dog/1.wav")',
			evidence: { clips: ["bare/dog/1.wav"] },
		}),
	);
	const { clips } = probeSet;
	expect(() =>
		requireCaptions({ ...probeSet, clips: clips.slice(1) }),
	).not.toThrow();
});
