/** The qualities that the captions of a side share: "The sound is reverberant." */
import type { SummarySentence } from "../../types.ts";
import type { AudioLexicon } from "../open-set-extraction/lexicon.ts";
import { type Background, chanceOfSupport } from "./background.ts";
import type { CaptionAnalysis } from "./caption-analysis.ts";
import { qualityStatement } from "./statements.ts";

/** The captions of one side, in rank order, and what is needed to judge what they share. */
export type SideCaptions = {
	readonly captions: readonly CaptionAnalysis[];
	/** Captions that must support a statement. */
	readonly least: number;
	readonly background: Background;
	readonly lexicon: AudioLexicon;
};

/** A quality is stated when as much support in random captions would be at most this likely. */
const rareWord = 0.01;

/** One statement per shared quality that has not been `said`, most support first, then the rarest, then by name. */
export function sharedQualities(
	side: SideCaptions,
	said: ReadonlySet<string>,
): SummarySentence[] {
	const supports = supportsOf(side.captions.map(({ qualities }) => qualities));
	return [...supports]
		.filter(
			([quality, support]) =>
				!said.has(quality) && isShared(side, quality, support.length),
		)
		.sort(
			([a, supportA], [b, supportB]) =>
				supportB.length - supportA.length ||
				side.background.shareOfQuality(a) - side.background.shareOfQuality(b) ||
				(a < b ? -1 : 1),
		)
		.map(([quality, support]) => ({
			text: qualityStatement(quality),
			support,
		}));
}

/** True when enough captions have the quality, and more than chance would give. */
function isShared(
	side: SideCaptions,
	quality: string,
	support: number,
): boolean {
	return (
		support >= side.least &&
		isRare(side, support, side.background.shareOfQuality(quality))
	);
}

/** True when this much support would be at most `chance` likely for captions drawn at random. */
export function isRare(
	side: SideCaptions,
	support: number,
	share: number,
	chance: number = rareWord,
): boolean {
	return chanceOfSupport(side.captions.length, support, share) <= chance;
}

/** For every item, the ranks (from 1) of the sets that have it. */
export function supportsOf(
	sets: readonly ReadonlySet<string>[],
): Map<string, number[]> {
	const supports = new Map<string, number[]>();
	for (const [index, set] of sets.entries())
		for (const item of set) {
			const ranks = supports.get(item) ?? [];
			ranks.push(index + 1);
			supports.set(item, ranks);
		}
	return supports;
}
