/** What to call a person on whom captions agree: "man", "voice", "person", and "male" or "female" if they agree on that. */
import type { Word } from "../open-set-extraction/words-of-sentence.ts";
import type { CaptionAnalysis } from "./caption-analysis.ts";
import type { SideCaptions } from "./shared-qualities.ts";

/**
 * The noun that enough captions use ("man", "voice"; the commonest, then by name) with the trait enough captions share in front ("a male
 * voice"). Without such a noun, one that says the shared trait ("woman"), else "person".
 */
export function personFor(
	head: Word,
	side: SideCaptions,
): {
	readonly head: Word;
	/** What stands in front of the noun. */
	readonly trait: string | null;
	/** What the noun and its trait say together. */
	readonly said: string | null;
} {
	const { people } = side.lexicon;
	const count = (matches: (caption: CaptionAnalysis) => boolean): number =>
		side.captions.filter(matches).length;
	const named = [...people]
		.map(([name, implied]) => ({
			name,
			implied,
			support: count(({ nouns }) => nouns.has(name)),
		}))
		.filter(({ support }) => support >= side.least)
		.sort((a, b) => b.support - a.support || (a.name < b.name ? -1 : 1))[0];
	const isPerson = ({ nouns }: CaptionAnalysis): boolean =>
		named === undefined
			? [...people.keys()].some((name) => nouns.has(name))
			: nouns.has(named.name);
	const trait =
		[...new Set(people.values())].find(
			(value) =>
				value !== null &&
				count((caption) => caption.qualities.has(value) && isPerson(caption)) >=
					side.least,
		) ?? null;
	if (named === undefined) {
		// "a female speaker", "a woman", "a girl's voice": a woman, if one caption says so.
		const byTrait = [...people]
			.filter(([, implied]) => implied !== null && implied === trait)
			.map(([name]) => ({
				name,
				support: count(({ nouns }) => nouns.has(name)),
			}))
			.filter(({ support }) => support > 0)
			.sort((a, b) => b.support - a.support || (a.name < b.name ? -1 : 1))[0];
		return {
			head: renamed(head, byTrait?.name ?? "person"),
			trait: null,
			said: byTrait === undefined ? null : trait,
		};
	}
	return {
		head: renamed(head, named.name),
		trait: named.implied === null ? trait : null,
		said: named.implied ?? trait,
	};
}

function renamed(head: Word, name: string): Word {
	return { ...head, text: name, lower: name, lemma: name };
}
