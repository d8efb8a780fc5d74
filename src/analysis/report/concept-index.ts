/** The report's index of words: for every concept and acoustic adjective the neurons that have it, strongest first. */
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
	/** Best closed-set concept above the null; most neurons first, then by code point. */
	concepts(): readonly WordEntry[];
	/** Adjectives the acoustic filter said yes to, in the same order. */
	adjectives(): readonly WordEntry[];
};

/** An empty index. `modules`: those the run was asked for. */
export function conceptIndex(modules: ReadonlySet<ModuleName>): ConceptIndex {
	const concepts = new Map<string, { count: number; named: WordNeuron[] }>();
	const adjectives = new Map<string, { count: number; named: WordNeuron[] }>();
	return {
		add(position, views) {
			for (const view of views) {
				const concept = conceptOf(view, modules);
				if (concept.kind === "fits")
					insert(concepts, concept.concept, {
						position,
						unit: view.unit,
						strength: concept.score,
					});
				if (view.openSet?.status !== "described") continue;
				for (const { lemma, support, acoustic } of view.openSet.output
					.adjectives)
					if (acoustic === "yes")
						insert(adjectives, lemma, {
							position,
							unit: view.unit,
							strength: support,
						});
			}
		},
		concepts: () => entries(concepts),
		adjectives: () => entries(adjectives),
	};
}

function insert(
	words: Map<string, { count: number; named: WordNeuron[] }>,
	word: string,
	neuron: WordNeuron,
): void {
	let entry = words.get(word);
	if (entry === undefined) {
		entry = { count: 0, named: [] };
		words.set(word, entry);
	}
	entry.count += 1;
	const { named } = entry;
	let place = named.length;
	while (place > 0 && (named[place - 1]?.strength ?? 0) < neuron.strength)
		place -= 1;
	if (place >= namedPerWord) return;
	named.splice(place, 0, neuron);
	if (named.length > namedPerWord) named.pop();
}

function entries(
	words: Map<string, { count: number; named: WordNeuron[] }>,
): readonly WordEntry[] {
	return [...words]
		.map(([word, { count, named }]) => ({ word, count, named }))
		.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
}
