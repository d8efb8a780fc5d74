/** Adversarial sentences for module C, with outcomes written by hand. */

import type { Case } from "./expected.ts";

export const sentences: readonly Case[] = [
	// What is done to a source is no noun
	["A cymbal is hit.", { n: "cymbal", v: "hit" }],
	[
		"A cymbal was hit with a stick.",
		{ n: "cymbal stick", v: "hit", p: "with" },
	],
	["A wooden block has been hit twice.", { a: "wooden", n: "block", v: "hit" }],
	[
		"A hit on a snare drum is loud.",
		{ a: "loud", n: "hit snare drum", p: "on" },
	],
	["Wood is being cut with a saw.", { n: "wood saw", v: "cut", p: "with" }],
	[
		"Water is spread over a floor.",
		{ n: "water floor", v: "spread", p: "over" },
	],
	["The bell is struck, then it rings.", { n: "bell", v: "strike ring" }],
	["A drum is beaten slowly.", { n: "drum", v: "beat" }],
	["A balloon is burst.", { n: "balloon", v: "burst" }],
	["Rain is heard.", { n: "rain" }],
	// Hyphens, participles
	["A highpitched tone rings.", { a: "highpitched", n: "tone", v: "ring" }],
	[
		"The whistle is high pitched, piercing and short.",
		{ a: "high-pitched piercing short", n: "whistle" },
	],
	[
		"A heavily overdriven guitar plays a distorted riff.",
		{ a: "overdriven distorted", n: "guitar riff", v: "play" },
	],
	[
		"A muffled thud follows a metallic clank.",
		{ a: "muffled metallic", n: "thud clank", v: "follow" },
	],
	[
		"A rattling, squeaking old cart rolls over cobblestones.",
		{
			a: "rattling squeaking old",
			n: "cart cobblestone",
			v: "roll",
			p: "over",
		},
	],
	[
		"A free-flowing stream is babbling.",
		{ a: "free-flowing", n: "stream", v: "babble" },
	],
	["A lo-fi, tinny radio voice.", { a: "lo-fi tinny", n: "radio voice" }],
	[
		"A clear, crisp, high-fidelity voice speaks in English.",
		{ a: "clear crisp high-fidelity", n: "voice english", v: "speak", p: "in" },
	],
	[
		"A non-melodic, unpitched percussion sound.",
		{ a: "non-melodic unpitched", n: "percussion" },
	],
	// Nouns and verbs that look alike
	[
		"Glass shatters onto a floor.",
		{ n: "glass floor", v: "shatter", p: "onto" },
	],
	[
		"A child's high voice sings softly.",
		{ a: "high", n: "child voice", v: "sing" },
	],
	["The dogs' barking is loud.", { a: "loud", n: "dog barking" }],
	["It's raining hard.", { a: "hard", v: "rain" }],
	[
		"The knot in the notebook is tight.",
		{ a: "tight", n: "knot notebook", p: "in" },
	],
	[
		"A man speaks, a woman laughs, and music plays.",
		{ n: "man woman music", v: "speak laugh play" },
	],
	// Negation
	[
		"It sounds distorted, but not overdriven.",
		{ a: "distorted", not: "overdriven" },
	],
	["The tone isn't distorted.", { n: "tone", not: "distorted" }],
	["The sound lacks bass.", { not: "bass" }],
	["The sounds lack high frequencies.", { not: "high frequency" }],
	["The siren is not yet loud.", { n: "siren", not: "loud" }],
	["The siren is not loud yet harsh.", { a: "harsh", n: "siren", not: "loud" }],
	["There's a lack of high frequencies.", { not: "high frequency" }],
	[
		"The sound has no reverberation and no background noise.",
		{ not: "reverberation noise" },
	],
	["The engine never stops idling.", { n: "engine", not: "stop idle" }],
	[
		"Neither birds nor insects are audible, while rain falls steadily.",
		{ n: "rain", v: "fall", not: "bird insect audible" },
	],
	[
		"A voice without reverb, yet warm and close.",
		{ a: "warm close", n: "voice", not: "reverb" },
	],
	[
		"There is hardly any echo; a bell rings clearly.",
		{ n: "bell", v: "ring", not: "echo" },
	],
	["The hum is devoid of harmonics.", { n: "hum", not: "harmonic" }],
	[
		"A horn that is not only loud but also piercing.",
		{ a: "loud piercing", n: "horn" },
	],
	["It is free from distortion.", { not: "distortion" }],
	[
		"The dog doesn't bark loudly; it growls.",
		{ n: "dog", v: "growl", not: "bark" },
	],
	[
		"A noiseless, toneless whisper is heard.",
		{ a: "noiseless toneless", n: "whisper" },
	],
	["A woman cannot stop laughing.", { n: "woman", not: "stop laugh" }],
	[
		"A loud bang rather than a soft thud.",
		{ a: "loud", n: "bang", not: "soft thud" },
	],
	["It is not unpleasant.", { not: "unpleasant" }],
	["It is not loud, harsh or distorted.", { not: "loud harsh distorted" }],
	// A comma ends a clause only where another one begins
	[
		"Without drums, bass or vocals, a flute plays.",
		{ n: "flute", v: "play", not: "drum bass vocal" },
	],
	[
		"Without any music, a siren blares.",
		{ n: "siren", v: "blare", not: "music" },
	],
	["No music, no speech, just wind.", { n: "wind", not: "music speech" }],
	["It is not loud, the tone is warm.", { a: "warm", n: "tone", not: "loud" }],
	["The tone is warm, it is not loud.", { a: "warm", n: "tone", not: "loud" }],
];
