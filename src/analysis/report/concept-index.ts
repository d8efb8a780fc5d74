/** The report's index of words: for every concept and acoustic adjective the neurons that have it, strongest first. */
import { groupSpellings, spellingKey } from "../../shared/spelling.ts";
import type { ModuleName } from "../../types.ts";
import type { NeuronView } from "./source.ts";
import { conceptOf } from "./verdict.ts";

/** Neurons named per word; the rest are counted. Keeps memory independent of the number of neurons. */
export const namedPerWord = 24;

type WordNeuron = {
	/** Place of the layer in network order. */
	readonly position: number;
	readonly unit: number;
	/** What they are ordered by: closed-set score, or support. */
	readonly strength: number;
};
export type WordEntry = {
	readonly word: string;
	readonly count: number;
	readonly named: readonly WordNeuron[];
};

export type ConceptIndex = {
	/** `position`: of the views' layer. Call in network and unit order: that is how ties are broken. */
	add(position: number, views: readonly NeuronView[]): void;
	/** Best closed-set concept, where it fits; most neurons first, then by code point. */
	concepts(): readonly WordEntry[];
	/** Adjectives the acoustic filter said yes to, in the same order. */
	adjectives(): readonly WordEntry[];
};

/** An empty index. `modules`: those the run was asked for. */
export function conceptIndex(modules: ReadonlySet<ModuleName>): ConceptIndex {
	const concepts: Words = new Map();
	const adjectives: Words = new Map();
	return {
		add(position, views) {
			for (const view of views) {
				const concept = conceptOf(view, modules);
				if (concept.kind === "fits")
					insert(concepts, concept.concept, concept.concept, {
						position,
						unit: view.unit,
						strength: concept.score ?? 0,
					});
				if (view.openSet?.status !== "described") continue;
				const acoustic = view.openSet.output.adjectives.filter(
					(adjective) => adjective.acoustic === "yes",
				);
				// Spellings of one word are one word, and a neuron with two of them is one neuron.
				for (const { shown } of groupSpellings(
					acoustic,
					({ support }) => support,
				))
					insert(adjectives, spellingKey(shown.lemma), shown.lemma, {
						position,
						unit: view.unit,
						strength: shown.support,
					});
			}
		},
		concepts: () => entries(concepts),
		adjectives: () => entries(adjectives),
	};
}

/** Concepts as they are, adjectives by spelling key. */
type Words = Map<
	string,
	{
		count: number;
		named: WordNeuron[];
		/** Neurons by spelling. */
		spellings: Map<string, number>;
	}
>;

/** The spelling most neurons have, of equals the first by code point. */
function commonest(spellings: ReadonlyMap<string, number>): string {
	const [first] = [...spellings].sort(
		([a, m], [b, n]) => n - m || (a < b ? -1 : 1),
	);
	return first?.[0] ?? "";
}

function insert(
	words: Words,
	key: string,
	word: string,
	neuron: WordNeuron,
): void {
	let entry = words.get(key);
	if (entry === undefined) {
		entry = { count: 0, named: [], spellings: new Map() };
		words.set(key, entry);
	}
	entry.count += 1;
	entry.spellings.set(word, (entry.spellings.get(word) ?? 0) + 1);
	const { named } = entry;
	let place = named.length;
	while (place > 0 && (named[place - 1]?.strength ?? 0) < neuron.strength)
		place -= 1;
	if (place >= namedPerWord) return;
	named.splice(place, 0, neuron);
	if (named.length > namedPerWord) named.pop();
}

function entries(words: Words): readonly WordEntry[] {
	return [...words.values()]
		.map(({ count, named, spellings }) => ({
			word: commonest(spellings),
			count,
			named,
		}))
		.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
}
