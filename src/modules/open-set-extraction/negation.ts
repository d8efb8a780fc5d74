/** Negation: which words of a sentence are denied. Scope is the rest of the clause. */
import { endsClause } from "./clause-ends.ts";
import { absentFrom, cueLength, isNominalCue } from "./negation-cues.ts";
import type { Word } from "./words-of-sentence.ts";

/** `cue`: the word is (part of) a negation cue; `denied`: it stands in the scope of one. */
export type Polarity = "asserted" | "cue" | "denied";

/**
 * The polarity of each word of a sentence. Scope runs from the cue to the end of the clause: a semicolon, a colon, a dash, "but",
 * "however", "although", "though", "yet", "while", "whereas", the end of the brackets or of the insertion it stands in ("a bell, not a
 * gong, rings"), a comma and "only", "just", "instead" or "rather", a place behind which another subject has a verb of its own ("Without
 * warning, a siren blares"; "no drums are heard and a flute plays"), or the end of the sentence. "not yet" ends none. Two cues do not
 * cancel. Quoted words are never cues. What a clause says is not there is denied in front of the cue too ("Speech is not heard.",
 * "High frequencies are absent.").
 */
export function polarities(words: readonly Word[]): Polarity[] {
	const result: Polarity[] = [];
	let clause = { start: 0, cue: 0, nominal: false };
	let denied = false;
	let deniedOutside = false;
	let cueLeft = 0;
	for (const [index, word] of words.entries()) {
		const length = cueLeft > 0 ? 0 : cueLength(words, index);
		if (word.text === "(") deniedOutside = denied;
		// "anything but loud" is denied, and "not yet loud"; "not loud, yet harsh" is not.
		const insideCue =
			cueLeft > 0 || (word.lower === "yet" && result.at(-1) === "cue");
		if (word.text === ")") denied = deniedOutside;
		else if (!insideCue && endsClause(words, index, clause)) {
			denied = false;
			clause = { start: index + 1, cue: index + 1, nominal: false };
		}
		if (length > 0) {
			if (!denied)
				clause = { ...clause, cue: index, nominal: isNominalCue(words, index) };
			denied = true;
			cueLeft = length;
		}
		const absent = absentFrom(words, index);
		// What stands between the begin of the clause and its predicate is the subject.
		for (let at = clause.start; at < (absent ?? 0); at += 1)
			if (result[at] === "asserted") result[at] = "denied";
		if (absent !== null && length === 0) result.push("cue");
		else if (cueLeft > 0) result.push("cue");
		else result.push(denied ? "denied" : "asserted");
		cueLeft = Math.max(cueLeft - 1, 0);
	}
	return result;
}

/** For each word, true when it is denied or a cue. */
export function negatedWords(words: readonly Word[]): boolean[] {
	return polarities(words).map((polarity) => polarity !== "asserted");
}
