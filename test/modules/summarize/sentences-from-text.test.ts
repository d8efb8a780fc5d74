import { describe, expect, test } from "vitest";
import { sentencesFromText } from "../../../src/modules/summarize/sentences-from-text.ts";

describe("a summary in plain text", () => {
	test.each([
		[
			"A steam train is chugging. The sound is rhythmic.",
			["A steam train is chugging.", "The sound is rhythmic."],
		],
		["- Rain falls.\n- Water drips.", ["Rain falls.", "Water drips."]],
		["", []],
	])("%j is split by code", (text, sentences) => {
		expect(sentencesFromText(text)).toEqual(sentences);
	});

	test.each([
		"Nothing in common.",
		"nothing in common",
		"**Nothing in common.**",
		"NOTHING.",
		"The sounds have nothing in common.",
		"Nothing in common. One is a dog and one is a bell.",
	])("%j says nothing is shared", (text) => {
		expect(sentencesFromText(text)).toEqual([]);
	});

	test.each([
		"Nothing in common but the rain that falls.",
		"A bell rings. Nothing in common.",
		"There is nothing but wind.",
		"Nothing moves in the wind.",
		"A common sound is rain.",
	])("%j is a statement", (text) => {
		expect(sentencesFromText(text).length).toBeGreaterThan(0);
	});
});
