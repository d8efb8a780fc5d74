/** Sentences for module C whose nouns look like verbs and whose verbs look like nouns, with outcomes written by hand. */
import type { Case } from "./expected.ts";

export const nounsAndVerbs: readonly Case[] = [
	// A plural noun behind an adjective, or behind a verb that takes an object
	["Loud drums play.", { a: "loud", n: "drum", v: "play" }],
	["A band plays drums.", { n: "band drum", v: "play" }],
	[
		"Loud claps echo in a hall.",
		{ a: "loud", n: "clap hall", v: "echo", p: "in" },
	],
	["Sharp taps follow a rattle.", { a: "sharp", n: "tap rattle", v: "follow" }],
	[
		"He plays loud drums and soft cymbals.",
		{ a: "loud soft", n: "drum cymbal", v: "play" },
	],
	[
		"Metallic rattles and sharp snaps are heard.",
		{ a: "metallic sharp", n: "rattle snap" },
	],
	[
		"High-pitched whistles pierce the noise.",
		{ a: "high-pitched", n: "whistle noise", v: "pierce" },
	],
	[
		"Distant horns are heard over traffic.",
		{ a: "distant", n: "horn traffic", p: "over" },
	],
	[
		"Loud rings come from a phone.",
		{ a: "loud", n: "ring phone", v: "come", p: "from" },
	],
	[
		"Soft clicks and pops interrupt the music.",
		{ a: "soft", n: "click pop music", v: "interrupt" },
	],
	[
		"Loud screams alternate with laughter.",
		{ a: "loud", n: "scream laughter", v: "alternate", p: "with" },
	],
	["Gentle strums of a ukulele.", { a: "gentle", n: "strum ukulele", p: "of" }],
	[
		"Repeated bangs shake a door.",
		{ a: "repeated", n: "bang door", v: "shake" },
	],
	["Light taps on a desk.", { a: "light", n: "tap desk", p: "on" }],
	["Quick knocks at a door.", { a: "quick", n: "knock door", p: "at" }],
	[
		"A dog's growls and snarls are menacing.",
		{ a: "menacing", n: "dog growl snarl" },
	],
	["The sound of rattles and shakers.", { n: "rattle shaker", p: "of" }],
	[
		"The sounds range from quiet whispers to loud shouts.",
		{ a: "quiet loud", n: "whisper shout", v: "range", p: "from to" },
	],
	[
		"A drummer plays rolls, taps, and rimshots.",
		{ n: "drummer roll tap rimshot", v: "play" },
	],
	["Hand claps keep time.", { n: "hand clap", v: "keep" }],
	[
		"Finger snaps and hand claps are rhythmic.",
		{ a: "rhythmic", n: "finger snap hand clap" },
	],
	[
		"Cheers and applause fill a stadium.",
		{ n: "cheer applause stadium", v: "fill" },
	],
	[
		"A record scratch interrupts the beat.",
		{ n: "record scratch beat", v: "interrupt" },
	],
	["The rapid drum rolls stop.", { a: "rapid", n: "drum roll", v: "stop" }],
	[
		"Drum beats repeat at a slow tempo.",
		{ a: "slow", n: "drum beat tempo", v: "repeat", p: "at" },
	],
	[
		"Bird calls echo through a forest.",
		{ n: "bird call forest", v: "echo", p: "through" },
	],
	[
		"Car horns honk in heavy traffic.",
		{ a: "heavy", n: "car horn traffic", v: "honk", p: "in" },
	],
	["Train horns blow.", { n: "train horn", v: "blow" }],
	["A train whistle blows.", { n: "train whistle", v: "blow" }],
	[
		"Wind chimes tinkle in the breeze.",
		{ n: "wind chime breeze", v: "tinkle", p: "in" },
	],
	[
		"A steady beat drives the song.",
		{ a: "steady", n: "beat song", v: "drive" },
	],
	["A deep hum persists throughout.", { a: "deep", n: "hum", v: "persist" }],
	[
		"A steady drone underlies a bagpipe melody.",
		{ a: "steady", n: "drone bagpipe melody", v: "underlie" },
	],
	["The dry crunch of leaves.", { a: "dry", n: "crunch leaf", p: "of" }],
	["A loud crash follows.", { a: "loud", n: "crash", v: "follow" }],
	// The same words as verbs
	["The crowd claps.", { n: "crowd", v: "clap" }],
	["A toy rattles softly.", { n: "toy", v: "rattle" }],
	["A twig snaps.", { n: "twig", v: "snap" }],
	["Someone whistles a tune.", { n: "tune", v: "whistle" }],
	["A kettle whistles.", { n: "kettle", v: "whistle" }],
	["The phone rings twice.", { n: "phone", v: "ring" }],
	["An electric motor hums.", { a: "electric", n: "motor", v: "hum" }],
	["A clock clicks and ticks.", { n: "clock", v: "click tick" }],
	["The audience cheers wildly.", { n: "audience", v: "cheer" }],
	["A child laughs and screams.", { n: "child", v: "laugh scream" }],
	["A man calls his dog.", { n: "man dog", v: "call" }],
	["Church bells chime.", { n: "church bell", v: "chime" }],
	[
		"A guitarist strums an acoustic guitar.",
		{ a: "acoustic", n: "guitarist guitar", v: "strum" },
	],
	[
		"Footsteps crunch on gravel.",
		{ n: "footstep gravel", v: "crunch", p: "on" },
	],
	["A hammer bangs on metal.", { n: "hammer metal", v: "bang", p: "on" }],
	["Waves crash against rocks.", { n: "wave rock", v: "crash", p: "against" }],
	["Rolling thunder rumbles.", { n: "thunder", v: "roll rumble" }],
	["An insect drones.", { n: "insect", v: "drone" }],
	["A woman sings, hums, and whistles.", { n: "woman", v: "sing hum whistle" }],
	["She claps and he snaps.", { v: "clap snap" }],
	["It rattles and shakes.", { v: "rattle shake" }],
	["Applause bursts out.", { n: "applause", v: "burst" }],
	["The bass thumps.", { n: "bass", v: "thump" }],
	["A keyboard clacks.", { n: "keyboard", v: "clack" }],
	["Engines roar and tyres squeal.", { n: "engine tyre", v: "roar squeal" }],
	["Brakes screech.", { n: "brake", v: "screech" }],
	["Coins clink.", { n: "coin", v: "clink" }],
	["Leaves rustle underfoot.", { n: "leaf", v: "rustle" }],
	["Fireworks pop and crackle.", { n: "firework", v: "pop crackle" }],
	["Ice cubes clink in a glass.", { n: "ice cube glass", v: "clink", p: "in" }],
	["Papers are shuffled.", { n: "paper", v: "shuffle" }],
	[
		"Heavy rain pounds a tin roof.",
		{ a: "heavy", n: "rain tin roof", v: "pound" },
	],
	[
		"Someone taps on a wooden table.",
		{ a: "wooden", n: "table", v: "tap", p: "on" },
	],
	[
		"Water gushes from a tap into a sink.",
		{ n: "water tap sink", v: "gush", p: "from into" },
	],
	["An engine revs up and then idles.", { n: "engine", v: "rev idle" }],
	// Two words in -ing: both what the subject does, or both what is heard
	["A dog is barking and howling.", { n: "dog", v: "bark howl" }],
	[
		"A fire can be heard snapping and crackling.",
		{ n: "fire", v: "snap crackle" },
	],
	["A motor is running and then revving.", { n: "motor", v: "run rev" }],
	["There is a drill spinning and whirring.", { n: "drill", v: "spin whir" }],
	[
		"We hear a dark wind whistling and blowing.",
		{ a: "dark", n: "wind", v: "whistle blow" },
	],
	["Sound of barking and howling.", { n: "barking howling", p: "of" }],
	["There is barking and howling.", { n: "barking howling" }],
	["Sails flap and rigging clanks.", { n: "sail rigging", v: "flap clank" }],
	[
		"Burning logs snapping and crackling.",
		{ n: "log", v: "burn snap crackle" },
	],
	[
		"Noisy ocean waves breaking on a beach.",
		{ a: "noisy", n: "ocean wave beach", v: "break", p: "on" },
	],
	// Behind "until" and the like a clause or a noun
	[
		"A horn honks until a car stops.",
		{ n: "horn car", v: "honk stop", p: "until" },
	],
	[
		"After a bell rings, a man speaks.",
		{ n: "bell man", v: "ring speak", p: "after" },
	],
	["A bell rings after a pause.", { n: "bell pause", v: "ring", p: "after" }],
	// Singular nouns in -s
	["A bus brakes and stops.", { n: "bus", v: "brake stop" }],
	["It sounds like struck glass.", { a: "struck", n: "glass", p: "like" }],
];
