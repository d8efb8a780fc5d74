/** Verbs in the grammar of a clause: finite forms, participles and auxiliaries. */
import {
	agreement,
	bare,
	type Change,
	closed,
	costs,
	newPhrase,
	type State,
} from "./clause-state.ts";
import { afterLinkingVerb, type Context, lowerAt } from "./part-context.ts";

const behindVerb = {
	participle: false,
	phrase: null,
	dependent: true,
	listed: null,
	expects: null,
} as const;

/** The verb that the clause has already; behind "barks and" that is no matter. */
function verbBefore({ expects, verb }: State): State["verb"] {
	return expects === "verb" ? null : verb;
}

/** A form of the verb that can stand alone. */
export function finite(context: Context, state: State, index: number): Change {
	const form = /[^s]s$/u.test(lowerAt(context.tokens, index)) ? "s" : "base";
	const end = closed(state);
	const next = { ...behindVerb, subject: end.subject, verb: "finite" } as const;
	if (state.expects === "infinitive")
		return [
			form === "base" ? 0 : costs.disagreement,
			{ ...next, verb: state.verb },
		];
	if (state.expects === "phrase" || state.expects === "item")
		return [costs.never, next];
	const before = verbBefore(state);
	if (before === "finite" || before === "auxiliary") {
		// "a bell that rings sounds metallic"
		if (state.outer !== null)
			return [
				end.cost + agreement(state.outer, form),
				{ ...next, subject: state.outer, outer: null },
			];
		return [end.cost + costs.secondVerb, next];
	}
	const loose = before === "loose" ? costs.secondBesideLoose : 0;
	return [
		end.cost +
			loose +
			(end.subject === null
				? state.around === null
					? costs.noSubject
					: costs.noSubjectInserted
				: agreement(end.subject, form)),
		next,
	];
}

/** It qualifies the noun behind it; or it says what the noun in front does, or what is done to it. */
export function participle(
	context: Context,
	state: State,
	index: number,
): readonly Change[] {
	const { phrase } = state;
	const ing = lowerAt(context.tokens, index).endsWith("ing");
	if (phrase !== null && phrase.named === null)
		return [
			[
				0,
				{
					phrase: { ...phrase, alone: false, pending: ing || phrase.pending },
					expects: null,
				},
			],
		];
	const changes: Change[] = [];
	if (phrase === null && state.expects !== "verb")
		changes.push([
			costs.qualifying,
			{ phrase: { ...newPhrase(state), pending: ing }, expects: null },
		]);
	const end = closed(state);
	const starts = phrase === null && state.verb === null && end.subject === null;
	// "free of clipping" and "there is barking" have a noun, "without stopping" a verb.
	const before = lowerAt(context.tokens, index - 1);
	const asNoun =
		before === "of" ||
		(/^(?:is|was)$/u.test(before) &&
			lowerAt(context.tokens, index - 2) === "there")
			? costs.unqualified
			: 0;
	// "Sails flap and rigging clanks": "rigging" is no second verb beside "flap".
	const behindFinite =
		state.expects === "verb" && state.verb === "finite" && !state.participle
			? costs.looseVerb
			: 0;
	// "Striking a bell is loud"
	if (starts && ing)
		changes.push([costs.unqualified, { phrase: { ...bare, named: "any" } }]);
	else if (
		state.expects !== "item" &&
		(!starts || afterLinkingVerb(context, index))
	)
		changes.push([
			end.cost + asNoun + behindFinite,
			{
				...behindVerb,
				subject: end.subject,
				verb: state.verb ?? "loose",
				participle: true,
			},
		]);
	return changes;
}

export function auxiliary(state: State, lower: string): Change {
	const end = closed(state);
	const form = /^(?:is|was|has|does)$/u.test(lower)
		? "s"
		: /^(?:are|were|have|do)$/u.test(lower)
			? "base"
			: null;
	const subject = end.subject;
	const next = {
		...behindVerb,
		subject: subject ?? "any",
		verb: "auxiliary",
		expects:
			/^(?:can|could|will|would|shall|should|may|might|must|do|does|did)$/u.test(
				lower,
			)
				? "infinitive"
				: null,
	} as const;
	const before = verbBefore(state);
	if (before === "finite")
		return state.outer === null
			? [end.cost + costs.secondVerb, next]
			: [end.cost, { ...next, subject: state.outer, outer: null }];
	const disagrees =
		form !== null && subject !== null && before !== "auxiliary"
			? agreement(subject, form)
			: 0;
	return [
		end.cost + disagrees + (subject === null ? costs.noSubject : 0),
		next,
	];
}
