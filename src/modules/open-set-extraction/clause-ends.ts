/** Where a clause ends, for the scope of a negation. */
import type { Word } from "./words-of-sentence.ts";

const enders = new Set(
	"; : — – - but however although though yet while whereas".split(" "),
);
/** "no instruments except a flute": the flute is there. */
const exceptions = new Set([
	"except",
	"besides",
	"other than",
	"apart from",
	"aside from",
]);
/** Behind a comma these begin another statement: "no speech, only a hum". */
const openers = new Set("only just merely simply instead rather".split(" "));
/** These begin a clause when a subject and a finite verb follow: "no music plays as rain falls". */
const subordinators = new Set(
	"as because when where until after before since once so then".split(" "),
);
/** "the hum, which is loud": no clause of its own. */
const relatives = new Set("which who whose".split(" "));
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

/**
 * A clause that began at `start` ends at the word or mark at `index`. `nominal`: what is denied in it is a noun phrase ("no drums"),
 * which can go on behind a comma; `cue`: where the denial begins.
 */
export function endsClause(
	words: readonly Word[],
	index: number,
	clause: {
		readonly start: number;
		readonly cue: number;
		readonly nominal: boolean;
	},
): boolean {
	const word = words[index];
	if (word === undefined || word.part === "quoted") return false;
	const { lower } = word;
	if (enders.has(lower)) return true;
	const next = words[index + 1];
	if (exceptions.has(lower) || exceptions.has(`${lower} ${next?.lower}`))
		return true;
	// "barely audible over traffic": the traffic is there.
	if (
		(lower === "over" || lower === "above") &&
		/^(?:audible|heard|noticeable|perceptible)$/u.test(
			words[index - 1]?.lower ?? "",
		)
	)
		return true;
	// "A lack of bass makes the voice thin": what the lack does is not denied.
	if (
		/^(?:lack|absence)$/u.test(words[clause.cue]?.lower ?? "") &&
		words[clause.cue + 1]?.lower === "of" &&
		isFiniteVerb(word)
	)
		return true;
	const complete = hasFinite(words.slice(clause.start, index));
	if (lower === ",") {
		if (openers.has(next?.lower ?? "")) return true;
		if (resumes(words, index, clause)) return true;
		return begins(words, index, complete, clause.nominal);
	}
	if (lower === "and") return complete && clauseFollows(words, index + 1);
	if (!subordinators.has(lower)) return false;
	// "not as loud as ..."
	if (next?.part === "adjective" || next?.part === "adverb") return false;
	return clauseFollows(words, index + 1);
}

/** Behind the comma at `index` another clause begins, unless what is denied is a list that goes on. */
function begins(
	words: readonly Word[],
	index: number,
	complete: boolean,
	nominal: boolean,
): boolean {
	const joined = ["and", "so", "then"].includes(words[index + 1]?.lower ?? "");
	if (joined) return complete && clauseFollows(words, index + 2);
	if (!clauseFollows(words, index + 1)) return false;
	if (complete || !nominal) return true;
	const subject = segmentFrom(words, index + 1);
	const verb = subject.findIndex((word) => isFiniteVerb(word));
	return !subject.slice(0, verb).some(({ part }) => part === "conjunction");
}

/** "The tone, without vibrato, is pure": behind an insertion, the verb of the clause before it. */
function resumes(
	words: readonly Word[],
	index: number,
	clause: { readonly start: number; readonly cue: number },
): boolean {
	const inserted = words
		.slice(clause.start, clause.cue)
		.findLastIndex(({ text }) => text === ",");
	if (inserted < 1) return false;
	if (hasFinite(words.slice(clause.start, clause.start + inserted)))
		return false;
	const next = segmentFrom(words, index + 1).find(
		({ part }) => part !== "adverb",
	);
	return next !== undefined && isFiniteVerb(next);
}

/** From `index` to the next mark, a noun or pronoun and then a finite verb follow. */
function clauseFollows(words: readonly Word[], index: number): boolean {
	const segment = segmentFrom(words, index);
	const first = segment[0];
	if (first === undefined || !subjectStarts.has(first.part)) return false;
	if (relatives.has(first.lower)) return false;
	const subject = segment.findIndex(
		({ part }) => part === "noun" || part === "pronoun" || part === "quoted",
	);
	return subject >= 0 && hasFinite(segment.slice(subject + 1));
}

function segmentFrom(words: readonly Word[], index: number): readonly Word[] {
	const rest = words.slice(index);
	const end = rest.findIndex(({ part }) => part === "mark");
	return end < 0 ? rest : rest.slice(0, end);
}

/** A verb that can stand alone in a clause, or an auxiliary, is among the words. */
function hasFinite(words: readonly Word[]): boolean {
	return words.some((word) => isFiniteVerb(word));
}

function isFiniteVerb({ part, form }: Word): boolean {
	return part === "auxiliary" || (part === "verb" && form === "finite");
}
