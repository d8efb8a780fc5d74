/** Sentences for module C as language models write them, with marks, spellings and compounds, and outcomes written by hand. */
import type { Case } from "./expected.ts";

export const wordings: readonly Case[] = [
	// What a summary says
	[
		"The clips share a low-frequency hum with occasional crackling.",
		{ a: "low-frequency occasional", n: "hum crackling", p: "with" },
	],
	[
		"Birds chirp while a dog barks in the distance.",
		{ n: "bird dog", v: "chirp bark", p: "in" },
	],
	[
		"Instruments such as violins, cellos, etc. are bowed.",
		{ a: "bowed", n: "instrument violin cello" },
	],
	[
		"Dr. Smith speaks at approx. 3.5 kHz.",
		{ n: "dr smith", v: "speak", p: "at" },
	],
	[
		"The sounds are characterised by a rhythmic, pulsating beat.",
		{ a: "rhythmic pulsating", n: "beat", p: "by" },
	],
	[
		"A sense of urgency is conveyed by rapid beeping.",
		{ a: "rapid", n: "sense urgency beeping", v: "convey", p: "of by" },
	],
	[
		"Most clips feature a sustained, resonant tone that gradually decays.",
		{ a: "sustained resonant", n: "tone", v: "decay" },
	],
	[
		"The audio is dominated by wind noise and a muffled male voice.",
		{ a: "muffled male", n: "wind noise voice", v: "dominate", p: "by" },
	],
	[
		"Speech in English is accompanied by soft piano music.",
		{ a: "soft", n: "speech english piano music", p: "in by" },
	],
	[
		"All of the recordings contain a plucked string instrument.",
		{ a: "plucked", n: "string instrument", p: "of" },
	],
	[
		"These sounds evoke a calm, peaceful atmosphere.",
		{ a: "calm peaceful", n: "atmosphere", v: "evoke" },
	],
	[
		"A dull thud is followed by shattering glass.",
		{ a: "dull", n: "thud glass", v: "follow shatter", p: "by" },
	],
	[
		"Rapid-fire gunshots ring out.",
		{ a: "rapid-fire", n: "gunshot", v: "ring" },
	],
	[
		"A crowd's applause is enthusiastic and sustained.",
		{ a: "enthusiastic sustained", n: "crowd applause" },
	],
	[
		"Rain, wind, thunder, and distant sirens can be heard.",
		{ a: "distant", n: "rain wind thunder siren" },
	],
	[
		"The sounds include dogs barking, cats meowing, and birds singing.",
		{ n: "dog cat bird", v: "bark meow sing" },
	],
	[
		"Sounds of nature, such as streams and birdsong, dominate.",
		{ n: "nature stream birdsong", v: "dominate", p: "of" },
	],
	// Participles, hyphens, comparison
	[
		"Muffled, overdriven guitars are heavily distorted.",
		{ a: "muffled overdriven distorted", n: "guitar" },
	],
	[
		"A hard-hitting, bass-heavy beat.",
		{ a: "hard-hitting bass-heavy", n: "beat" },
	],
	[
		"The tone is bell-like and slowly-decaying.",
		{ a: "bell-like slowly-decaying", n: "tone" },
	],
	[
		"A warm-sounding, finger-picked guitar.",
		{ a: "warm-sounding finger-picked", n: "guitar" },
	],
	[
		"The voice is high pitched and child-like.",
		{ a: "high-pitched child-like", n: "voice" },
	],
	[
		"A mid-tempo, four-on-the-floor beat.",
		{ a: "mid-tempo four-on-the-floor", n: "beat" },
	],
	[
		"A well-defined attack is followed by a long decay.",
		{ a: "well-defined long", n: "attack decay", v: "follow", p: "by" },
	],
	["The broken glass crunches.", { a: "broken", n: "glass", v: "crunch" }],
	[
		"Screeching tyres and blaring horns.",
		{ a: "screeching blaring", n: "tyre horn" },
	],
	[
		"A haunting, echoing flute melody drifts.",
		{ a: "haunting echoing", n: "flute melody", v: "drift" },
	],
	[
		"The louder the engine, the higher the pitch.",
		{ a: "loud high", n: "engine pitch" },
	],
	[
		"The sharpest and brightest tones ring.",
		{ a: "sharp bright", n: "tone", v: "ring" },
	],
	[
		"A low-pitched growl turns into a high-pitched yelp.",
		{ a: "low-pitched high-pitched", n: "growl yelp", v: "turn", p: "into" },
	],
	["A two-tone siren wails.", { a: "two-tone", n: "siren", v: "wail" }],
	// Capitals, spellings, contractions, quotes
	[
		"LOUD SIRENS WAIL IN THE CITY.",
		{ a: "loud", n: "siren city", v: "wail", p: "in" },
	],
	["DOGS BARK WHILE CATS MEOW.", { n: "dog cat", v: "bark meow" }],
	["A DOG BARKS.", { n: "dog", v: "bark" }],
	["A BELL RINGS AND WATER DRIPS.", { n: "bell water", v: "ring drip" }],
	["A VERY LOUD BANG.", { a: "loud", n: "bang" }],
	[
		"A grey, colourful harbour ambience.",
		{ a: "grey colourful", n: "harbour ambience" },
	],
	[
		"A synthesised tone is modulated.",
		{ a: "synthesised modulated", n: "tone" },
	],
	["There’s a ‘whoosh’ of air.", { n: "whoosh air", p: "of" }],
	["They’re chirping loudly.", { v: "chirp" }],
	["A man shouts “stop” angrily.", { n: "man", v: "shout" }],
	[
		"A café’s espresso machine hisses.",
		{ n: "café espresso machine", v: "hiss" },
	],
	["A señora sings a fado.", { n: "señora fado", v: "sing" }],
	["A naïve, jazzy melody.", { a: "naïve jazzy", n: "melody" }],
	["A Brazilian cuíca squeaks.", { a: "brazilian", n: "cuíca", v: "squeak" }],
	// Marks, units, symbols
	["A tone (at 440 Hz) rings.", { n: "tone", v: "ring", p: "at" }],
	[
		"Percussive sounds, e.g. claps and snaps, are dry.",
		{ a: "percussive dry", n: "clap snap" },
	],
	["Reed instruments, i.e. oboes, are heard.", { n: "reed instrument oboe" }],
	["The hum is at 50 Hz and -20 dB.", { n: "hum", p: "at" }],
	["A 3.5 kHz whistle lasts 2.5 seconds.", { n: "whistle", v: "last" }],
	["A 12-string guitar plays.", { a: "12-string", n: "guitar", v: "play" }],
	["Rain 🌧️ falls on a roof 🏠.", { n: "rain roof", v: "fall", p: "on" }],
	[
		"Loud drums play (see https://example.org/a-clip?id=3).",
		{ a: "loud", n: "drum", v: "play see" },
	],
	["A bell rings… and then a gong…", { n: "bell gong", v: "ring" }],
	["Sounds: rain, wind and thunder.", { n: "rain wind thunder" }],
	[
		"The mix includes (1) a hum, (2) a hiss and (3) distant voices.",
		{ a: "distant", n: "mix hum hiss voice" },
	],
	["Drums/percussion dominate.", { n: "drum percussion", v: "dominate" }],
	[
		"Male and/or female voices talk.",
		{ a: "male female", n: "voice", v: "talk" },
	],
	["A hum & a hiss.", { n: "hum hiss" }],
	[
		"A low rumble—almost a growl—persists.",
		{ a: "low", n: "rumble growl", v: "persist" },
	],
];
