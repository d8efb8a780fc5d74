/** Concept files as people write them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	loadConceptSet,
	parseConceptSet,
} from "../../src/inputs/concept-set.ts";
import { conceptKey } from "../../src/shared/concept-key.ts";

describe("parseConceptSet", () => {
	it("does not care about line ends, byte order mark, blank lines, comments and spaces around", () => {
		const plain = parseConceptSet(
			"rain\nchurch_organ\nBirds singing",
			"sounds",
		);
		expect(plain).toEqual({
			name: "sounds",
			hash: expect.stringMatching(/^[0-9a-f]{64}$/),
			concepts: ["rain", "church_organ", "Birds singing"],
		});
		for (const text of [
			"rain\r\nchurch_organ\r\nBirds singing\r\n",
			"\uFEFFrain\nchurch_organ\nBirds singing\n\n",
			"# sounds\n\n  rain \n\tchurch_organ\n  # more\nBirds singing",
			"rain\rchurch_organ\rBirds singing\r",
		])
			expect(parseConceptSet(text, "sounds")).toEqual(plain);
	});

	it("has another hash for another order", () => {
		expect(parseConceptSet("a\nb", "x").hash).not.toBe(
			parseConceptSet("b\na", "x").hash,
		);
	});

	it("reports all duplicates with both lines", () => {
		expect(() =>
			parseConceptSet(
				"church_organ\nrain\n\nChurch  Organ\nRAIN\n",
				"sounds.txt",
			),
		).toThrow(
			expect.objectContaining({
				name: "DataError",
				code: "concept_duplicate",
				message:
					'the concept set has the same concept twice (case, "_" and spaces make no difference):\nsounds.txt:4: "Church  Organ" repeats "church_organ" of line 1\nsounds.txt:5: "RAIN" repeats "rain" of line 2',
				hint: "Remove one line of each pair.",
			}),
		);
	});

	it.each(["", "\n\r\n", "# only a comment\n", "\uFEFF"])(
		"refuses a set without concepts: %j",
		(text) => {
			expect(() => parseConceptSet(text, "sounds")).toThrow(
				expect.objectContaining({
					code: "concept_set_empty",
					message: "sounds: expected one concept a line, got no concept at all",
				}),
			);
		},
	);
});

describe("conceptKey", () => {
	it("is the same for the same name", () => {
		expect(conceptKey("  Cafe\u0301_Noise  loud\t")).toBe(
			"caf\u00e9 noise loud",
		);
	});
});

describe("loadConceptSet", () => {
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "concepts-"));
	});
	afterAll(() => rm(folder, { recursive: true }));

	it("is named after its file and equals the parsed text", async () => {
		const path = join(folder, "sounds.txt");
		await writeFile(path, "\uFEFFrain\r\nwind\r\n");
		expect(await loadConceptSet(path)).toEqual(
			parseConceptSet("rain\nwind", "sounds"),
		);
	});

	it("loads the shipped set", async () => {
		const { name, concepts } = await loadConceptSet("concepts/demo.txt");
		expect(name).toBe("demo");
		expect(concepts).toHaveLength(48);
	});

	it("suggests a file that is there", async () => {
		await expect(
			loadConceptSet(join(folder, "sound.txt")),
		).rejects.toMatchObject({
			code: "concept_set_missing",
			message: `the concept set ${join(folder, "sound.txt")} cannot be read: there is no such file`,
			hint: 'did you mean "sounds.txt"?',
		});
	});

	it("refuses other encodings and says where", async () => {
		const path = join(folder, "latin1.txt");
		await writeFile(path, Buffer.from("rain\ncaf\xe9\n", "latin1"));
		await expect(loadConceptSet(path)).rejects.toMatchObject({
			code: "concept_set_encoding",
			message: `the concept set ${path} must be UTF-8, got other bytes in line 2`,
		});
		await writeFile(
			path,
			Buffer.concat([
				Buffer.from([0xff, 0xfe]),
				Buffer.from("rain", "utf16le"),
			]),
		);
		await expect(loadConceptSet(path)).rejects.toMatchObject({
			code: "concept_set_encoding",
			message: `the concept set ${path} must be UTF-8, got UTF-16`,
		});
	});
});
