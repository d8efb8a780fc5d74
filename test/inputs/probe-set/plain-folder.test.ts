/** Plain folders of audio, and names that try to lead elsewhere. */
import { symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resolveClip } from "../../../src/inputs/probe-set/clip-path.ts";
import {
	readManifest,
	surveyManifest,
} from "../../../src/inputs/probe-set/manifest.ts";
import { loadProbeSet } from "../../../src/inputs/probe-set/probe-set.ts";
import { testFolder, tone } from "./folder.ts";

const folder = testFolder();

describe("a plain folder", () => {
	folder.write("sounds/dog/b.wav", tone(1));
	folder.write("sounds/dog/b.txt", "A dog barks.\r\n\r\n  Barking.  \n");
	folder.write("sounds/dog/deep/c.FLAC", tone(2));
	folder.write("sounds/dog/deep/c.txt", "Another dog.");
	folder.write("sounds/a.wav", tone(3));
	folder.write("sounds/a.txt", "A whistle.");
	folder.write("sounds/.hidden.wav", tone(4));
	folder.write("sounds/dog/notes.md", "no audio");

	it("labels by subfolder, captions from the text beside, sorted", async () => {
		const { name, clips } = await loadProbeSet({
			manifest: folder.at("sounds"),
		});
		expect(name).toBe("sounds");
		expect(
			clips.map(({ id, label, captions }) => ({ id, label, captions })),
		).toEqual([
			{ id: "a.wav", label: null, captions: ["A whistle."] },
			{
				id: "dog/b.wav",
				label: "dog",
				captions: ["A dog barks.", "Barking."],
			},
			{ id: "dog/deep/c.FLAC", label: "dog", captions: ["Another dog."] },
		]);
	});

	it("captions from a file go by path", async () => {
		const captions = folder.write(
			"c.json",
			'{"a.wav": "One.", "dog/b.wav": "Two.", "c": "Three."}',
		);
		const { clips } = await readManifest({
			manifest: folder.at("sounds"),
			captions,
		});
		expect(clips.map((clip) => clip.captions)).toEqual([
			["One."],
			["Two."],
			["Three."],
		]);
	});

	it("without any captions says so once; with some, names the clips without", async () => {
		folder.write("bare/x/1.wav", tone(5));
		folder.write("bare/x/2.wav", tone(6));
		await expect(readManifest(folder.at("bare"))).rejects.toMatchObject({
			code: "captions_needed",
			message: `${folder.at("bare")} has no captions: expected a .txt file beside each clip, or a captions file, got neither`,
		});
		folder.write("bare/x/1.txt", "Rain.");
		expect(
			(await surveyManifest({ manifest: folder.at("bare") })).problems,
		).toEqual([
			{
				file: folder.at("bare/x/2.wav"),
				line: null,
				unit: "line",
				code: "caption_missing",
				message: "expected a caption, got none",
			},
		]);
		folder.write("bare/x/2.txt", Buffer.from("caf\xe9", "latin1"));
		expect(
			(await surveyManifest({ manifest: folder.at("bare") })).problems,
		).toMatchObject([{ code: "caption_encoding" }]);
	});

	it("a folder linked into itself is walked once, a broken link is a missing clip", async () => {
		folder.write("loop/dog/1.wav", tone(7));
		folder.write("loop/dog/1.txt", "Rain.");
		symlinkSync(folder.at("loop"), folder.at("loop/dog/again"));
		symlinkSync(folder.at("loop/dog/1.wav"), folder.at("loop/linked.wav"));
		symlinkSync(folder.at("nowhere.wav"), folder.at("loop/broken.wav"));
		const captions = folder.write(
			"loop.json",
			'{"dog/1.wav": "A.", "linked.wav": "B.", "broken.wav": "C."}',
		);
		const { clips, excluded } = await loadProbeSet({
			manifest: folder.at("loop"),
			captions,
		});
		expect(clips.map(({ id }) => id)).toEqual(["dog/1.wav", "linked.wav"]);
		expect(excluded).toMatchObject([
			{ id: "broken.wav", code: "clip_missing" },
		]);
	});

	it("metadata in the folder go before the folder (Hugging Face's audiofolder)", async () => {
		folder.write(
			"hf/metadata.csv",
			"file_name,text,label\nx/1.wav,Rain.,rain\n",
		);
		folder.write("hf/x/1.wav", tone(8));
		expect(
			(await loadProbeSet({ manifest: folder.at("hf") })).clips,
		).toMatchObject([{ id: "x/1.wav", label: "rain", captions: ["Rain."] }]);
		folder.write(
			"hf2/metadata.jsonl",
			'{"file_name": "1.wav", "caption": "Rain.", "label": "rain"}\n',
		);
		folder.write("hf2/1.wav", tone(9));
		expect((await loadProbeSet({ manifest: folder.at("hf2") })).name).toBe(
			"hf2",
		);
	});

	it("a config, a clip or a network is no manifest", async () => {
		for (const name of ["dissect.yaml", "rain.flac", "network.onnx"]) {
			folder.write(name, "x");
			await expect(readManifest(folder.at(name))).rejects.toMatchObject({
				code: "manifest_kind_unknown",
			});
		}
	});

	it("Parquet files in a folder are to be named", async () => {
		folder.write("shards/train-00000.parquet", "x");
		await expect(readManifest(folder.at("shards"))).rejects.toMatchObject({
			code: "manifest_is_folder_of_parquet",
			hint: `Name them with *, such as ${folder.at("shards/train-*.parquet")}`,
		});
	});
});

