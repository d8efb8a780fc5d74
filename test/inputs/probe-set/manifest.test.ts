/** Every problem of a manifest, at once and by line. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readManifest } from "../../../src/inputs/probe-set/manifest.ts";

let path: string;
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "manifest-"));
	path = join(folder, "sounds.jsonl");
});
afterAll(() => rm(folder, { recursive: true }));

async function problemsOf(text: string | Uint8Array): Promise<unknown> {
	await writeFile(path, text);
	return await readManifest(path).catch((error: unknown) => error);
}

describe("readManifest", () => {
	it("lists all problems, each with file and line", async () => {
		const error = await problemsOf(
			[
				'{"clip": "a.wav", "caption": "A sound."}',
				'{"clip": "b.wav", "caption": "A sound."',
				"",
				'{"clip": "a.wav", "caption": "Again."}',
				'{"clip": "c.wav", "capton": "Misspelt."}',
				'{"clip": 3, "caption": "A sound.", "label": 7}',
				'{"caption": "A sound.", "id": " "}',
				'{"clip": "d.wav", "captions": ["Good.", " "]}',
				'{"clip": "e.wav", "caption": "One.", "captions": ["Two."]}',
				'{"clip": "f.wav", "caption": "A sound.", "attributes": {"deep": {"x": 1}}}',
				'["g.wav"]',
				'{"clip": "h.wav", "caption": "A sound.", "attributes": {"pitch": NaN}}',
				'{"clip": "i.wav", "caption": "  "}',
				'{"clip": "j.wav", "caption": "A sound.", "id": "a.wav"}',
				'{"clip": "k.wav", "captions": "A sound."}',
				'{"clip": "k.wav"}',
			].join("\r\n"),
		);
		expect(error).toMatchObject({
			name: "DataError",
			code: "manifest_invalid",
			hint: 'A line looks like {"clip": "clips/rain.wav", "caption": "Rain on a roof.", "label": "rain"}.',
			evidence: { file: path },
		});
		const message = error instanceof Error ? error.message : "";
		expect(
			message
				.replaceAll(path, "FILE")
				.replace(/(expected JSON, got )[^;\n]*/g, "$1..."),
		).toMatchInlineSnapshot(`
			"the probe set manifest has 17 problems:
			FILE:2: expected JSON, got ...
			FILE:4: expected an id of its own, got "a.wav" again, as on line 1
			FILE:5: expected a \`caption\`, got none (the line has \`capton\`)
			FILE:6: \`clip\`: expected the path of an audio file as a string that is not blank, got 3 (number)
			FILE:6: \`label\`: expected a string that is not blank, or null, got 7 (number)
			FILE:7: \`clip\`: expected the path of an audio file as a string that is not blank, got nothing
			FILE:7: \`id\`: expected a string that is not blank, got " "
			FILE:8: \`captions[1]\`: expected a caption, got a blank one
			FILE:9: expected \`caption\` or \`captions\`, got both
			FILE:10: \`attributes\`: expected an object whose values are strings, numbers, booleans, null or lists of these, got {"deep":{"x":1}} (object)
			FILE:11: expected a JSON object, got ["g.wav"] (list)
			FILE:12: expected JSON, got ...; JSON has no NaN or Infinity, write null
			FILE:13: expected a \`caption\`, got none
			FILE:14: expected an id of its own, got "a.wav" again, as on line 1
			FILE:15: \`captions\`: expected a list of strings, got "A sound."
			FILE:16: expected a \`caption\`, got none
			FILE:16: expected an id of its own, got "k.wav" again, as on line 15"
		`);
		expect(error).toHaveProperty(
			"evidence.problems",
			expect.arrayContaining([
				{
					line: 2,
					code: "json_invalid",
					message: expect.stringContaining("expected JSON"),
				},
				{
					line: 4,
					code: "duplicate_id",
					message: 'expected an id of its own, got "a.wav" again, as on line 1',
				},
			]),
		);
	});

	it("takes null for a missing value, ignores unknown keys, byte order mark and blank lines", async () => {
		await writeFile(
			path,
			'\uFEFF\n{"clip": "/sounds/a.wav", "caption": " Rain. ", "captions": null, "label": null, "attributes": null, "source_recording": null, "id": null, "x": {"y": 1}}\n\n',
		);
		expect((await readManifest(path)).clips).toEqual([
			{
				id: "/sounds/a.wav",
				path: "/sounds/a.wav",
				label: null,
				captions: ["Rain."],
				attributes: {},
				sourceRecording: null,
			},
		]);
	});

	it("shows at most 100 problems and keeps all in the evidence", async () => {
		const error = await problemsOf("{}\n".repeat(150));
		expect(error).toHaveProperty("evidence.problems.length", 150);
		const lines = error instanceof Error ? error.message.split("\n") : [];
		expect(lines).toHaveLength(102);
		expect(lines.at(-1)).toBe("... and 50 more");
	});

	it("recognises a JSON list", async () => {
		expect(
			await problemsOf('[\n{"clip": "a.wav", "caption": "A."}\n]\n'),
		).toMatchObject({
			code: "manifest_invalid",
			hint: "The file looks like one JSON list; a manifest has one object a line (jq -c '.[]' FILE).",
		});
	});

	it("refuses an empty manifest, a missing one and another encoding", async () => {
		expect(await problemsOf("\n \n")).toMatchObject({
			code: "manifest_empty",
			message: `the probe set manifest ${path} has no clips: expected a JSON object on each line, got only blank lines`,
		});
		expect(
			await problemsOf(
				Buffer.from('{"clip": "a", "caption": "\xe9"}', "latin1"),
			),
		).toMatchObject({
			code: "manifest_encoding",
			message: `the probe set manifest ${path} must be UTF-8, got other bytes in line 1`,
		});
		const missing = join(folder, "sound.jsonl");
		await expect(readManifest(missing)).rejects.toMatchObject({
			code: "manifest_missing",
			message: `the probe set manifest ${missing} cannot be read: there is no such file`,
			hint: 'did you mean "sounds.jsonl"?',
		});
		await expect(readManifest(folder)).rejects.toMatchObject({
			code: "manifest_empty",
			message: `the probe set manifest ${folder} has no clips: expected audio files (.wav, .flac, .ogg, .oga, .mp3), got 1 other file`,
		});
	});
});
