/** The published data sets, each as its own rows have it. */
import { describe, expect, it } from "vitest";
import {
	readManifest,
	surveyManifest,
} from "../../../src/inputs/probe-set/manifest.ts";
import { loadProbeSet } from "../../../src/inputs/probe-set/probe-set.ts";
import { testFolder, tone } from "./folder.ts";

const folder = testFolder();

describe("ESC-50", () => {
	const meta = folder.write(
		"ESC-50/meta/esc50.csv",
		`filename,fold,target,category,esc10,src_file,take
1-100032-A-0.wav,1,0,dog,True,100032,A
1-100038-A-14.wav,1,14,chirping_birds,False,100038,A
1-100210-B-36.wav,1,36,vacuum_cleaner,False,100210,B
`,
	);
	for (const [index, name] of [
		"1-100032-A-0",
		"1-100038-A-14",
		"1-100210-B-36",
	].entries())
		folder.write(`ESC-50/audio/${name}.wav`, tone(200 + index));
	const captions = folder.write(
		"esc50.json",
		JSON.stringify({
			"1-100032-A-0.wav": "A dog barks once.",
			"audio/1-100038-A-14.wav": ["Birds chirp.", "Several birds sing."],
			"1-100210-B-36": "A vacuum cleaner hums.",
		}),
	);

	it("is recognised; audio beside meta, source recordings, types, captions joined by name, path and stem", async () => {
		const probeSet = await loadProbeSet({ manifest: meta, captions });
		expect(probeSet.name).toBe("esc50");
		expect(probeSet.excluded).toEqual([]);
		expect(probeSet.clips.map(({ hash: _, ...clip }) => clip)).toEqual([
			{
				id: "1-100032-A-0.wav",
				path: folder.at("ESC-50/audio/1-100032-A-0.wav"),
				label: "dog",
				captions: ["A dog barks once."],
				attributes: { fold: 1, target: 0, esc10: true, take: "A" },
				sourceRecording: "100032",
			},
			expect.objectContaining({
				label: "chirping_birds",
				captions: ["Birds chirp.", "Several birds sing."],
			}),
			expect.objectContaining({
				captions: ["A vacuum cleaner hums."],
				sourceRecording: "100210",
			}),
		]);
	});

	it("without captions it says how to give some", async () => {
		await expect(loadProbeSet({ manifest: meta })).rejects.toMatchObject({
			name: "DataError",
			code: "captions_needed",
			message: `ESC-50 (${meta}) has no captions: expected a caption column, or a captions file, got neither`,
			hint: expect.stringContaining("captions: captions.json"),
		});
	});

	it("captions that miss a clip are a problem of its line", async () => {
		const some = folder.write(
			"some.csv",
			"clip,caption\n1-100032-A-0.wav,A dog.\n1-100210-B-36.wav,A vacuum cleaner.\n1-100210-B-36.wav,A motor.\nother.wav,Nothing.\n",
		);
		const survey = await surveyManifest({ manifest: meta, captions: some });
		expect(survey.problems).toEqual([
			{
				file: meta,
				line: 3,
				unit: "line",
				code: "caption_missing",
				message: `expected captions of "1-100038-A-14.wav" in ${some}, got none`,
			},
		]);
		expect(survey.clips[2]?.captions).toEqual([
			"A vacuum cleaner.",
			"A motor.",
		]);
		expect(survey.unusedCaptions).toEqual(["other.wav"]);
		await expect(
			readManifest({ manifest: meta, captions: some }),
		).rejects.toMatchObject({ code: "manifest_invalid" });
	});

	it("audio in another folder is named with clips, and stays in it", async () => {
		folder.write("elsewhere/1-100032-A-0.wav", tone(1));
		const manifest = folder.write(
			"one.csv",
			"filename,fold,target,category\n1-100032-A-0.wav,1,0,dog\n../esc50.json,1,0,dog\n/etc/hostname,1,0,dog\n",
		);
		const clips = folder.at("elsewhere");
		const survey = await surveyManifest({ manifest, captions, clips });
		expect(survey.clips.map(({ path }) => path)).toEqual([
			folder.at("elsewhere/1-100032-A-0.wav"),
		]);
		expect(survey.problems.map(({ line, code }) => [line, code])).toEqual([
			[3, "clip_outside"],
			[4, "clip_outside"],
		]);
	});
});

