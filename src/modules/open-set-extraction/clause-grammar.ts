/** A small grammar of captions: what a word costs behind the words in front of it. A clause has a subject and one finite verb that agrees with it. */
import { joins, newClause } from "./clause-joins.ts";
import {
	adjective,
	determiner,
	noun,
	preposition,
	pronoun,
} from "./clause-phrases.ts";
import type { Change, State } from "./clause-state.ts";
import { auxiliary, finite, participle } from "./clause-verbs.ts";
import { type Context, lowerAt, type Part } from "./part-context.ts";
import { isParticiple, type Reading } from "./word-readings.ts";

/*
 * How a caption is read:
 *
 * 1. The tagger gives each word a part of speech, which is often wrong where a word is a noun in one caption and a verb in another ("barks",
 *    "ring"). `readingsOf` (word-readings.ts) gives such a word all its likely parts, each with what it costs whatever its neighbours are.
 * 2. `readClauses` (clause-search.ts) goes through the words once. A path is a choice of readings so far, with a `State` (clause-state.ts):
 *    the subject of the clause, its verb, the noun phrase that is open, what has to come next. `step` adds a word to a path: the functions
 *    named after the parts of speech say how the state changes and what speaks against that. Where a word can go on in several ways ("and"
 *    joins nouns, verbs or clauses) there is one path for each. The 40 cheapest paths go on, so that the time grows with the words alone.
 * 3. At the end of the sentence the cheapest path has the parts of speech.
 *
 * "Dogs bark and howl": the tagger may take "bark" for a noun. As nouns: "Dogs bark" a compound behind a plural (2.5), a list (0.2), no verb (2).
 * As verbs: the readings (0.4 each), they agree with "Dogs" (0), and "howl" is the second verb of one subject (0.2). The verbs win.
 *
 * clause-phrases.ts has noun phrases, clause-verbs.ts verbs, clause-joins.ts marks and conjunctions. All costs are in `costs`, but for those
 * of single words, which are in word-readings.ts. To add a construction: find the part of speech that begins it, give its function one more change,
 * and put sentences with it, and with what looks like it, into the tests.
 */

/** The states in which the word at `index` leaves `state` when it is read as `reading`. */
export function step(
	context: Context,
	state: State,
	index: number,
	reading: Reading,
): readonly State[] {
	const lower = lowerAt(context.tokens, index);
	const changes = changesBy(context, state, index, reading.part, lower);
	return changes.map(([cost, change]) => ({
		...state,
		...change,
		cost: (change.cost ?? state.cost) + reading.cost + cost,
	}));
}

/** Prepositions that also begin a clause. */
const alsoOpeners = new Set("until before after since".split(" "));

function changesBy(
	context: Context,
	state: State,
	index: number,
	part: Part,
	lower: string,
): readonly Change[] {
	if (lower === "then") return joins(state, lower);
	if (lower === "to") return preposition(context, state, index);
	switch (part) {
		case "mark":
		case "conjunction":
			return joins(state, lower);
		case "determiner":
		case "number":
			return [determiner(state, lower, part)];
		case "negative":
			return lower === "no"
				? [determiner(state, lower, "determiner")]
				: [[0, {}]];
		case "adjective":
			return [adjective(state)];
		case "noun":
		case "quoted":
			return [noun(context, state, index)];
		case "verb":
			return isParticiple(context, index)
				? participle(context, state, index)
				: [finite(context, state, index)];
		case "auxiliary":
			return [auxiliary(state, lower)];
		case "preposition":
			return [
				...preposition(context, state, index),
				// "until someone silences it"
				...(alsoOpeners.has(lower) ? [newClause(state, lower)] : []),
			];
		case "pronoun":
			return [pronoun(state, lower)];
		default:
			return [[0, {}]];
	}
}
