/** Sentences for module C in the wording of captions that people wrote, with outcomes written by hand. */
import type { Case } from "./expected.ts";

export const captions: readonly Case[] = [
	[
		"Loud barking followed by whining and then more barking.",
		{ a: "loud", n: "barking", v: "follow whine", p: "by" },
	],
	["An animal grunts and snorts.", { n: "animal", v: "grunt snort" }],
	["A domestic animal squeals.", { a: "domestic", n: "animal", v: "squeal" }],
	["Some liquid splashes nearby.", { n: "liquid", v: "splash" }],
	["Animal barks and growls are heard.", { n: "animal bark growl" }],
	["He plays drums.", { n: "drum", v: "play" }],
	[
		"A powered saw runs through some wood.",
		{ a: "powered", n: "saw wood", v: "run", p: "through" },
	],
	["A metal cymbal struck twice.", { a: "metal", n: "cymbal", v: "strike" }],
	["Rain falls while wind blows.", { n: "rain wind", v: "fall blow" }],
	[
		"Wind blows followed by sheep bleating.",
		{ n: "wind sheep", v: "blow follow bleat", p: "by" },
	],
	["Someone crumples paper.", { n: "paper", v: "crumple" }],
	[
		"An adult male speaks and dials a rotary phone.",
		{ a: "adult rotary", n: "male phone", v: "speak dial" },
	],
	["A person sniffles then sneezes.", { n: "person", v: "sniffle sneeze" }],
	[
		"Thunder rumbles far away as rainfall increases.",
		{ n: "thunder rainfall", v: "rumble increase" },
	],
	["A metal object is tapped.", { a: "metal", n: "object", v: "tap" }],
	[
		"A person is snoring and an engine is revving.",
		{ n: "person engine", v: "snore rev" },
	],
	[
		"Water splashes and is gurgling in a pipe.",
		{ n: "water pipe", v: "splash gurgle", p: "in" },
	],
	["A medium sized engine runs.", { a: "medium-sized", n: "engine", v: "run" }],
	["Waves of water rumble.", { n: "wave water", v: "rumble", p: "of" }],
	["Livestock bleat in a barn.", { n: "livestock barn", v: "bleat", p: "in" }],
	["Light rain and brief hissing.", { a: "light brief", n: "rain hissing" }],
	[
		"Continuous chirping and clanking.",
		{ a: "continuous", n: "chirping clanking" },
	],
	[
		"A baby cries and whines and a woman laughs.",
		{ n: "baby woman", v: "cry whine laugh" },
	],
	[
		"A vehicle accelerates, squealing its tires.",
		{ n: "vehicle tire", v: "accelerate squeal" },
	],
	[
		"A small airplane flies by, during which a boy speaks.",
		{ a: "small", n: "airplane boy", v: "fly speak", p: "during" },
	],
	["A church bell chimes back and forth.", { n: "church bell", v: "chime" }],
	["An insect buzzes, then stops.", { n: "insect", v: "buzz stop" }],
	[
		"The sound of a faint metal cymbal hit one time.",
		{ a: "faint metal", n: "cymbal", v: "hit", p: "of" },
	],
	["Whisper and sigh.", { n: "whisper sigh" }],
	["Buzz.", { n: "buzz" }],
	["Most share echo.", { n: "echo" }],
	["Ducks quack and scamper.", { n: "duck", v: "quack scamper" }],
	[
		"Dishes clank as people converse.",
		{ n: "dish person", v: "clank converse" },
	],
];
