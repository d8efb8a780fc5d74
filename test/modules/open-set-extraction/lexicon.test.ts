import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
	loadLexicon,
	parseTable,
} from "../../../src/modules/open-set-extraction/lexicon.ts";
import { lexicon } from "./fixtures.ts";

const row = z.strictObject({
	word: z.string(),
	kind: z.enum(["noun", "verb"]),
});

describe("the shipped lexicon", () => {
	it("is broad, and knows synonyms from mere neighbours", () => {
		expect(lexicon.adjectives.size).toBeGreaterThan(600);
		const canonical = (word: string) => lexicon.adjectives.get(word)?.canonical;
		expect(canonical("echoing")).toBe(canonical("reverberant"));
		expect(canonical("faint")).toBe(canonical("quiet"));
		expect(canonical("high")).toBe(canonical("high-pitched"));
		expect(canonical("loud")).not.toBe(canonical("noisy"));
		expect(canonical("dull")).not.toBe(canonical("muffled"));
		for (const [word, other] of [
			["silent", "quiet"],
			["raw", "rough"],
			["bold", "loud"],
			["raucous", "loud"],
			["bassless", "thin"],
			["lonely", "sad"],
			["angry", "aggressive"],
			["dissonant", "harsh"],
			["jazzy", "soulful"],
			["sung", "spoken"],
		] as const)
			expect([word, canonical(word)]).not.toEqual([word, canonical(other)]);
	});

	it("has canonical forms that are acoustic entries of themselves", () => {
		for (const [word, { canonical, acoustic }] of lexicon.adjectives)
			if (acoustic)
				expect([word, lexicon.adjectives.get(canonical)?.canonical]).toEqual([
					word,
					canonical,
				]);
		for (const canonical of [
			...lexicon.qualityNouns.values(),
			...lexicon.qualityVerbs.values(),
		])
			expect(lexicon.adjectives.get(canonical)?.acoustic).toBe(true);
	});

	it("calls no stop adjective acoustic", () => {
		for (const word of lexicon.stopAdjectives)
			expect([word, lexicon.adjectives.get(word)?.acoustic === true]).toEqual([
				word,
				false,
			]);
	});

	it("hashes its content", async () => {
		expect(lexicon.hash).toMatch(/^[0-9a-f]{64}$/u);
		expect((await loadLexicon()).hash).toBe(lexicon.hash);
	});
});

describe("loadLexicon", () => {
	it("names the list that is missing", async () => {
		await expect(
			loadLexicon({ directory: "/nonexistent" }),
		).rejects.toMatchObject({
			name: "DataError",
			code: "lexicon_missing",
		});
	});
});

describe("parseTable", () => {
	it("reads rows under the column names, past comments, blank lines, CRLF and a byte order mark", () => {
		expect(
			parseTable(
				"\uFEFF# about\r\nword\tkind\r\n\r\nhum\tnoun\r\nhum\tverb\r\n",
				"list.tsv",
				row,
			),
		).toEqual([
			{ word: "hum", kind: "noun" },
			{ word: "hum", kind: "verb" },
		]);
	});

	it("reports every problem with its line", () => {
		expect(() =>
			parseTable(
				"word\tkind\nhum\nhum\tthing\nhum\tnoun\nhum\tnoun\n",
				"list.tsv",
				row,
			),
		).toThrow(
			[
				"the word list is not valid:",
				"list.tsv:2: expected 2 columns (word, kind), got 1",
				'list.tsv:3: kind: Invalid option: expected one of "noun"|"verb"',
				'list.tsv:5: "hum" stands in line 4 already',
			].join("\n"),
		);
	});
});
