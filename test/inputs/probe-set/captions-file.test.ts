/** A captions file beside a manifest: what is wrong with it, and whose captions count. */
import { describe, expect, it } from "vitest";
import {
	readManifest,
	surveyManifest,
} from "../../../src/inputs/probe-set/manifest.ts";
import { testFolder } from "./folder.ts";

const folder = testFolder();

describe("a captions file", () => {
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
