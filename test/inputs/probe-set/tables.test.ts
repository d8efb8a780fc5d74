/** Tables of any columns: by our names, by a mapping, and what is said of those nobody knows. */
import { describe, expect, it } from "vitest";
import {
	readManifest,
	surveyManifest,
} from "../../../src/inputs/probe-set/manifest.ts";
import { testFolder, tone } from "./folder.ts";

const folder = testFolder();

describe("other tables", () => {
	folder.write("own/a.wav", tone(600));
	folder.write("own/b.wav", tone(601));

	it("our own names need no mapping; numbered captions and attributes.* too", async () => {
		const manifest = folder.write(
			"own/clips.tsv",
			"clip\tid\tcaption_2\tcaption_10\tcaption_1\tlabel\tsource_recording\tattributes.pitch\tattributes.code\tattributes.loud\tother\na.wav\tA\ttwo\tten\tone\tx\tr1\t60.5\t007\ttrue\t?\nb.wav\tB\t\t\tone\t\t\t\t12\tFALSE\t?\n",
		);
		expect((await readManifest(manifest)).clips).toEqual([
			{
				id: "A",
				path: folder.at("own/a.wav"),
				label: "x",
				captions: ["one", "two", "ten"],
				sourceRecording: "r1",
				attributes: { pitch: 60.5, code: "007", loud: true },
			},
			{
				id: "B",
				path: folder.at("own/b.wav"),
				label: null,
				captions: ["one"],
				sourceRecording: null,
				attributes: { pitch: null, code: "12", loud: false },
			},
		]);
	});

	const foreign = folder.write(
		"own/foreign.csv",
		"file;beschreibung;Zweite;Klasse;Aufnahme;Jahr\na.wav;Regen;Es regnet;rain;t1;1999\nb.wav;Wind;;wind;t1;2001\n",
	);
	const columns = {
		clip: "file",
		caption: ["beschreibung", "Zweite"],
		label: "Klasse",
		sourceRecording: "Aufnahme",
		attributes: ["Jahr"],
	};

	it("a mapping reads any table", async () => {
		const { clips, layout } = await readManifest({
			manifest: foreign,
			columns,
		});
		expect(layout).toBeNull();
		expect(clips.map(({ path: _, ...clip }) => clip)).toEqual([
			{
				id: "a.wav",
				captions: ["Regen", "Es regnet"],
				label: "rain",
				sourceRecording: "t1",
				attributes: { Jahr: 1999 },
			},
			{
				id: "b.wav",
				captions: ["Wind"],
				label: "wind",
				sourceRecording: "t1",
				attributes: { Jahr: 2001 },
			},
		]);
	});

	it("and JSON lines with other keys", async () => {
		const manifest = folder.write(
			"own/foreign.jsonl",
			'{"wav": "a.wav", "texts": ["Rain.", "It rains."], "cls": 3, "year": 1999, "tags": ["x"]}\n{"wav": 5, "texts": {"a": 1}}\n{"texts": "Wind."}\n{"wav": "c.wav"}\n',
		);
		const survey = await surveyManifest({
			manifest,
			columns: {
				clip: "wav",
				caption: "texts",
				label: "cls",
				attributes: ["year", "tags"],
			},
		});
		expect(survey.clips).toEqual([
			{
				id: "a.wav",
				path: folder.at("own/a.wav"),
				captions: ["Rain.", "It rains."],
				label: "3",
				sourceRecording: null,
				attributes: { year: 1999, tags: ["x"] },
			},
		]);
		expect(
			survey.problems.map(({ line, code, message }) => [line, code, message]),
		).toEqual([
			[
				2,
				"caption_invalid",
				'`texts`: expected a text or a list of texts, got {"a":1} (object)',
			],
			[
				3,
				"clip_invalid",
				"`wav`: expected the name of an audio file, got nothing",
			],
			[4, "caption_missing", "expected a caption in `texts`, got none"],
		]);
	});

	it("a mapped column that is not there is named with the nearest one", async () => {
		await expect(
			readManifest({
				manifest: foreign,
				columns: { ...columns, label: "klasse", id: "nummer" },
			}),
		).rejects.toMatchObject({
			code: "columns_unknown",
			message: `${foreign} has no column \`nummer\` (probeSet.columns.id), no column \`klasse\` (probeSet.columns.label); did you mean "Klasse"?; its columns are \`file\`, \`beschreibung\`, \`Zweite\`, \`Klasse\`, \`Aufnahme\`, \`Jahr\``,
		});
	});

	it("a table nobody knows says how to map it", async () => {
		await expect(readManifest(foreign)).rejects.toMatchObject({
			code: "columns_unknown",
			message: expect.stringContaining(
				"nothing says which column names the audio files; its columns are `file`",
			),
			hint: expect.stringContaining("columns: { clip: file, caption: ..."),
		});
	});

	it("problems of rows come at once, with lines, beside duplicate ids", async () => {
		const manifest = folder.write(
			"own/bad.csv",
			"clip,caption,label\na.wav,Rain,rain\nb.wav,Wind\n,Nothing,x\na.wav,Again,rain\nb.wav,,wind\n",
		);
		const error: unknown = await readManifest(manifest).catch((e) => e);
		expect(error).toMatchObject({ code: "manifest_invalid" });
		expect(
			error instanceof Error && error.message.replaceAll(manifest, "FILE"),
		).toBe(`the probe set manifest has 4 problems:
FILE:3: expected 3 fields as in the header, got 2
FILE:4: \`clip\`: expected the name of an audio file, got nothing
FILE:5: expected an id of its own, got "a.wav" again, as on line 2
FILE:6: expected a caption, got none`);
	});

	it("100,000 rows are read to the last", async () => {
		const rows = Array.from(
			{ length: 100_000 },
			(_, row) => `a.wav,${row},"Sound ${row}, near",${row % 50}\n`,
		);
		const manifest = folder.write(
			"own/long.csv",
			`clip,id,caption,label\n${rows.join("")}a.wav,7,Again,7\n`,
		);
		const survey = await surveyManifest({ manifest });
		expect(survey.clips).toHaveLength(100_001);
		expect(survey.clips[99_999]).toMatchObject({
			id: "99999",
			captions: ["Sound 99999, near"],
			label: "49",
		});
		expect(survey.problems).toMatchObject([
			{ line: 100_002, code: "duplicate_id" },
		]);
	});

	it("several files are one set, sorted, problems with their file", async () => {
		folder.write("many/part-2.csv", "clip,caption\nb.wav,Wind\na.wav,Rain\n");
		folder.write("many/part-1.csv", "clip,caption\na.wav,Rain\n");
		const manifest = folder.at("many/part-*.csv");
		const survey = await surveyManifest({ manifest });
		expect(survey.name).toBe("part");
		expect(survey.clips.map(({ id }) => id)).toEqual([
			"a.wav",
			"b.wav",
			"a.wav",
		]);
		expect(survey.problems).toMatchObject([
			{ file: folder.at("many/part-2.csv"), line: 3, code: "duplicate_id" },
		]);
		await expect(readManifest(folder.at("many/*.tsv"))).rejects.toMatchObject({
			code: "manifest_missing",
		});
		folder.write("many/part-3.jsonl", "{}");
		await expect(readManifest(folder.at("many/part*"))).rejects.toMatchObject({
			code: "manifest_kinds_mixed",
		});
	});
});
