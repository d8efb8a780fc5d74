/** Sentences for module C of every kind, written after the rules they try, with outcomes written by hand. */
import type { Case } from "./expected.ts";

export const mixed: readonly Case[] = [
	[
		"Crickets chirp and an owl hoots at night.",
		{ n: "cricket owl night", v: "chirp hoot", p: "at" },
	],
	[
		"Heavy footsteps and creaking floorboards suggest an old house.",
		{ a: "heavy creaking old", n: "footstep floorboard house" },
	],
	[
		"The singer hums a tune, then whistles it.",
		{ n: "singer tune", v: "hum whistle" },
	],
	["A jackhammer pounds concrete.", { n: "jackhammer concrete", v: "pound" }],
	[
		"Dull thumps alternate with sharp clacks.",
		{ a: "dull sharp", n: "thump clack", v: "alternate", p: "with" },
	],
	[
		"Dry leaves crunch under boots.",
		{ a: "dry", n: "leaf boot", v: "crunch", p: "under" },
	],
	["Ducks quack near a pond.", { n: "duck pond", v: "quack", p: "near" }],
	["A bow scrapes a string.", { n: "bow string", v: "scrape" }],
	[
		"The drummer hits the snare and rolls the toms.",
		{ n: "drummer snare tom", v: "hit roll" },
	],
	[
		"Soft piano chords support a breathy voice.",
		{ a: "soft breathy", n: "piano chord voice", v: "support" },
	],
	[
		"Bells toll slowly over a quiet town.",
		{ a: "quiet", n: "bell town", v: "toll", p: "over" },
	],
	[
		"A modem screeches, beeps and crackles.",
		{ n: "modem", v: "screech beep crackle" },
	],
	[
		"Loud beeps, buzzes and clicks come from a machine.",
		{ a: "loud", n: "beep buzz click machine", v: "come", p: "from" },
	],
	[
		"The bass line walks while the drums swing.",
		{ n: "bass line drum", v: "walk swing" },
	],
	[
		"A camera clicks and its shutter whirs.",
		{ n: "camera shutter", v: "click whir" },
	],
	[
		"Tyres screech as a car brakes hard.",
		{ n: "tyre car", v: "screech brake", a: "hard" },
	],
	[
		"Someone knocks, and a door creaks open.",
		{ a: "open", n: "door", v: "knock creak" },
	],
	[
		"A radio plays jazz over a hissing line.",
		{ a: "hissing", n: "radio jazz line", v: "play", p: "over" },
	],
	[
		"The growls of a lion echo across a plain.",
		{ n: "growl lion plain", v: "echo", p: "of across" },
	],
	[
		"Children's shouts fill the playground.",
		{ n: "child shout playground", v: "fill" },
	],
	["Raindrops patter on a tent.", { n: "raindrop tent", v: "patter", p: "on" }],
	[
		"An accordion wheezes out a waltz.",
		{ n: "accordion waltz", v: "wheeze", p: "out" },
	],
	[
		"A vinyl crackle sits beneath the vocals.",
		{ n: "vinyl crackle vocal", v: "sit", p: "beneath" },
	],
	["Synth pads swell and fade.", { n: "synth pad", v: "swell fade" }],
	// Denials
	["The clips do not feature any human voices.", { not: "human voice" }],
	[
		"No instruments other than a solo flute are present.",
		{ a: "solo", n: "flute", p: "than", not: "instrument" },
	],
	[
		"Percussion is entirely absent, leaving a smooth pad.",
		{ a: "smooth", n: "pad", v: "leave", not: "percussion" },
	],
	[
		"Neither speech nor music can be heard; only wind blows.",
		{ n: "wind", v: "blow", not: "speech music" },
	],
	[
		"There's no reverb, no echo, and no delay on the voice.",
		{ not: "reverb echo delay voice" },
	],
	["The tone never wavers.", { n: "tone", not: "waver" }],
	[
		"The voices aren't shouting, they're whispering.",
		{ n: "voice", v: "whisper", not: "shout" },
	],
	[
		"A clear voice with hardly any noise speaks.",
		{ a: "clear", n: "voice", p: "with", not: "noise speak" },
	],
	[
		"Rather than a melody, a pulsing rhythm dominates.",
		{ a: "pulsing", n: "rhythm", v: "dominate", not: "melody" },
	],
	[
		"Traffic noise is missing from these clips.",
		{ p: "from", not: "traffic noise" },
	],
	[
		"The engine does not idle, but it revs loudly.",
		{ n: "engine", v: "rev", not: "idle" },
	],
	[
		"High frequencies aren't present and the sound is dull.",
		{ a: "dull", not: "high frequency" },
	],
	[
		"The bell rings without any sustain.",
		{ n: "bell", v: "ring", not: "sustain" },
	],
	["It is not so much loud as harsh.", { not: "loud harsh" }],
	[
		"The recordings are free of clipping, yet noisy.",
		{ a: "noisy", not: "clipping" },
	],
	["There was nothing but static.", { n: "static" }],
	// Wordings
	[
		"The sounds are consistently low-pitched, rumbling, and continuous.",
		{ a: "low-pitched rumbling continuous" },
	],
	[
		"Each sound has a sharp attack and a quick decay.",
		{ a: "sharp quick", n: "attack decay" },
	],
	[
		"Male voices speaking German in a small, reverberant room.",
		{
			a: "male small reverberant",
			n: "voice german room",
			v: "speak",
			p: "in",
		},
	],
	[
		"All share a bright, bell-like timbre (often with vibrato).",
		{ a: "bright bell-like", n: "timbre vibrato", p: "with" },
	],
	[
		"Mechanical, repetitive ticking—like a clock—dominates.",
		{
			a: "mechanical repetitive",
			n: "ticking clock",
			v: "dominate",
			p: "like",
		},
	],
	["The audio’s tempo is approx. 120 bpm.", { n: "tempo" }],
	[
		"Wind instruments, incl. flutes & oboes, play sustained notes.",
		{ a: "sustained", n: "wind instrument flute oboe note", v: "play" },
	],
	[
		"“Whoosh” sounds and laser-like zaps are frequent.",
		{ a: "laser-like frequent", n: "zap" },
	],
	["A man says “no” repeatedly.", { n: "man", v: "say" }],
	[
		"Über-low bass tones vibrate.",
		{ a: "über-low", n: "bass tone", v: "vibrate" },
	],
];
