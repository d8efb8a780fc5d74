/** Parquet with embedded audio: files of pyarrow (what Hugging Face publishes) and made ones. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { surveyManifest } from "../../../src/inputs/probe-set/manifest.ts";
import { openParquet } from "../../../src/inputs/probe-set/parquet.ts";
import { loadProbeSet } from "../../../src/inputs/probe-set/probe-set.ts";
import { sha256 } from "../../../src/shared/hash.ts";
import { testFolder, tone } from "./folder.ts";

const folder = testFolder();
const cache = folder.at("cache");
const fixtures = fileURLToPath(
	new URL("../../fixtures/inputs/", import.meta.url),
);
const hashes: readonly string[] = JSON.parse(
	readFileSync(join(fixtures, "audio.json"), "utf8"),
);

type Column = { readonly name: string; readonly data: readonly unknown[] };

/** Writes a Parquet file with an audio struct and texts or numbers beside. */
function writeParquet(
	name: string,
	audio: readonly (object | null)[],
	columns: readonly Column[],
	features?: object,
): string {
	const buffer = parquetWriteBuffer({
		columnData: [
			{ name: "audio", data: [...audio] },
			...columns.map((column) => ({ ...column, data: [...column.data] })),
		],
		schema: [
			{ name: "root", num_children: 1 + columns.length },
			{ name: "audio", repetition_type: "OPTIONAL", num_children: 2 },
			{ name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
			{
				name: "path",
				type: "BYTE_ARRAY",
				converted_type: "UTF8",
				repetition_type: "OPTIONAL",
			},
			...columns.map(
				({ name, data }): SchemaElement =>
					typeof data[0] === "bigint"
						? { name, repetition_type: "OPTIONAL", type: "INT64" }
						: {
								name,
								repetition_type: "OPTIONAL",
								type: "BYTE_ARRAY",
								converted_type: "UTF8",
							},
			),
		],
		...(features === undefined
			? {}
			: {
					kvMetadata: [
						{
							key: "huggingface",
							value: JSON.stringify({ info: { features } }),
						},
					],
				}),
	});
	return folder.write(name, new Uint8Array(buffer));
}

describe("shards written by pyarrow", () => {
	const manifest = join(fixtures, "train-*.parquet");

	it("every row is a clip: audio byte for byte in the cache, class names, lists, numbers", async () => {
		const probeSet = await loadProbeSet({
			manifest,
			cache,
			columns: { attributes: ["fold", "tags"] },
		});
		expect(probeSet.name).toBe("train");
		expect(probeSet.excluded).toEqual([]);
		expect(probeSet.clips.map(({ hash }) => hash)).toEqual(hashes);
		for (const { path, hash } of probeSet.clips) {
			expect(path).toBe(join(cache, hash.slice(0, 2), `${hash}.wav`));
			expect(sha256(readFileSync(path))).toBe(hash);
		}
		expect(probeSet.clips.map(({ label }) => label)).toEqual(
			hashes.map((_, row) => ["dog", "rain", "sea_waves", null][row % 4]),
		);
		expect(probeSet.clips[11]).toMatchObject({
			id: "clip-11.wav",
			captions: ["Sound 11.", "Zweite Beschreibung: Möwen."],
			attributes: { fold: 1, tags: ["loud", "near"] },
		});
	});

	it("the only class column is the label and lists of classes are attributes, without being told", async () => {
		const { clips } = await loadProbeSet({ manifest, cache });
		expect(clips[2]).toMatchObject({
			label: "sea_waves",
			attributes: { tags: ["loud", "near"] },
		});
	});

	it("what is in the cache is not written again; what is damaged is", async () => {
		const load = () => loadProbeSet({ manifest, cache });
		const { clips } = await load();
		const [first, second] = clips.map(({ path }) => path) as [string, string];
		const before = statSync(second).mtimeMs;
		writeFileSync(first, "cut");
		await load();
		expect(sha256(readFileSync(first))).toBe(hashes[0]);
		expect(statSync(second).mtimeMs).toBe(before);
		const left = readdirSync(cache, { recursive: true, encoding: "utf8" });
		expect(left.filter((name) => name.includes("partial"))).toEqual([]);
	});

	it("read a page at a time or whole, the rows are the same", async () => {
		const read = async (name: string, stepBytes: number) => {
			const file = join(fixtures, name);
			const spec = { manifest: file, cache };
			const rows: unknown[] = [];
			const source = await openParquet(file, spec, { stepBytes });
			for await (const row of source.rows()) rows.push(row);
			return rows;
		};
		for (const name of readdirSync(fixtures)) {
			if (!name.endsWith(".parquet")) continue;
			const whole = await read(name, 1e9);
			expect(whole).toHaveLength(name.startsWith("train-00000") ? 10 : 5);
			for (const stepBytes of [1, 2000])
				expect(await read(name, stepBytes)).toEqual(whole);
		}
	});

	it("stops when interrupted", async () => {
		await expect(
			loadProbeSet({ manifest, cache, signal: AbortSignal.abort() }),
		).rejects.toMatchObject({ code: "interrupted" });
	});
});

describe("rows", () => {
	const sound = (pitch: number, path: string | null = null) => ({
		bytes: tone(pitch),
		path,
	});

	it("names inside are ids and never places; the same audio is one file", async () => {
		const manifest = writeParquet(
			"hostile.parquet",
			[
				sound(1, "../../etc/passwd"),
				sound(1, "/abs/x.wav"),
				sound(2, "C:\\y.wav"),
				sound(3),
			],
			[{ name: "caption", data: ["A.", "B.", "C.", "D."] }],
		);
		const { clips } = await loadProbeSet({ manifest, cache });
		expect(clips.map(({ id }) => id)).toEqual([
			"passwd",
			"x.wav",
			"y.wav",
			"hostile.parquet#4",
		]);
		expect(clips[0]?.path).toBe(clips[1]?.path);
		for (const { path } of clips) expect(path.startsWith(cache)).toBe(true);
	});

	it("without bytes: a file beside, which may not lead out; or a clip left out", async () => {
		folder.write("beside/x.wav", tone(9));
		const manifest = writeParquet(
			"beside/rows.parquet",
			[
				{ bytes: null, path: "x.wav" },
				{ bytes: null, path: null },
				{ bytes: new Uint8Array(0), path: "empty.wav" },
				null,
			],
			[{ name: "caption", data: ["A.", "B.", "C.", "D."] }],
		);
		const { clips, excluded } = await loadProbeSet({ manifest, cache });
		expect(clips).toMatchObject([
			{ id: "x.wav", path: folder.at("beside/x.wav") },
		]);
		expect(
			excluded.map(({ id, code, message }) => [id, code, message]),
		).toEqual([
			[
				"rows.parquet#2",
				"audio_empty",
				`${manifest}, row 2: expected audio, got neither bytes nor a path`,
			],
			[
				"empty.wav",
				"audio_empty",
				`${manifest}, row 3: expected audio, got no bytes`,
			],
			[
				"rows.parquet#4",
				"audio_empty",
				`${manifest}, row 4: expected audio, got neither bytes nor a path`,
			],
		]);
		const outside = writeParquet(
			"beside/out.parquet",
			[{ bytes: null, path: "../hostile.parquet" }],
			[{ name: "caption", data: ["A."] }],
		);
		expect(
			(await surveyManifest({ manifest: outside, cache })).problems,
		).toMatchObject([{ line: 1, unit: "row", code: "clip_outside" }]);
	});

	it("ESC-50's columns are known here too, captions joined by the file name", async () => {
		const manifest = writeParquet(
			"esc50.parquet",
			[sound(1), sound(2)],
			[
				{ name: "filename", data: ["1-1-A-0.wav", "1-2-A-1.wav"] },
				{ name: "fold", data: [1n, 2n] },
				{ name: "target", data: [0n, 1n] },
				{ name: "category", data: ["dog", "rooster"] },
				{ name: "src_file", data: [100032n, 100038n] },
			],
		);
		await expect(loadProbeSet({ manifest, cache })).rejects.toMatchObject({
			code: "captions_needed",
			message: expect.stringContaining("ESC-50"),
		});
		const captions = folder.write(
			"esc50.json",
			'{"1-1-A-0.wav": "A dog.", "1-2-A-1.wav": "A rooster."}',
		);
		const { clips } = await loadProbeSet({ manifest, cache, captions });
		expect(clips[1]).toMatchObject({
			id: "1-2-A-1.wav",
			label: "rooster",
			captions: ["A rooster."],
			sourceRecording: "100038",
			attributes: { fold: 2, target: 1 },
		});
	});

	it("AudioCaps' rows of one clip become one", async () => {
		const manifest = writeParquet(
			"audiocaps.parquet",
			[sound(1), sound(1), sound(2)],
			[
				{ name: "audiocap_id", data: [1n, 2n, 3n] },
				{ name: "youtube_id", data: ["abc", "abc", "def"] },
				{ name: "start_time", data: [30n, 30n, 0n] },
				{ name: "caption", data: ["One.", "Two.", "Three."] },
			],
		);
		const { clips } = await loadProbeSet({ manifest, cache });
		expect(clips.map(({ id, captions }) => [id, captions])).toEqual([
			["abc", ["One.", "Two."]],
			["def", ["Three."]],
		]);
	});

	it("problems have their row", async () => {
		const manifest = writeParquet(
			"twice.parquet",
			[sound(1, "a.wav"), sound(2, "a.wav"), sound(3, "b.wav")],
			[{ name: "caption", data: ["One.", "Two.", null] }],
		);
		await expect(loadProbeSet({ manifest, cache })).rejects.toMatchObject({
			code: "manifest_invalid",
			message: `the probe set manifest has 2 problems:
${manifest}, row 2: expected an id of its own, got "a.wav" again, as on row 1
${manifest}, row 3: expected a caption, got none`,
		});
	});

	it("metadata nobody understands leave the numbers", async () => {
		const rows = [
			[sound(1, "a.wav")],
			[
				{ name: "caption", data: ["One."] },
				{ name: "label", data: [7n] },
			],
		] as const;
		for (const features of [
			{ label: { _type: "ClassLabel", names: ["only one"] } },
			{ label: "?" },
		]) {
			const manifest = writeParquet("odd.parquet", ...rows, features);
			const { clips } = await loadProbeSet({ manifest, cache });
			expect(clips[0]?.label).toBe("7");
		}
	});
});

describe("files that cannot be used", () => {
	it.each([
		["garbage", "not parquet at all", "parquet_invalid"],
		[
			"a Git LFS pointer",
			"version https://git-lfs.github.com/spec/v1\n",
			"parquet_invalid",
		],
		["an empty file", "", "parquet_invalid"],
	])("%s", async (_name, content, code) => {
		const manifest = folder.write("bad.parquet", content);
		await expect(loadProbeSet({ manifest, cache })).rejects.toMatchObject({
			name: "DataError",
			code,
		});
	});

	it("a file that was cut, or damaged inside", async () => {
		const whole = readFileSync(join(fixtures, "train-00000-of-00002.parquet"));
		const cut = folder.write("cut.parquet", whole.subarray(0, 9000));
		await expect(loadProbeSet({ manifest: cut, cache })).rejects.toMatchObject({
			code: "parquet_invalid",
		});
		const damaged = folder.write(
			"damaged.parquet",
			Buffer.concat([
				whole.subarray(0, 100),
				Buffer.alloc(3000, 0xff),
				whole.subarray(3100),
			]),
		);
		await expect(
			loadProbeSet({ manifest: damaged, cache }),
		).rejects.toMatchObject({ code: "parquet_invalid" });
	});

	it("without audio, without a cache, with a cache that cannot be written", async () => {
		const texts = folder.write(
			"texts.parquet",
			new Uint8Array(
				parquetWriteBuffer({
					columnData: [{ name: "caption", data: ["a"], type: "STRING" }],
				}),
			),
		);
		await expect(
			loadProbeSet({ manifest: texts, cache }),
		).rejects.toMatchObject({
			code: "parquet_no_audio",
			message: expect.stringContaining("got `caption`"),
		});
		const manifest = join(fixtures, "train-00001-of-00002.parquet");
		await expect(loadProbeSet({ manifest })).rejects.toMatchObject({
			code: "cache_needed",
		});
		const taken = folder.write("taken", "a file");
		await expect(
			loadProbeSet({ manifest, cache: taken }),
		).rejects.toMatchObject({ name: "StoreError", code: "cache_unwritable" });
		await expect(
			loadProbeSet({ manifest, cache, columns: { label: "lable" } }),
		).rejects.toMatchObject({
			code: "columns_unknown",
			message: expect.stringContaining('did you mean "label"?'),
		});
	});
});
