/** The cues of a negation: the words that deny what follows, and those that deny what stands in front. */
import type { Word } from "./words-of-sentence.ts";

const cues = new Set(
	"no not n't never without neither nor none nothing nobody hardly barely scarcely rarely seldom lack lacking lacks lacked unlike".split(
		" ",
	),
);
/** Cues of several words. Longer ones first. */
const phrases = [
	"little to no",
	"little or no",
	"as opposed to",
	"lack of",
	"lacks of",
	"absence of",
	"absent of",
	"devoid of",
	"free of",
	"free from",
	"rather than",
	"instead of",
	"anything but",
	"very little",
	"no longer",
	"no more",
].map((phrase) => phrase.split(" "));
/** "not only loud": asserted, not denied. */
const intensifiers = new Set(["only", "just", "merely", "simply", "solely"]);
/** Cues that deny the noun phrase they begin. */
const nominal = new Set(["no", "neither", "none", "nothing", "nobody"]);
/** What a sound that is there is: "speech is not present" denies speech. */
const presence = new Set(
	"heard present audible detected detectable perceived perceptible noticeable discernible evident included there".split(
		" ",
	),
);
const absence = new Set(["absent", "missing", "lacking"]);
/** These deny wholly: "barely audible" is there. */
const full = new Set(["not", "n't", "never", "no longer"]);

/** Words of the cue that begins at `index`; 0 for none. Quoted words and "No. 5" are no cues. */
export function cueLength(words: readonly Word[], index: number): number {
	const word = words[index];
	if (word === undefined || word.part === "quoted") return 0;
	const next = words[index + 1];
	if (
		word.lower === "not" &&
		next !== undefined &&
		intensifiers.has(next.lower)
	)
		return 0;
	// "No. 5"
	if (word.lower === "no" && /^\d/u.test(next?.text ?? "")) return 0;
	const phrase = phrases.find((parts) =>
		parts.every((part, at) => words[index + at]?.lower === part),
	);
	// "a very little bell"
	if (phrase?.[0] === "very" && words[index - 1]?.lower === "a") return 0;
	return phrase?.length ?? (cues.has(word.lower) ? 1 : 0);
}

/** The cue at `index` denies a noun phrase ("no drums"), not a predicate or an attribute. */
export function isNominalCue(words: readonly Word[], index: number): boolean {
	return nominal.has(words[index]?.lower ?? "");
}

/**
 * Where the predicate begins by which the word at `index` says that its subject is not there ("is not heard", "is absent"); null when it says
 * nothing of the kind. "not clearly audible", "barely audible" and "not absent" leave the subject alone.
 */
export function absentFrom(
	words: readonly Word[],
	index: number,
): number | null {
	const lower = words[index]?.lower ?? "";
	const length = cueLength(words, index);
	if (
		length > 0 &&
		full.has(
			words
				.slice(index, index + length)
				.map((word) => word.lower)
				.join(" "),
		)
	) {
		let next = index + length;
		while (words[next]?.part === "auxiliary") next += 1;
		return presence.has(words[next]?.lower ?? "")
			? predicateStart(words, index)
			: null;
	}
	if (!absence.has(lower)) return null;
	let before = index - 1;
	while (words[before]?.part === "adverb") before -= 1;
	if (words[before]?.part !== "auxiliary") return null;
	// "lacking in bass" denies the bass.
	const after = words[index + 1]?.part ?? "mark";
	return ["mark", "conjunction", "preposition"].includes(after) &&
		words[index + 1]?.lower !== "in"
		? predicateStart(words, index)
		: null;
}

/** The first of the auxiliaries, adverbs and cues that end at `index`. */
function predicateStart(words: readonly Word[], index: number): number {
	let start = index;
	while (
		["auxiliary", "adverb", "negative"].includes(
			words[start - 1]?.part ?? "mark",
		)
	)
		start -= 1;
	return start;
}
