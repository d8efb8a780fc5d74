/** The clauses that the captions of a side share, clustered by embedding: "A violin is playing a note." */
import type { SummarySentence } from "../../types.ts";
import { bestCosine, chanceOfSupport } from "./background.ts";
import type { Clause } from "./clause-state.ts";
import { wordCluster } from "./cluster-wording.ts";
import type { SideCaptions } from "./shared-qualities.ts";
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

/** One statement per shared clause, most support first, then the less likely; and the traits ("male") they say already. */
export function sharedClauses(
	side: SideCaptions,
	vectorOf: (text: string) => Float32Array,
): {
	readonly sentences: SummarySentence[];
	readonly said: ReadonlySet<string>;
} {
	let candidates = side.captions.flatMap((caption, index): Candidate[] =>
		caption.clauses.map(({ clause, text }) => ({
			rank: index + 1,
			clause,
			text,
			vector: vectorOf(text),
		})),
	);
	const statements: (SummarySentence & { readonly chance: number })[] = [];
	const said = new Set<string>();
	while (statements.length < mostStatements) {
		const cluster = tightestCluster(side, candidates);
		if (cluster === undefined) break;
		const nearnessOf = ({ vector }: Candidate): number =>
			bestCosine(vector, [cluster.centre.vector]);
		const members = candidates.filter(
			(candidate) => nearnessOf(candidate) >= cluster.nearness,
		);
		const clause = wordCluster({
			side,
			members: members
				.map((member) => ({ member, nearness: nearnessOf(member) }))
				.sort(
					(a, b) => b.nearness - a.nearness || a.member.rank - b.member.rank,
				)
				.map(({ member }) => member.clause),
			narrow: cluster.narrow,
			first: statements.length === 0,
		});
		const trait = clause?.subject?.said;
		if (trait) said.add(trait);
		const text = clause === null ? undefined : statementOf(clause);
		if (text !== undefined && !statements.some((other) => other.text === text))
			statements.push({ text, support: cluster.ranks, chance: cluster.chance });
		candidates = candidates.filter((candidate) => !members.includes(candidate));
	}
	const sentences = statements
		.sort(
			(a, b) =>
				(b.support?.length ?? 0) - (a.support?.length ?? 0) ||
				a.chance - b.chance,
		)
		.map(({ text, support }) => ({
			text,
			...(support === undefined ? {} : { support }),
		}));
	return { sentences, said };
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
