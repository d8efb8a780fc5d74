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
	"lack",
	"lacking",
	"lacks",
	"lacked",
]);
/** Cues of two words. */
const cuePairs = new Set([
	"lack of",
	"lacks of",
	"absence of",
	"absent of",
	"devoid of",
	"free of",
	"free from",
	"rather than",
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
 * "although", "though", "yet", "while", "whereas", a comma behind which another subject has a verb of its own ("Without warning, a siren
 * blares"), or the end of the sentence. "not yet" ends none. Two cues do not cancel. Quoted words are never cues.
 */
export function polarities(words: readonly Word[]): Polarity[] {
	let denied = false;
	let cueLeft = 0;
	return words.map((word, index) => {
		if (word.part !== "quoted" && endsClause(words, index)) denied = false;
		const length = cueLength(words, index);
		if (length > 0) denied = true;
		cueLeft = Math.max(cueLeft - 1, length);
		if (cueLeft > 0) return "cue";
		return denied ? "denied" : "asserted";
	});
}

function endsClause(words: readonly Word[], index: number): boolean {
	const lower = words[index]?.lower ?? "";
	// "not yet loud" is denied, "not loud, yet harsh" is not.
	if (lower === "yet" && cueLength(words, index - 1) > 0) return false;
	return clauseEnds.has(lower) || (lower === "," && clauseBegins(words, index));
}

/** Parts a clause can begin with. */
const subjectStarts: ReadonlySet<Word["part"]> = new Set([
	"determiner",
	"noun",
	"pronoun",
	"adjective",
	"number",
	"adverb",
	"quoted",
]);

/** Behind the comma at `index`, up to the next mark, a noun or pronoun and then a finite verb follow. */
function clauseBegins(words: readonly Word[], index: number): boolean {
	const rest = words.slice(index + 1);
	const end = rest.findIndex(({ part }) => part === "mark");
	const segment = end < 0 ? rest : rest.slice(0, end);
	const first = segment[0];
	if (first === undefined || !subjectStarts.has(first.part)) return false;
	const subject = segment.findIndex(
		({ part }) => part === "noun" || part === "pronoun" || part === "quoted",
	);
	if (subject < 0) return false;
	return segment
		.slice(subject + 1)
		.some(
			({ part, form }) =>
				part === "auxiliary" || (part === "verb" && form === "finite"),
		);
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
	if (next !== undefined && cuePairs.has(`${word.lower} ${next}`)) return 2;
	return cues.has(word.lower) ? 1 : 0;
}
