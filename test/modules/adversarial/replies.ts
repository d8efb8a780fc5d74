/** Hard texts for module B, with outcomes written by hand: how a reply is split, and what of it is filler. */

/** A reply; the sentences it has. */
export const hardReplies: readonly (readonly [string, readonly string[]])[] = [
	// Abbreviations, units, names
	[
		"Instruments such as violins, cellos, etc. are bowed. They are loud.",
		["Instruments such as violins, cellos, etc. are bowed.", "They are loud."],
	],
	[
		"Dr. Smith speaks at approx. 3.5 kHz. He coughs.",
		["Dr. Smith speaks at approx. 3.5 kHz.", "He coughs."],
	],
	[
		"The pitch rises from 200 Hz. to 2 kHz. and falls.",
		["The pitch rises from 200 Hz. to 2 kHz. and falls."],
	],
	[
		"It lasts 3 sec. The tone is loud.",
		["It lasts 3 sec.", "The tone is loud."],
	],
	["It lasts 3 sec. and stops.", ["It lasts 3 sec. and stops."]],
	[
		"It plays at 5 p.m. every day. It is loud.",
		["It plays at 5 p.m. every day.", "It is loud."],
	],
	[
		"The U.S. anthem plays. It is loud.",
		["The U.S. anthem plays.", "It is loud."],
	],
	[
		"The tempo is 120 b.p.m. and steady.",
		["The tempo is 120 b.p.m. and steady."],
	],
	[
		"The level drops 3 dB. Then it rises.",
		["The level drops 3 dB.", "Then it rises."],
	],
	[
		"The ratio is 3:1. The tone is dry.",
		["The ratio is 3:1.", "The tone is dry."],
	],
	[
		"Version 2.0.1 of the synth plays. It hums.",
		["Version 2.0.1 of the synth plays.", "It hums."],
	],
	[
		"Mt. Fuji is windy. St. Paul's bells ring.",
		["Mt. Fuji is windy.", "St. Paul's bells ring."],
	],
	[
		"He lives on Main St. A car passes.",
		["He lives on Main St.", "A car passes."],
	],
	[
		"Ms. Lee and Prof. Kim sing. They stop.",
		["Ms. Lee and Prof. Kim sing.", "They stop."],
	],
	[
		"The singer, Michael J. Fox, hums. He stops.",
		["The singer, Michael J. Fox, hums.", "He stops."],
	],
	["Op. 27 No. 2 plays. It is slow.", ["Op. 27 No. 2 plays.", "It is slow."]],
	[
		"Rain falls (approx. 3 min. long). Wind blows.",
		["Rain falls (approx. 3 min. long).", "Wind blows."],
	],
	[
		"Loud, e.g., a horn. Quiet, i.e., a whisper.",
		["Loud, e.g., a horn.", "Quiet, i.e., a whisper."],
	],
	[
		"Visit www.example.com. Then rain falls.",
		["Visit www.example.com.", "Then rain falls."],
	],
	[
		"It sounds like a bird (a robin, perhaps?). It chirps.",
		["It sounds like a bird (a robin, perhaps?).", "It chirps."],
	],
	// Cases and marks
	[
		"rain falls. wind blows. birds sing.",
		["rain falls.", "wind blows.", "birds sing."],
	],
	["RAIN FALLS. WIND BLOWS.", ["RAIN FALLS.", "WIND BLOWS."]],
	[
		"A loud bang! A scream? Silence.",
		["A loud bang!", "A scream?", "Silence."],
	],
	[
		"Rain falls... then stops. Rain falls... Then silence.",
		["Rain falls... then stops.", "Rain falls...", "Then silence."],
	],
	["雨が降る。風が吹く。", ["雨が降る。", "風が吹く。"]],
	[
		"Vögel singen. Éclairs et tonnerre.",
		["Vögel singen.", "Éclairs et tonnerre."],
	],
	[
		"The sounds are: rain; wind; thunder.",
		["The sounds are: rain; wind; thunder."],
	],
	[
		'The speaker says "Hello. How are you?" and laughs. She leaves.',
		['The speaker says "Hello. How are you?" and laughs.', "She leaves."],
	],
	["“Rain falls.” “Wind blows.”", ["“Rain falls.”", "“Wind blows.”"]],
	["Rain falls. 🌧️ Wind blows. 💨", ["Rain falls.", "🌧️ Wind blows."]],
	// Lists
	["A. Loud hum\nB. Quiet hiss", ["Loud hum", "Quiet hiss"]],
	[
		"I. Loud hum\nII. Quiet hiss\nIII. Birds",
		["Loud hum", "Quiet hiss", "Birds"],
	],
	["→ Loud hum\n► Quiet hiss\n✓ Birds", ["Loud hum", "Quiet hiss", "Birds"]],
	["🔊 Loud hum\n+ Quiet hiss\n> Birds", ["Loud hum", "Quiet hiss", "Birds"]],
	["[1] Loud hum\n[2] Quiet hiss", ["Loud hum", "Quiet hiss"]],
	[
		"* **Loud** hum\n* *Quiet* hiss\n* _Soft_ rain",
		["Loud hum", "Quiet hiss", "Soft rain"],
	],
	[
		"1) Loud hum; 2) quiet hiss; 3) birds",
		["Loud hum;", "quiet hiss;", "birds"],
	],
	[
		"Features:\n  - Loud hum\n    - Very low pitch",
		["Features:", "Loud hum", "Very low pitch"],
	],
	["- [x] Loud hum\n- [ ] Quiet hiss", ["Loud hum", "Quiet hiss"]],
	// Space and wrapping
	["Rain falls.\tWind blows.", ["Rain falls.", "Wind blows."]],
	[
		"Rain falls.<br>Wind blows.<br/>Birds sing.",
		["Rain falls.", "Wind blows.", "Birds sing."],
	],
	["Rain falls\u2028Wind blows", ["Rain falls", "Wind blows"]],
	[
		"<think>\nHmm.\n</think>\n\n1. Rain falls.\n2. Wind blows.",
		["Rain falls.", "Wind blows."],
	],
	["All have rain, I think.\n</think>\nRain falls.", ["Rain falls."]],
	["<p>Rain falls.</p><p>Wind blows.</p>", ["Rain falls.", "Wind blows."]],
	["<b>Rain</b> falls.", ["Rain falls."]],
	["", []],
	[" \n\n - \n", []],
	// Small letters as list marks, and a reply in one pair of quotes
	[
		"Key points:\n  a. A train passes by.\n  b. Its horn is blown.",
		["Key points:", "A train passes by.", "Its horn is blown."],
	],
	[
		'Answer: "A clock is ticking. It is steady."',
		["A clock is ticking.", "It is steady."],
	],
	['"Stop" is said. "Go" is said.', ['"Stop" is said.', '"Go" is said.']],
];

