/** A row of Parquet with a problem still leads to its audio. */
import { describe, expect, it } from "vitest";
import { openAudioCache } from "../../../src/inputs/probe-set/audio-cache.ts";
import { readParquetRow } from "../../../src/inputs/probe-set/parquet-row.ts";
import { testFolder, tone } from "./folder.ts";

const folder = testFolder();

/** A row whose caption is a struct, which no caption is. */
const read = (audio: object) =>
	readParquetRow(
		{
			file: folder.at("a.parquet"),
			audio: "audio",
			mapping: { caption: "caption" },
			names: new Map(),
			cache: openAudioCache(folder.at("cache")),
		},
		6,
		(column) => (column === "audio" ? audio : { not: "a text" }),
	);
const problems = [expect.objectContaining({ code: "caption_invalid" })];

describe("a row with a problem", () => {
	it("has its audio written to the cache", async () => {
		expect(await read({ bytes: tone(1), path: "x/rain.wav" })).toEqual({
			problems,
			label: null,
			captions: [],
			id: "rain.wav",
			clip: "rain.wav",
			audio: {
				path: expect.stringContaining(folder.at("cache")),
				hash: expect.stringMatching(/^[0-9a-f]{64}$/),
			},
		});
	});

	it("names audio that is a file of its own", async () => {
		expect(await read({ bytes: null, path: "x/rain.wav" })).toEqual({
			problems,
			label: null,
			captions: [],
			id: "rain.wav",
			clip: "x/rain.wav",
		});
	});

	it("says that there is no audio", async () => {
		expect(await read({ bytes: null, path: null })).toMatchObject({
			problems,
			label: null,
			captions: [],
			id: "a.parquet#7",
			audio: { unusable: { code: "audio_empty" } },
		});
	});
});
