import { describe, expect, it } from "vitest";
import { parseClauses } from "../../../src/modules/summarize/clauses.ts";
import {
	clauseText,
	presentParticiple,
	statementOf,
} from "../../../src/modules/summarize/statements.ts";
import { lexicon, wordsOf } from "../open-set-extraction/fixtures.ts";

/** Written by hand: sentence; the statements its clauses make; the qualities it gives the sound. */
const cases: readonly (readonly [string, readonly string[], string])[] = [
	[
		"You can hear a loud violin playing one note with a clear echo.",
		["A violin is playing a note."],
		"loud reverberant",
	],
	[
		"In this clip, church bells are heard ringing in the distance.",
		["Church bells are ringing."],
		"",
	],
	["The sound of rain falling on a roof.", ["Rain is falling on a roof."], ""],
	[
		"A recording of burning logs snapping and crackling.",
		["Logs are snapping.", "Logs are crackling."],
		"",
	],
	["A kettledrum struck once.", ["A kettledrum is struck."], ""],
	["Striking a bell.", ["Something is striking a bell."], ""],
	["A recording of drips of water.", ["There are drips of water."], ""],
	[
		"Loud and percussive, an engine idles.",
		["An engine is idling."],
		"loud percussive",
	],
	["It sounds muffled and high-pitched.", [], "muffled high-pitched"],
	["The room is reverberant.", [], "reverberant"],
	["The violin is loud.", ["There is the violin."], "loud"],
	["It echoes as if in a large room.", [], "reverberant"],
	[
		"A man speaks while a dog barks in the background.",
		["A man is speaking.", "A dog is barking."],
		"",
	],
	[
		"Rain falls and thunder rumbles.",
		["Rain is falling.", "Thunder is rumbling."],
		"",
	],
	[
		"Logs snapping and crackling.",
		["Logs are snapping.", "Logs are crackling."],
		"",
	],
	[
		"A gunshot followed by a scream.",
		["There is a gunshot.", "There is a scream."],
		"",
	],
	["A drum is struck over and over.", ["A drum is struck."], ""],
	["A dog barked twice.", ["A dog is barking."], ""],
	["A firearm going off.", ["A firearm is going off."], ""],
	[
		'A woman says the word "go".',
		['A woman is saying the word "go".'],
		"female",
	],
	[
		"A flute plays over some background hiss.",
		["There is background hiss.", "A flute is playing."],
		"",
	],
	[
		"A voice over a telephone line.",
		["There is a voice over a telephone line."],
		"",
	],
	["A horn sounds without any echo.", ["There is a horn."], ""],
	["No dog is barking.", [], ""],
	["It is not loud but bright.", [], "bright"],
	[
		"Someone is typing on a keyboard.",
		["Something is typing on a keyboard."],
		"",
	],
	["An hour of a ukulele.", ["There is an hour of a ukulele."], ""],
	["This clip contains English speech.", ["There is English speech."], ""],
];

describe("parseClauses", () => {
	it.each(cases)("%s", (sentence, statements, qualities) => {
		const parsed = parseClauses(wordsOf(sentence), lexicon);
		expect(parsed.clauses.map(statementOf)).toEqual(statements);
		expect(parsed.qualities).toEqual(
			qualities === "" ? [] : qualities.split(" "),
		);
	});
});

describe("clauseText", () => {
	it("leaves out articles and adjectives of sound", () => {
		const { clauses } = parseClauses(
			wordsOf("A loud old clock is ticking on the wall."),
			lexicon,
		);
		expect(clauses.map(clauseText)).toEqual(["old clock ticking on wall"]);
	});
});

describe("presentParticiple", () => {
	it.each([
		["play", "playing"],
		["strike", "striking"],
		["hum", "humming"],
		["die", "dying"],
		["see", "seeing"],
		["blow", "blowing"],
		["tap", "tapping"],
		["beep", "beeping"],
		["whistle", "whistling"],
		["sing", "singing"],
	])("%s: %s", (lemma, participle) => {
		expect(
			presentParticiple({ lemma, lower: `${lemma}s`, form: "finite" }),
		).toBe(participle);
	});
});
