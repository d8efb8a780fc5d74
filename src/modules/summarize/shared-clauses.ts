/** The clauses that the captions of a side share, clustered by embedding: "A violin is playing a note." */
import type { SummarySentence } from "../../types.ts";
import { bestCosine, chanceOfSupport } from "./background.ts";
import type { Clause } from "./clause-state.ts";
import { mainKeys, wordCluster } from "./cluster-wording.ts";
import { type SideCaptions, supportsOf } from "./shared-qualities.ts";
import { statementOf } from "./statements.ts";

/** A cluster is stated when as much support from random captions would be at most this likely. */
const rareCluster = 0.005;
/** Where even the least support would be less likely than this, the cluster is so narrow that its members are one kind of source, whatever they call it. */
const narrowCluster = 0.002;
/** Least cosine of a cluster's members to its centre, between the probe set's typical cosine (0) and identity (1). */
const leastNearness = 0.35;
/** Statements about sources; a side has rarely more than two. */
const mostStatements = 3;

type Candidate = {
	readonly rank: number;
	readonly clause: Clause;
	readonly text: string;
	readonly vector: Float32Array;
};

type Cluster = {
	readonly centre: Candidate;
	readonly ranks: readonly number[];
	readonly nearness: number;
	/** Probability of this support among random captions. */
	readonly chance: number;
	readonly narrow: boolean;
};

type Statement = {
	readonly text: string;
	readonly support: readonly number[];
	readonly chance: number;
};

/**
 * One statement per shared clause, most support first, then the less likely; and the traits ("male") they say already. Clusters of the
 * embedding come first; then sources that enough captions name with the same word, although what they do is too different to cluster.
 */
export function sharedClauses(
	side: SideCaptions,
	vectorOf: (text: string) => Float32Array,
): {
	readonly sentences: SummarySentence[];
	readonly said: ReadonlySet<string>;
} {
	const candidates = side.captions.flatMap((caption, index): Candidate[] =>
		caption.clauses.map(({ clause, text }) => ({
			rank: index + 1,
			clause,
			text,
			vector: vectorOf(text),
		})),
	);
	const statements: Statement[] = [];
	const said = new Set<string>();
	const add = (
		members: readonly Candidate[],
		cluster: Pick<Cluster, "ranks" | "chance" | "narrow">,
	): boolean => {
		const wording = wordCluster({
			side,
			members: members.map(({ clause }) => clause),
			narrow: cluster.narrow,
			first: statements.length === 0,
		});
		if (wording === null) return false;
		const { subject } = wording.clause;
		if (subject?.said) said.add(subject.said);
		for (const key of subject === null ? [] : mainKeys(subject, side))
			said.add(key);
		const text = statementOf(wording.clause);
		if (statements.some((other) => other.text === text)) return true;
		// In a narrow cluster the other members say the same in other words.
		const ranks = new Set(wording.support ?? cluster.ranks);
		if (cluster.narrow) for (const rank of cluster.ranks) ranks.add(rank);
		statements.push({
			text,
			support: [...ranks].sort((a, b) => a - b),
			chance: cluster.chance,
		});
		return true;
	};
	let left = candidates;
	let unsaid = candidates;
	while (statements.length < mostStatements) {
		const cluster = tightestCluster(side, left);
		if (cluster === undefined) break;
		const members = membersOf(cluster, left);
		const others = (candidate: Candidate): boolean =>
			!members.includes(candidate);
		if (add(members, cluster)) unsaid = unsaid.filter(others);
		left = left.filter(others);
	}
	for (const { key, chance } of sharedSources(side, unsaid)) {
		if (statements.length >= mostStatements) break;
		if (said.has(key)) continue;
		const members = unsaid.filter(({ clause }) =>
			subjectKeys(clause, side).includes(key),
		);
		add(members, { ranks: [], chance, narrow: false });
	}
	const sentences = statements
		.sort((a, b) => b.support.length - a.support.length || a.chance - b.chance)
		.map(({ text, support }) => ({ text, support }));
	return { sentences, said };
}

/** The candidates of a cluster, nearest to its centre first, then by rank. */
function membersOf(
	cluster: Cluster,
	candidates: readonly Candidate[],
): Candidate[] {
	return candidates
		.map((candidate) => ({
			candidate,
			nearness: bestCosine(candidate.vector, [cluster.centre.vector]),
		}))
		.filter(({ nearness }) => nearness >= cluster.nearness)
		.sort(
			(a, b) => b.nearness - a.nearness || a.candidate.rank - b.candidate.rank,
		)
		.map(({ candidate }) => candidate);
}

function subjectKeys({ subject }: Clause, side: SideCaptions): string[] {
	return subject === null ? [] : mainKeys(subject, side);
}

/** Keys of sources that enough captions name and chance would not, rarest support first, then by name. */
function sharedSources(
	side: SideCaptions,
	candidates: readonly Candidate[],
): { readonly key: string; readonly chance: number }[] {
	const named = supportsOf(
		side.captions.map(
			(_, index) =>
				new Set(
					candidates
						.filter(({ rank }) => rank === index + 1)
						.flatMap(({ clause }) => subjectKeys(clause, side)),
				),
		),
	);
	return [...named]
		.filter(([, ranks]) => ranks.length >= side.least)
		.map(([key, ranks]) => ({
			key,
			chance: chanceOfSupport(
				side.captions.length,
				ranks.length,
				side.background.shareOfKey(key),
			),
		}))
		.filter(({ chance }) => chance <= rareCluster)
		.sort((a, b) => a.chance - b.chance || (a.key < b.key ? -1 : 1));
}

/** The cluster that would be least likely among random captions; undefined when none is unlikely enough. Ties: lower rank, then text order. */
function tightestCluster(
	side: SideCaptions,
	candidates: readonly Candidate[],
): Cluster | undefined {
	const { background } = side;
	const floor =
		background.typicalCosine + leastNearness * (1 - background.typicalCosine);
	let best: Cluster | undefined;
	for (const centre of candidates) {
		const nearest = side.captions
			.map((_, index) => ({
				rank: index + 1,
				nearness: bestCosine(
					centre.vector,
					candidates
						.filter(({ rank }) => rank === index + 1)
						.map(({ vector }) => vector),
				),
			}))
			.sort((a, b) => b.nearness - a.nearness || a.rank - b.rank);
		for (let count = side.least; count <= nearest.length; count += 1) {
			const nearness = nearest[count - 1]?.nearness ?? -1;
			if (nearness < floor) break;
			const share = background.shareNear(centre.text, centre.vector, nearness);
			const chance = chanceOfSupport(side.captions.length, count, share);
			if (chance > rareCluster || (best !== undefined && chance >= best.chance))
				continue;
			const ranks = nearest
				.slice(0, count)
				.map(({ rank }) => rank)
				.sort((a, b) => a - b);
			const narrow =
				chanceOfSupport(side.captions.length, side.least, share) <=
				narrowCluster;
			best = { centre, ranks, nearness, chance, narrow };
		}
	}
	return best;
}