describe("UrbanSound8K", () => {
	const manifest = folder.write(
		"UrbanSound8K/metadata/UrbanSound8K.csv",
		`slice_file_name,fsID,start,end,salience,fold,classID,class
100032-3-0-0.wav,100032,0.0,0.317551,1,5,3,dog_bark
100263-2-0-117.wav,100263,58.5,62.5,1,5,2,children_playing
`,
	);
	folder.write("UrbanSound8K/audio/fold5/100032-3-0-0.wav", tone(300));
	folder.write("UrbanSound8K/audio/fold5/100263-2-0-117.wav", tone(301));
	folder.write("flat/100032-3-0-0.wav", tone(300));
	const captions = folder.write(
		"us8k.jsonl",
		'{"clip": "100032-3-0-0.wav", "caption": "A dog barks."}\n\n{"file_name": "100263-2-0-117.wav", "captions": ["Children play."]}\n',
	);

	it("finds audio in its folds, with the Freesound id as source recording", async () => {
		const { clips, excluded } = await loadProbeSet({ manifest, captions });
		expect(excluded).toEqual([]);
		expect(clips[0]).toMatchObject({
			id: "100032-3-0-0.wav",
			path: folder.at("UrbanSound8K/audio/fold5/100032-3-0-0.wav"),
			label: "dog_bark",
			captions: ["A dog barks."],
			sourceRecording: "100032",
			attributes: { start: 0, end: 0.317551, salience: 1, fold: 5, classID: 3 },
		});
		const flat = { manifest, captions, clips: folder.at("flat") };
		const loaded = await loadProbeSet(flat);
		expect(loaded.clips.map(({ path }) => path)).toEqual([
			folder.at("flat/100032-3-0-0.wav"),
		]);
		expect(loaded.excluded.map(({ code }) => code)).toEqual(["clip_missing"]);
	});
});

describe("AudioCaps", () => {
	const manifest = folder.write(
		"audiocaps/val.csv",
		`audiocap_id,youtube_id,start_time,caption
97151,vfY_TJq7n_U,130,"Rustling occurs, ducks quack and water splashes"
97152,vfY_TJq7n_U,130,Ducks quack
97153,vfY_TJq7n_U,130,Ducks quack
108945,tdWhHV3X25Q,60,An audience gives applause
103548,zFzPOsOKog4,570,"An engine running, then a car "
99246,-absent-id0,10,A crowd murmurs
`,
	);
	folder.write("audiocaps/val/vfY_TJq7n_U.wav", tone(400));
	folder.write("audiocaps/val/YtdWhHV3X25Q.flac", tone(401));
	folder.write("audiocaps/val/zFzPOsOKog4_570_580.wav", tone(402));

	it("puts rows of one clip together and knows the usual file names", async () => {
		const { clips, excluded } = await loadProbeSet({ manifest });
		expect(
			clips.map(({ id, path, captions, sourceRecording, attributes }) => ({
				id,
				file: path.replace(folder.at("audiocaps/val/"), ""),
				captions,
				sourceRecording,
				attributes,
			})),
		).toEqual([
			{
				id: "vfY_TJq7n_U",
				file: "vfY_TJq7n_U.wav",
				captions: [
					"Rustling occurs, ducks quack and water splashes",
					"Ducks quack",
				],
				sourceRecording: "vfY_TJq7n_U",
				attributes: { start_time: 130 },
			},
			expect.objectContaining({ file: "YtdWhHV3X25Q.flac" }),
			expect.objectContaining({
				file: "zFzPOsOKog4_570_580.wav",
				captions: ["An engine running, then a car"],
			}),
		]);
		expect(excluded).toMatchObject([
			{
				id: "-absent-id0",
				code: "clip_missing",
				path: folder.at("audiocaps/val/-absent-id0.wav"),
			},
		]);
	});
});

describe("Clotho", () => {
	const captions = `file_name,caption_1,caption_2,caption_3,caption_4,caption_5
Distorted AM Radio noise.wav,A muddled noise of broken channel of the TV,A television blares,,Loud television static,The static
Paper_Parchment_Rustling.wav,A person is turning a map over and over.,A person is very carefully wrapping a gift.,A person is very carefully rapping a gift.,He sighed,Papers
`;
	const manifest = folder.write(
		"clotho/clotho_captions_development.csv",
		captions,
	);
	folder.write(
		"clotho/clotho_metadata_development.csv",
		Buffer.from(
			`file_name,keywords,sound_id,sound_link,start_end_samples,manufacturer,license
Distorted AM Radio noise.wav,noise;radio ,94342,https://freesound.org/s,"[121,2]",caf\xe9,http://creativecommons.org/licenses/by/3.0/
Paper_Parchment_Rustling.wav,scroll,Not found,,"[0,1]",x,http://creativecommons.org/publicdomain/zero/1.0/
`,
			"latin1",
		),
	);
	folder.write("clotho/development/Distorted AM Radio noise.wav", tone(500));
	folder.write("clotho/development/Paper_Parchment_Rustling.wav", tone(501));

	it("has five captions a clip, and its metadata from the file beside (which is not UTF-8)", async () => {
		const { clips } = await loadProbeSet({ manifest });
		expect(clips.map(({ hash: _, path: __, ...clip }) => clip)).toEqual([
			{
				id: "Distorted AM Radio noise.wav",
				label: null,
				captions: [
					"A muddled noise of broken channel of the TV",
					"A television blares",
					"Loud television static",
					"The static",
				],
				attributes: {
					keywords: ["noise", "radio"],
					licence: "http://creativecommons.org/licenses/by/3.0/",
				},
				sourceRecording: "94342",
			},
			expect.objectContaining({
				sourceRecording: null,
				attributes: expect.objectContaining({ keywords: ["scroll"] }),
			}),
		]);
	});

	it("works without metadata, or with them elsewhere", async () => {
		const alone = folder.write(
			"alone/clotho_captions_evaluation.csv",
			captions,
		);
		const clips = folder.at("clotho/development");
		const plain = await loadProbeSet({ manifest: alone, clips });
		expect(plain.clips[0]).toMatchObject({
			attributes: {},
			sourceRecording: null,
		});
		const metadata = folder.at("clotho/clotho_metadata_development.csv");
		const full = await loadProbeSet({ manifest: alone, clips, metadata });
		expect(full.clips[0]?.sourceRecording).toBe("94342");
	});
});

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

