/** Sentences for module C in the words of several language models, written after the rules they try, with outcomes written by hand. */
import type { Case } from "./expected.ts";

export const modelWordings: readonly Case[] = [
	[
		"A metallic clang is followed by a long, shimmering decay.",
		{ a: "metallic long shimmering", n: "clang decay", v: "follow", p: "by" },
	],
	[
		"Multiple dogs bark in the distance while a car drives past.",
		{ n: "dog car", v: "bark drive", p: "in" },
	],
	[
		"The tone is warm, rich and slightly distorted.",
		{ a: "warm rich distorted", n: "tone" },
	],
	["The audio lacks any melodic content.", { not: "melodic content" }],
	[
		"The hum of an air conditioner drones on.",
		{ n: "hum air conditioner", v: "drone", p: "of" },
	],
	[
		"Electronic beeps sound at regular intervals.",
		{ a: "electronic regular", n: "beep interval", p: "at" },
	],
	[
		"Plucked strings ring out over a soft pad.",
		{ a: "plucked soft", n: "string pad", v: "ring", p: "over" },
	],
	[
		"Bubbles gurgle up through a liquid.",
		{ n: "bubble liquid", v: "gurgle", p: "through" },
	],
	[
		"Horses gallop past, their hooves thudding on turf.",
		{ n: "horse hoof turf", v: "gallop thud", p: "on" },
	],
	[
		"Fireworks explode overhead with loud bangs and whistles.",
		{ a: "loud", n: "firework bang whistle", v: "explode", p: "with" },
	],
	[
		"Sirens wail far off, barely audible over traffic.",
		{ n: "siren traffic", v: "wail", p: "over", not: "audible" },
	],
	[
		"Large bells toll slowly, echoing across a valley.",
		{ a: "large", n: "bell valley", v: "toll echo", p: "across" },
	],
	[
		"A man coughs, clears his throat and begins to speak.",
		{ n: "man throat", v: "cough clear begin speak" },
	],
	[
		"A low rumble gradually swells and then fades.",
		{ a: "low", n: "rumble", v: "swell fade" },
	],
	["Children shout, laugh and run past.", { n: "child", v: "shout laugh run" }],
	[
		"A soft, high-pitched squeak repeats.",
		{ a: "soft high-pitched", n: "squeak", v: "repeat" },
	],
	[
		"Water rushes past rocks in a stream.",
		{ n: "water rock stream", v: "rush", p: "past in" },
	],
	[
		"The instrument is not bowed but plucked.",
		{ a: "plucked", n: "instrument", not: "bowed" },
	],
	[
		"A lively crowd applauds with cheers and whistles.",
		{ a: "lively", n: "crowd cheer whistle", v: "applaud", p: "with" },
	],
	[
		"The drone never changes in pitch or volume.",
		{ n: "drone", not: "change pitch volume" },
	],
	[
		"Muffled footsteps thump upstairs.",
		{ a: "muffled", n: "footstep", v: "thump" },
	],
	[
		"Short, staccato notes leap between octaves.",
		{ a: "short staccato", n: "note octave", v: "leap", p: "between" },
	],
	["Neither music nor speech can be heard.", { not: "music speech" }],
	[
		"Sharp, percussive hits punctuate a low drone.",
		{ a: "sharp percussive low", n: "hit drone", v: "punctuate" },
	],
	[
		"A printer whirs, clicks and beeps.",
		{ n: "printer", v: "whir click beep" },
	],
	[
		"The engine is barely heard over the wind.",
		{ n: "engine wind", p: "over" },
	],
	[
		"Thunder claps followed by heavy rain.",
		{ a: "heavy", n: "thunder rain", v: "clap follow", p: "by" },
	],
	[
		"It is a harsh, buzzing noise that stops suddenly.",
		{ a: "harsh buzzing", n: "noise", v: "stop" },
	],
	[
		"The high notes shimmer and the low notes rumble.",
		{ a: "high low", n: "note", v: "shimmer rumble" },
	],
	[
		"A female singer sings a gentle, soothing lullaby.",
		{ a: "female gentle soothing", n: "singer lullaby", v: "sing" },
	],
	[
		"An elevator dings and its doors slide open.",
		{ a: "open", n: "elevator door", v: "ding slide" },
	],
	[
		"A bell that rings sounds metallic.",
		{ a: "metallic", n: "bell", v: "ring" },
	],
	["It is a sound that starts suddenly and fades slowly.", { v: "start fade" }],
	["Birds chirp and crows caw.", { n: "bird crow", v: "chirp caw" }],
	["Old floorboards groan.", { a: "old", n: "floorboard", v: "groan" }],
	[
		"Shimmering cymbals and plops of water.",
		{ a: "shimmering", n: "cymbal plop water", p: "of" },
	],
	[
		"Speech is not audible above the engine.",
		{ n: "engine", p: "above", not: "speech audible" },
	],
];
