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
