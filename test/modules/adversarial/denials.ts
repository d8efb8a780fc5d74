/** Sentences for module C that deny something, with outcomes written by hand. */
import type { Case } from "./expected.ts";

export const denials: readonly Case[] = [
	// Cues
	["Nothing metallic is heard.", { not: "metallic" }],
	["None of the sounds is harsh.", { not: "harsh" }],
	["Nobody is speaking.", { not: "speak" }],
	["No longer loud, the siren fades.", { n: "siren", v: "fade", not: "loud" }],
	["The hum barely changes.", { n: "hum", not: "change" }],
	["The voice is rarely harsh.", { n: "voice", not: "harsh" }],
	["A drone instead of a melody is heard.", { n: "drone", not: "melody" }],
	[
		"Unlike speech, the tone is steady.",
		{ a: "steady", n: "tone", not: "speech" },
	],
	["It is anything but quiet.", { not: "quiet" }],
	["The voice has little to no reverb.", { n: "voice", not: "reverb" }],
	["There is very little echo.", { not: "echo" }],
	["The voice has a little echo.", { a: "little", n: "voice echo" }],
	[
		"Free of noise, the voice is clear.",
		{ a: "clear", n: "voice", not: "noise" },
	],
	["The recording lacks bass, drums and vocals.", { not: "bass drum vocal" }],
	[
		"The sound does not contain any high-pitched components.",
		{ not: "high-pitched component" },
	],
	["The voice doesn’t sound robotic.", { n: "voice", not: "robotic" }],
	["The piano won’t stop.", { n: "piano", not: "stop" }],
	// What looks like a cue and is none
	["Not just loud, the horn is shrill.", { a: "loud shrill", n: "horn" }],
	["The sounds are not merely loud but deafening.", { a: "loud deafening" }],
	["The No. 5 train passes.", { n: "train", v: "pass" }],
	["Non-stop drilling is heard.", { a: "non-stop", n: "drilling" }],
	["A quiet, noiseless fan.", { a: "quiet noiseless", n: "fan" }],
	["Nothing but rain is heard.", { n: "rain" }],
	[
		"Noise is not the only sound; a bell rings too.",
		{ n: "noise bell", v: "ring" },
	],
	// What is denied to be there, wherever it stands
	["Speech is absent.", { not: "speech" }],
	["Music is not heard.", { not: "music" }],
	["High frequencies are missing.", { not: "high frequency" }],
	[
		"Drums cannot be heard, but a bass line is clear.",
		{ a: "clear", n: "bass line", not: "drum" },
	],
	[
		"A siren wails, but speech is not present.",
		{ n: "siren", v: "wail", not: "speech" },
	],
	["The voice is not clearly audible.", { n: "voice", not: "audible" }],
	["A voice is barely audible.", { n: "voice", not: "audible" }],
	[
		"Rain falls and speech is not heard.",
		{ n: "rain", v: "fall", not: "speech" },
	],
	["In the rain, drums are not heard.", { n: "rain", p: "in", not: "drum" }],
	// Where a clause ends
	[
		"There are no drums (snare or bass) or cymbals.",
		{ not: "drum snare bass cymbal" },
	],
	[
		"No speech is present, only a harsh hum.",
		{ a: "harsh", n: "hum", not: "speech" },
	],
	[
		"There are no vocals, just a steady beat.",
		{ a: "steady", n: "beat", not: "vocal" },
	],
	[
		"There isn't any speech or music, only birds.",
		{ n: "bird", not: "speech music" },
	],
	[
		"It is not melodic, instead it is percussive.",
		{ a: "percussive", not: "melodic" },
	],
	[
		"Not a bell, but rather a gong is struck.",
		{ n: "gong", v: "strike", not: "bell" },
	],
	[
		"No drums are heard, and a flute plays softly.",
		{ n: "flute", v: "play", not: "drum" },
	],
	[
		"No drums are heard and a flute plays softly.",
		{ n: "flute", v: "play", not: "drum" },
	],
	["The dog does not bark and growl.", { n: "dog", not: "bark growl" }],
	["No drums, bass and vocals are heard.", { not: "drum bass vocal" }],
	["There is no speech — a fan whirs.", { n: "fan", v: "whir", not: "speech" }],
	[
		"The tone, without vibrato, is pure.",
		{ a: "pure", n: "tone", not: "vibrato" },
	],
	[
		"The hum, which is not loud, is steady.",
		{ a: "steady", n: "hum", not: "loud" },
	],
	["A bell, not a gong, rings loudly.", { n: "bell", v: "ring", not: "gong" }],
	["A bell (not a gong) rings loudly.", { n: "bell", v: "ring", not: "gong" }],
	[
		"No music plays as rain falls.",
		{ n: "rain", v: "fall", not: "music play" },
	],
	["It’s not music, it’s speech.", { n: "speech", not: "music" }],
	[
		"There is no music; however, a sharp metallic clang rings out.",
		{ a: "sharp metallic", n: "clang", v: "ring", not: "music" },
	],
	["No speech: only a harsh hum.", { a: "harsh", n: "hum", not: "speech" }],
	[
		"Without a doubt, the siren is loud.",
		{ a: "loud", n: "siren", not: "doubt" },
	],
	[
		"Although no words are spoken, a baby cries.",
		{ n: "baby", v: "cry", not: "word spoken" },
	],
	[
		"Neither the guitar nor the bass is distorted; drums are loud.",
		{ a: "loud", n: "drum", not: "guitar bass distorted" },
	],
	[
		"The dog barks without stopping while rain falls.",
		{ n: "dog rain", v: "bark fall", not: "stop" },
	],
];