export const hardFiller: readonly string[] = [
	"Sure! Here's what I found:",
	"Here you go!",
	"Hope that helps!",
	"Let me know if you'd like me to adjust anything.",
	"Is there anything else I can help with?",
	"In summary:",
	"As a language model, I cannot hear audio.",
	"The audio clips have nothing in common.",
	"There are no common sounds.",
	"No shared characteristics can be identified.",
	"Unfortunately, I cannot determine the sounds.",
	"Note: these statements are based on the captions.",
	"Certainly! Below are the statements:",
	"I've listed the shared sounds below.",
	"None of the captions share a common sound.",
	"There doesn't appear to be a common sound among these clips.",
	"The sounds are not similar to each other.",
	"The captions provided are short.",
	'The answer is "nothing in common".',
];

export const hardStatements: readonly string[] = [
	"Pleased voices cheer.",
	"Pressure cookers hiss.",
	"Certainly loud, the siren wails.",
	"Note after note rises.",
	"Hope is sung about in a bright melody.",
	"Thanksgiving songs are sung.",
	"Below deck, an engine hums.",
	"Here and there a bird chirps.",
	"Following footsteps echo.",
	"A common theme is a steady beat.",
	"The captions of a film are read aloud.",
	"A voice says: I hope this helps you sleep.",
	"Understood words are few.",
	"Listed ships sound their horns below a cliff.",
	'A woman asks "Would you like some tea?" in a calm voice.',
	'"Please mind the gap" is announced over a loudspeaker.',
	'"Thank you" is said by a man.',
	"The sounds have no common source, but they are all muffled.",
	"All of the provided captions mention rain.",
	"The captions provided describe a siren.",
	"No two bells sound alike.",
];
