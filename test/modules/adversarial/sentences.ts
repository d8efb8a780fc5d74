/** Adversarial sentences for module B, with outcomes written by hand: how a reply is split, and what of it is filler. */

/** A reply; the sentences it has. */
export const splits: readonly (readonly [string, readonly string[]])[] = [
	// Abbreviations, initials, decimals
	[
		"A horn, e.g. a trumpet, is loud. It plays at 440.5 Hz. It stops.",
		["A horn, e.g. a trumpet, is loud.", "It plays at 440.5 Hz.", "It stops."],
	],
	[
		"The tone is approx. 3.5 kHz. Birds vs. insects are heard, i.e. a dawn chorus.",
		[
			"The tone is approx. 3.5 kHz.",
			"Birds vs. insects are heard, i.e. a dawn chorus.",
		],
	],
	[
		"J. S. Bach is played by Dr. Smith. Mr. Jones sings.",
		["J. S. Bach is played by Dr. Smith.", "Mr. Jones sings."],
	],
	[
		"It was recorded at 5 a.m. in the U.S. A rooster crows.",
		["It was recorded at 5 a.m. in the U.S.", "A rooster crows."],
	],
	[
		"Rain, wind, etc. Thunder rumbles.",
		["Rain, wind, etc.", "Thunder rumbles."],
	],
	["Rain, wind, etc. are heard.", ["Rain, wind, etc. are heard."]],
	[
		"The No. 5 train passes. It stops.",
		["The No. 5 train passes.", "It stops."],
	],
	[
		"The level is -3.2 dB. A fan is at max. volume.",
		["The level is -3.2 dB.", "A fan is at max. volume."],
	],
	[
		"Es ist laut, z.B. wie eine Sirene.",
		["Es ist laut, z.B. wie eine Sirene."],
	],
	// Lists
	[
		"1. Loud hum\n2. Distant traffic\n3) Birds",
		["Loud hum", "Distant traffic", "Birds"],
	],
	[
		"1. Loud hum 2. Distant traffic 3. Birds",
		["Loud hum", "Distant traffic", "Birds"],
	],
	["1: Rain falls\n2: Wind blows", ["Rain falls", "Wind blows"]],
	["a) A bell rings\nb) A dog barks", ["A bell rings", "A dog barks"]],
	["(1) A bell rings. (2) A dog barks.", ["A bell rings.", "A dog barks."]],
	[
		"- Loud hum\n* Distant traffic\n• Birds",
		["Loud hum", "Distant traffic", "Birds"],
	],
	[
		"It has 3 parts: 1. a hum, 2. a hiss.",
		["It has 3 parts: 1. a hum, 2. a hiss."],
	],
	[
		"The pitch is in part 3. Then it falls.",
		["The pitch is in part 3.", "Then it falls."],
	],
	[
		"Sentence 1: A bell rings.\nSentence 2: A dog barks.",
		["A bell rings.", "A dog barks."],
	],
	// Marks, quotes, wrapping
	[
		"**Tone:** bright and loud.\n**Rhythm:** steady.",
		["Tone: bright and loud.", "Rhythm: steady."],
	],
	[
		"Wait... what? A bell rings! Then silence…",
		["Wait... what?", "A bell rings!", "Then silence…"],
	],
	[
		'"Stop!" he shouts. She says "Go." Then they laugh.',
		['"Stop!" he shouts.', 'She says "Go."', "Then they laugh."],
	],
	["A bell rings.A dog barks.", ["A bell rings.", "A dog barks."]],
	[
		"The sounds are loud.[1] They are close.",
		["The sounds are loud.[1]", "They are close."],
	],
	[
		"A dog barks (loudly). A cat meows.",
		["A dog barks (loudly).", "A cat meows."],
	],
	[
		"<think>All have rain. Is that so?</think>\nRain is falling.",
		["Rain is falling."],
	],
	["```\nRain is falling.\n```", ["Rain is falling."]],
	[
		"A loud bell rings.  \r\n\r\n A dog barks.",
		["A loud bell rings.", "A dog barks."],
	],
];

/** Filler: nothing about a sound. */
export const filler: readonly string[] = [
	"Sure thing!",
	"Certainly, here are the statements.",
	"Here are some short sentences:",
	"Here's the summary.",
	"Below are the common features.",
	"As requested, five statements.",
	"Okay then, rain falls.",
	"Got it.",
	"You're welcome.",
	"Common features:",
	"The shared characteristics of the sounds are as follows:",
	"What these sounds have in common:",
	"There is nothing in common.",
	"No common features are apparent.",
	"It is not possible to identify shared features from the captions.",
	"I'm unable to determine a common theme.",
	"Based on these captions, the sound is loud.",
	"Based on the descriptions above, rain is falling.",
	"Please let me know if more is needed.",
	"Would you like more details?",
	"Thanks!",
];

/** Statements about sound that hold the letters, or even the words, of filler. */
export const statements: readonly string[] = [
	"Pressure builds in a pipe.",
	"Measured footsteps approach.",
	"Pleasing tones ring out.",
	"A treasure chest creaks.",
	"Unsure voices murmur.",
	"Sure-footed horses trot.",
	"Surely a bell rings.",
	"Here comes a train.",
	"A man says sorry.",
	"A voice says: please hold the line.",
	"Thanks to the reverb, the voice is distant.",
	"Letters are read aloud.",
	"Happy people cheer.",
	"The rhythm is based on a drum.",
	"I am a dog, says a child.",
	"Based on rails, a train rumbles.",
	"A helpful assistant voice speaks.",
];
