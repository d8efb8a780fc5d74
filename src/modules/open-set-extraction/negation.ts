/** Negation: which words of a sentence are denied. Scope is the rest of the clause. */
import type { Word } from "./words-of-sentence.ts";

/** Cues of one word; "lack of" and the like are below. */
const cues = new Set([
	"no",
	"not",
	"n't",
	"never",
	"without",
	"neither",
	"nor",
	"hardly",
	"lacking",
]);
/** Cues of two words. */
const cuePairs: ReadonlyMap<string, string> = new Map([
	["lack", "of"],
	["lacks", "of"],
	["absence", "of"],
	["free", "of"],
]);
/** "not only loud": asserted, not denied. */
const intensifiers = new Set(["only"]);
const clauseEnds = new Set([
	";",
	":",
	"but",
	"however",
	"although",
	"though",
	"yet",
	"while",
	"whereas",
]);

/** `cue`: the word is (part of) a negation cue; `denied`: it stands in the scope of one. */
export type Polarity = "asserted" | "cue" | "denied";

/**
 * The polarity of each word of a sentence. Scope runs from the cue to the end of the clause: a semicolon, a colon, "but", "however",
 * "although", "though", "yet", "while", "whereas", or the end of the sentence. Two cues do not cancel. Quoted words are never cues.
 */
export function polarities(words: readonly Word[]): Polarity[] {
	let denied = false;
	let cueLeft = 0;
	return words.map((word, index) => {
		if (word.part !== "quoted" && clauseEnds.has(word.lower)) denied = false;
		const length = cueLength(words, index);
		if (length > 0) denied = true;
		cueLeft = Math.max(cueLeft - 1, length);
		if (cueLeft > 0) return "cue";
		return denied ? "denied" : "asserted";
	});
}

/** For each word, true when it is denied or a cue. */
export function negatedWords(words: readonly Word[]): boolean[] {
	return polarities(words).map((polarity) => polarity !== "asserted");
}

/** Words of the cue that begins here; 0 for none. */
function cueLength(words: readonly Word[], index: number): number {
	const word = words[index];
	if (word === undefined || word.part === "quoted") return 0;
	const next = words[index + 1]?.lower;
	if (word.lower === "not" && next !== undefined && intensifiers.has(next))
		return 0;
	if (next !== undefined && cuePairs.get(word.lower) === next) return 2;
	return cues.has(word.lower) ? 1 : 0;
}