describe("names that try to lead elsewhere", () => {
	const confined = { path: "/data/clips", confined: true };
	const open = { path: "/data/clips", confined: false };

	it.each([
		["a.wav", "/data/clips/a.wav"],
		["x/../a.wav", "/data/clips/a.wav"],
		["./x//a.wav", "/data/clips/x/a.wav"],
		["..a.wav", "/data/clips/..a.wav"],
		["x\\a.wav", "/data/clips/x/a.wav"],
		["/data/clips/a.wav", "/data/clips/a.wav"],
	])("%j stays in the folder", (name, path) => {
		expect(resolveClip(name, confined)).toBe(path);
	});

	it.each(["../a.wav", "x/../../a.wav", "..\\..\\a.wav", "/etc/passwd", ".."])(
		"%j leaves it: refused where it may not",
		(name) => {
			expect(resolveClip(name, confined)).toMatchObject({
				code: "clip_outside",
			});
			expect(typeof resolveClip(name, open)).toBe("string");
		},
	);

	it("a NUL character is refused everywhere", () => {
		for (const where of [confined, open])
			expect(resolveClip("a\0.wav", where)).toMatchObject({
				code: "clip_invalid",
			});
	});

	it("a backslash in a real name is kept", async () => {
		const path = folder.write("odd/a\\b.wav", tone(10));
		expect(
			resolveClip("a\\b.wav", { path: folder.at("odd"), confined: true }),
		).toBe(path);
	});

	it("a manifest written on Windows works, and says what does not", async () => {
		folder.write("windows/clips/a.wav", tone(11));
		const manifest = folder.write(
			"windows/set.jsonl",
			`${JSON.stringify({ clip: "clips\\a.wav", caption: "Rain." })}\r\n${JSON.stringify({ clip: "C:\\clips\\a.wav", caption: "Rain." })}\r\n${JSON.stringify({ clip: "a\0.wav", caption: "Rain." })}\r\n`,
		);
		const survey = await surveyManifest({ manifest });
		expect(survey.clips[0]?.path).toBe(folder.at("windows/clips/a.wav"));
		expect(survey.problems).toMatchObject([{ line: 3, code: "clip_invalid" }]);
	});

	it("a hostile column name or clip name is only a name", async () => {
		const manifest = folder.write(
			"proto.csv",
			"clip,caption,attributes.__proto__,attributes.constructor\n__proto__,Rain,1,2\n",
		);
		const [clip] = (await readManifest(manifest)).clips;
		expect(Object.keys(clip?.attributes ?? {})).toEqual([
			"__proto__",
			"constructor",
		]);
		expect(Object.getPrototypeOf(clip?.attributes)).toBe(Object.prototype);
		const captions = folder.write("proto.json", '{"__proto__": "Rain."}');
		expect(
			(await readManifest({ manifest, captions })).clips[0]?.captions,
		).toEqual(["Rain."]);
	});
});
