/** What marks and conjunctions join in the grammar of a clause. */
import {
	begin,
	type Change,
	closed,
	costs,
	ended,
	isPredicate,
	type State,
} from "./clause-state.ts";

const openers = new Set(
	"while whereas although though because when if as until before after since".split(
		" ",
	),
);

/** The clause ends in front of the word, and another begins. */
export function newClause(state: State, lower: string): Change {
	return [
		costs.newClause,
		{
			...begin,
			cost: ended({ ...state, around: null }),
			opened: openers.has(lower),
			around: state.around,
		},
	];
}

/** What "and", a comma or another mark can join: two clauses, two verbs of one subject, two nouns, two adjectives; or it begins or ends an insertion. */
export function joins(state: State, lower: string): readonly Change[] {
	const { phrase, verb } = state;
	const end = closed(state);
	const changes: Change[] = [
		newClause(state, lower),
		...insertion(state, lower, end),
	];
	if (!/^(?:and|or|nor|but|yet|then|,)$/u.test(lower)) return changes;
	// "sings, and then hums": the second of two such words.
	if (phrase === null && (state.expects === "verb" || state.listed !== null))
		changes.push([0, {}]);
	if (phrase !== null && phrase.named === null)
		changes.push([0, lower === "," ? {} : { expects: "modifier" }]);
	if (phrase?.named != null && lower !== "but" && lower !== "then")
		changes.push([
			end.cost + costs.list,
			{
				phrase: null,
				listed: phrase.kind,
				// "a bell, ringing loudly", but not "barking and" with a verb behind it.
				expects: lower === "," ? state.expects : "item",
			},
		]);
	// "There is no speech, only birds": no second verb behind "there", unless something is doing something there.
	if (
		verb !== null &&
		state.subject !== null &&
		(state.participle || !(verb === "auxiliary" && state.subject === "any"))
	)
		changes.push([
			(phrase?.named == null ? 0 : end.cost) +
				(phrase?.prepositional === true && phrase.kind === "sounding"
					? costs.secondVerbBehindSounds
					: costs.secondVerbOfSubject),
			{
				phrase: null,
				dependent: true,
				listed: null,
				expects: "verb",
			},
		]);
	return changes;
}

/** "A bell, not a gong, rings": between commas only in front of the verb; in brackets and dashes anywhere. */
function insertion(
	state: State,
	lower: string,
	end: ReturnType<typeof closed>,
): readonly Change[] {
	const { around, phrase, verb } = state;
	if (/^[,)–—]$/u.test(lower) && around !== null)
		return [
			[isPredicate(phrase) ? 0 : end.cost, { ...around, cost: state.cost }],
		];
	if (around !== null) return [];
	if (lower === "(")
		return [[0, { ...begin, cost: state.cost, around: state }]];
	if (/^[,–—]$/u.test(lower) && verb === null && end.subject !== null)
		return [
			[
				costs.insertion + end.cost,
				{
					...begin,
					cost: state.cost,
					around: {
						...state,
						phrase: null,
						subject: end.subject,
						dependent: true,
						expects: "verb",
					},
				},
			],
		];
	return [];
}
