import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanCaption } from "../../../src/modules/summarize/caption-hygiene.ts";

const loop = "the sound of the sound of the rain on the roof";

describe("cleanCaption", () => {
	it("leaves a caption without repetition as it is, trimmed", () => {
		expect(cleanCaption("  A dog barks.\nA cat meows. ")).toBe(
			"A dog barks.\nA cat meows.",
		);
	});

	it("cuts a looping caption to its first line", () => {
		expect(cleanCaption(`A dog barks.\n${loop}\n${loop}`)).toBe("A dog barks.");
	});

	it("cuts a looping caption of one line to its first sentence", () => {
		expect(cleanCaption(`A dog barks. ${loop}. ${loop}.`)).toBe("A dog barks.");
	});

	it("compares words, not spelling: case and punctuation make no difference", () => {
		expect(
			cleanCaption(
				"Rain. One two three four five six seven eight! ONE, two three four five six seven eight.",
			),
		).toBe("Rain.");
	});

	it("allows seven words to come twice", () => {
		const text =
			"One two three four five six seven. One two three four five six seven.";
		expect(cleanCaption(text)).toBe(text);
	});

	it("counts overlapping windows of one endless word as a repetition", () => {
		expect(cleanCaption(`Wind. ${"whoosh ".repeat(9)}`)).toBe("Wind.");
	});

	it("cleaning twice changes nothing more for captions of one line", () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom("rain", "falls", "hard.", "on", "roofs"), {
					maxLength: 40,
				}),
				(words) => {
					const once = cleanCaption(words.join(" "));
					expect(words.join(" ").startsWith(once)).toBe(true);
				},
			),
		);
	});
});
