import { describe, expect, it } from "vitest";
import { tagSentence } from "../../../src/modules/open-set-extraction/compromise-tags.ts";
import { conceptsOf } from "../../../src/modules/open-set-extraction/concepts.ts";
import { lexicon, wordsOf } from "./fixtures.ts";

type Expected = {
	readonly a?: string;
	readonly n?: string;
	readonly v?: string;
	readonly p?: string;
	readonly not?: string;
};

/** Written by hand: sentence; adjectives, nouns, verbs, prepositions and denied words in order of appearance. */
const cases: readonly (readonly [string, Expected])[] = [
	// Adjectives, hyphens, participles
	["It is reverberant.", { a: "reverberant" }],
	[
		"A high-pitched, metallic ringing is heard.",
		{ a: "high-pitched metallic", n: "ringing" },
	],
	["The tone is high pitched.", { a: "high-pitched", n: "tone" }],
	["A muffled voice is talking.", { a: "muffled", n: "voice", v: "talk" }],
	[
		"The voice sounds muffled and distant.",
		{ a: "muffled distant", n: "voice" },
	],
	[
		"Overdriven guitars are playing.",
		{ a: "overdriven", n: "guitar", v: "play" },
	],
	["A plucked string fades slowly.", { a: "plucked", n: "string", v: "fade" }],
	[
		"Echoing footsteps approach.",
		{ a: "echoing", n: "footstep", v: "approach" },
	],
	[
		"Footsteps are echoing in a hall.",
		{ n: "footstep hall", v: "echo", p: "in" },
	],
	["It is echoing and metallic.", { a: "echoing metallic" }],
	[
		"Hissing and bright, static comes from a radio.",
		{ a: "hissing bright", n: "static radio", v: "come", p: "from" },
	],
	["A snake is hissing at a dog.", { n: "snake dog", v: "hiss", p: "at" }],
	["Burning logs are crackling.", { n: "log", v: "burn crackle" }],
	[
		"A louder and brighter bell is ringing.",
		{ a: "loud bright", n: "bell", v: "ring" },
	],
	[
		"A low-frequency hum is constant.",
		{ a: "low-frequency constant", n: "hum" },
	],
	[
		"A lo-fi, well-tuned piano plays.",
		{ a: "lo-fi well-tuned", n: "piano", v: "play" },
	],
	["The soft rain is soothing.", { a: "soft soothing", n: "rain" }],
	["A cannon is booming.", { n: "cannon", v: "boom" }],
	// Stop adjectives and boilerplate
	["Various different recorded sounds are audible.", { a: "audible" }],
	["The first clip has a distinctive second tone.", { n: "tone" }],
	[
		"This audio recording contains several loud bangs.",
		{ a: "loud", n: "bang" },
	],
	// Nouns, verbs, prepositions by lemma
	[
		"Two men were singing loudly in the street.",
		{ n: "man street", v: "sing", p: "in" },
	],
	["A dog barks.", { n: "dog", v: "bark" }],
	[
		"Thunder rumbles over the hills.",
		{ n: "thunder hill", v: "rumble", p: "over" },
	],
	[
		"Rain falls onto roofs while dogs bark.",
		{ n: "rain roof dog", v: "fall bark", p: "onto" },
	],
	[
		"Water drops are dripping into a basin.",
		{ n: "water drop basin", v: "drip", p: "into" },
	],
	["A cymbal is struck over and over.", { n: "cymbal", v: "strike" }],
	["A firearm is going off.", { n: "firearm", v: "go" }],
	[
		"A person breathes heavily and snores.",
		{ n: "person", v: "breathe snore" },
	],
	[
		"A bell is ringing beside a church.",
		{ n: "bell church", v: "ring", p: "beside" },
	],
	['A voice is saying "no".', { n: "voice", v: "say" }],
	[
		'A woman is saying "not loud" without a pause.',
		{ n: "woman", v: "say", not: "pause" },
	],
	// Negation
	["It is not loud.", { not: "loud" }],
	["It isn't loud.", { not: "loud" }],
	["It isn’t loud but bright.", { a: "bright", not: "loud" }],
	["No music is playing.", { not: "music play" }],
	["No speech, only rain.", { n: "rain", not: "speech" }],
	["Rain without thunder.", { n: "rain", not: "thunder" }],
	[
		"A dry voice without any echo or hiss.",
		{ a: "dry", n: "voice", not: "echo hiss" },
	],
	[
		"It is never harsh; the tone is warm.",
		{ a: "warm", n: "tone", not: "harsh" },
	],
	[
		"Neither loud nor sharp, a flute plays.",
		{ n: "flute", v: "play", not: "loud sharp" },
	],
	[
		"A clear tone with a lack of bass.",
		{ a: "clear", n: "tone", p: "with", not: "bass" },
	],
	["The engine lacks of rhythm.", { n: "engine", not: "rhythm" }],
	["A voice lacking warmth speaks.", { n: "voice", not: "warmth speak" }],
	[
		"In the absence of music, birds sing.",
		{ n: "bird", v: "sing", p: "in", not: "music" },
	],
	["The signal is free of distortion.", { n: "signal", not: "distortion" }],
	["A free bird is singing.", { a: "free", n: "bird", v: "sing" }],
	["It is hardly audible.", { not: "audible" }],
	["A hard floor is squeaking.", { a: "hard", n: "floor", v: "squeak" }],
	["It is not only loud but also harsh.", { a: "loud harsh" }],
	["It is not unpleasant, not quiet.", { not: "unpleasant quiet" }],
	["The horn is loud, yet not harsh.", { a: "loud", n: "horn", not: "harsh" }],
	[
		"Although it is not loud, however the bell is bright.",
		{ a: "bright", n: "bell", not: "loud" },
	],
	[
		"The knot in the notebook is tight.",
		{ n: "knot notebook", a: "tight", p: "in" },
	],
	[
		"A dog can't bark while a cat meows.",
		{ n: "dog cat", v: "meow", not: "bark" },
	],
	["Nobody speaks.", { not: "speak" }],
	["Loud drums: no melody.", { a: "loud", n: "drum", not: "melody" }],
];

const list = (words: string | undefined): string[] =>
	words === undefined ? [] : words.split(" ");

describe("conceptsOf", () => {
	it.each(cases)("%s", (sentence, expected) => {
		const { concepts, negated } = conceptsOf([wordsOf(sentence)], lexicon);
		expect({ ...concepts, negated: [...negated] }).toEqual({
			adjective: list(expected.a),
			noun: list(expected.n),
			verb: list(expected.v),
			preposition: list(expected.p),
			negated: list(expected.not),
		});
	});

	it("ends a negation with its sentence, and lets another sentence assert the word", () => {
		const tagged = ["It is not loud.", "It is harsh.", "It is loud."].map(
			wordsOf,
		);
		const { concepts, negated } = conceptsOf(tagged, lexicon);
		expect(concepts.adjective).toEqual(["harsh", "loud"]);
		expect(negated).toEqual(["loud"]);
	});

	it("tags a sentence alike whatever was tagged before", () => {
		const sentence = "A voice saying hello barks and talks.";
		const before = tagSentence(sentence);
		for (const [other] of cases) tagSentence(other);
		expect(tagSentence(sentence)).toEqual(before);
	});
});
