/** Summaries of the quiz's exemplar sets, graded by their words. */
import type { Tagger } from "../open-set-extraction/tagger.ts";
import { type Guessing, shuffledGuessing } from "./guessing.ts";
import { mentions, readSaid, type Said, says } from "./names.ts";
import type { Quiz, QuizSet } from "./quiz.ts";
import { type QuizScore, type QuizTask, scoreOf } from "./score.ts";
import type { AskedSet } from "./summaries.ts";

type Source = Quiz["sources"][number];

/** A set with its summary; null: the call failed. */
type Read = { readonly set: QuizSet; readonly said: Said | null };

/** The sources that most captions of a set name, and those that any names. */
type Heard = {
	readonly most: readonly Source[];
	readonly any: readonly Source[];
};

/**
 * Four scores of the same summaries: those of sets that share something name it (`names`); those of random sets have no sentence
 * (`nothing`); of the summaries that name sources of sound, those whose every source is in most captions (`supported`) and in one at least
 * (`invented`). A source is named by any of its words, and a word that belongs to several sources may stand for each of them. Guesses are
 * the same summaries handed to other sets.
 */
export async function gradeSummaries(
	asked: readonly AskedSet[],
	{ sources }: Quiz,
	tagger: Tagger,
): Promise<QuizScore[]> {
	const read: Read[] = [];
	const heard = new Map<QuizSet, Heard>();
	for (const { set, attempt } of asked) {
		read.push({
			set,
			said:
				"answer" in attempt
					? await readSaid(attempt.answer.sentences, tagger)
					: null,
		});
		heard.set(set, await heardIn(set, sources, tagger));
	}
	const words = [...new Set(sources.flat())];
	const named = new Map<Said, readonly string[]>();
	const namedBy = (said: Said): readonly string[] => {
		const known =
			named.get(said) ?? words.filter((word) => mentions(said, word));
		named.set(said, known);
		return known;
	};
	const allAmong =
		(which: keyof Heard) =>
		(said: Said, set: QuizSet): boolean =>
			namedBy(said).every((word) =>
				heard.get(set)?.[which].some((source) => source.includes(word)),
			);
	const sharing = read.filter(({ set }) => set.kind !== "random");
	const random = read.filter(({ set }) => set.kind === "random");
	// A summary that names no source names none wrongly, which says nothing about what it would name.
	const naming = read.filter(
		({ said }) => said === null || namedBy(said).length > 0,
	);
	const sets = read.map(({ set }) => set);
	const score = (
		task: QuizTask,
		group: readonly Read[],
		right: (said: Said, set: QuizSet) => boolean,
		guessing: (graded: readonly Answered[]) => Guessing,
	): QuizScore =>
		scoreOf(
			task,
			group.map(({ set, said }) => (said === null ? null : right(said, set))),
			guessing(answered(group)),
		);
	/** Its naming summaries handed to any set. */
	const anySet =
		(right: (said: Said, set: QuizSet) => boolean) =>
		(graded: readonly Answered[]): Guessing => {
			const own = graded.map(({ set }) => set);
			const others = sets.filter((set) => !own.includes(set));
			return shuffledGuessing(
				graded.map(({ said }) => said),
				[...own, ...others],
				right,
			);
		};
	const namesIt = (said: Said, set: QuizSet): boolean =>
		set.kind !== "random" && says(said, set.names);
	const isSupported = allAmong("most");
	const isKnown = allAmong("any");
	const isEmpty = (said: Said): boolean => said.length === 0;
	return [
		score("names", sharing, namesIt, (graded) =>
			shuffledGuessing(
				graded.map(({ said }) => said),
				graded.map(({ set }) => set),
				namesIt,
			),
		),
		score("nothing", random, isEmpty, (graded) =>
			shuffledGuessing(
				graded.map(({ set }) => set),
				[...graded, ...answered(sharing)].map(({ said }) => said),
				(_, said) => isEmpty(said),
			),
		),
		score("supported", naming, isSupported, anySet(isSupported)),
		score("invented", naming, isKnown, anySet(isKnown)),
	];
}

type Answered = { readonly set: QuizSet; readonly said: Said };

function answered(group: readonly Read[]): Answered[] {
	return group.flatMap(({ set, said }) =>
		said === null ? [] : [{ set, said }],
	);
}

async function heardIn(
	{ captions }: QuizSet,
	sources: readonly Source[],
	tagger: Tagger,
): Promise<Heard> {
	const said = await Promise.all(
		captions.map((caption) => readSaid([caption], tagger)),
	);
	const captionsWith = (source: Source): number =>
		said.filter((caption) => source.some((word) => mentions(caption, word)))
			.length;
	return {
		most: sources.filter(
			(source) => captionsWith(source) * 2 > captions.length,
		),
		any: sources.filter((source) => captionsWith(source) > 0),
	};
}