describe("a captions file that cannot be used", () => {
	const manifest = folder.write("own/plain.csv", "clip\na.wav\nb.wav\n");
	it.each([
		["c.json", "[", "captions_invalid", "expected JSON"],
		["c.json", "3", "captions_invalid", "expected an object {clip: caption}"],
		["c.json", "{}", "captions_empty", "has no captions"],
		[
			"c.json",
			'{"a.wav": " ", "b.wav": 4, "c.wav": []}',
			"captions_invalid",
			'3 problems:\nFILE: "a.wav": expected a caption or a list of captions, got a blank one\nFILE: "b.wav": expected a caption or a list of captions, got 4 (number)\nFILE: "c.wav": expected a caption or a list of captions, got an empty list',
		],
		[
			"c.jsonl",
			'{"x": 1}\n',
			"captions_invalid",
			"FILE:1: expected the clip's",
		],
		["c.csv", "a,b\n1,2\n", "captions_invalid", "needs a column that names"],
		[
			"c.csv",
			"clip,caption\na.wav\n",
			"captions_invalid",
			"FILE:2: expected 2",
		],
		["c.csv", "clip,caption\na.wav,\n", "captions_invalid", "a blank one"],
	])("%s %s", async (name, content, code, words) => {
		const captions = folder.write(name, content);
		const error: unknown = await readManifest({ manifest, captions }).catch(
			(thrown) => thrown,
		);
		expect(error).toMatchObject({ code });
		expect(
			error instanceof Error && error.message.replaceAll(captions, "FILE"),
		).toContain(words);
		// A check goes on to everything else.
		const survey = await surveyManifest({ manifest, captions });
		expect(survey.setProblems.map((one) => one.code)).toEqual([code]);
		expect(survey.clips).toHaveLength(2);
	});

	it("missing: with the nearest name", async () => {
		folder.write("captions.json", "{}");
		await expect(
			readManifest({ manifest, captions: folder.at("caption.json") }),
		).rejects.toMatchObject({
			code: "captions_missing",
			hint: 'did you mean "captions.json"?',
		});
	});

	it("a file name that several clips have does not tell them apart", async () => {
		const twice = folder.write("twice.csv", "clip\nx/1.wav\ny/1.wav\n");
		const byName = folder.write("by-name.json", '{"1.wav": "Rain."}');
		expect(
			(await surveyManifest({ manifest: twice, captions: byName })).problems,
		).toMatchObject([
			{ line: 2, code: "caption_ambiguous" },
			{ line: 3, code: "caption_ambiguous" },
		]);
		const byPath = folder.write(
			"by-path.json",
			JSON.stringify({ "x/1.wav": "Rain.", ".\\y\\1.wav": "Wind." }),
		);
		expect(
			(await readManifest({ manifest: twice, captions: byPath })).clips.map(
				({ captions }) => captions,
			),
		).toEqual([["Rain."], ["Wind."]]);
	});

	it("takes the place of the manifest's own captions, for the clips it has", async () => {
		const own = folder.write(
			"own.jsonl",
			'{"clip": "a.wav", "caption": "Mine."}\n{"clip": "b.wav", "caption": "Mine too."}\n{"clip": "c.wav"}\n',
		);
		const captions = folder.write(
			"other.json",
			'{"a.wav": "Other.", "c.wav": "Other too."}',
		);
		expect(
			(await readManifest({ manifest: own, captions })).clips.map(
				(clip) => clip.captions,
			),
		).toEqual([["Other."], ["Mine too."], ["Other too."]]);
	});
});
