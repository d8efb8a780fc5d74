/** Module C: open-set concepts, from the sentences that survived calibration. */
import type {
	CalibratedSummary,
	OpenSetConcept,
	OpenSetKind,
	OpenSetResult,
} from "../../types.ts";
import { cleanCaption } from "../summarize/caption-hygiene.ts";
import { splitSentences } from "../summarize/split-sentences.ts";
import { wordTokens } from "../summarize/words.ts";
import { conceptKeys, conceptsOf, contentKeys } from "./concepts.ts";
import { bestStatement } from "./description.ts";
import type { AudioLexicon } from "./lexicon.ts";
import type { Tagger } from "./tagger.ts";

/** Verdict of the acoustic filter on an adjective. */
export type AcousticVerdict = "yes" | "no" | "unjudged";

/**
 * Extracts the concepts of one neuron. Only kept sentences are read, each by itself; what they deny is listed apart. `support` of a
 * concept is the number of `captions` that contain it, as the same lemma or, for adjectives, as a word with the same canonical form in
 * the lexicon (a denied word does not count; spellings of one word are one). Concepts are ordered by support, then by appearance.
 */
export async function extractOpenSet(options: {
	readonly calibrated: CalibratedSummary;
	/** Captions of the shown high exemplars in rank order. */
	readonly captions: readonly string[];
	readonly tagger: Tagger;
	/** Verdicts for adjective lemmas. Throws, so that the neuron fails, when one could not be had. */
	readonly judge: (
		lemmas: readonly string[],
	) =>
		| ReadonlyMap<string, AcousticVerdict>
		| Promise<ReadonlyMap<string, AcousticVerdict>>;
}): Promise<OpenSetResult> {
	const { calibrated, tagger } = options;
	const { lexicon } = tagger;
	const kept = calibrated.sentences.filter((sentence) => sentence.kept);
	const words = await tagger.tag(kept.map(({ text }) => text));
	const { concepts, negated } = conceptsOf(words, lexicon);
	const contents = await captionContents(options.captions, tagger);
	const counted = (kind: OpenSetKind): OpenSetConcept[] =>
		concepts[kind]
			.map((lemma) => ({
				lemma,
				support: supportOf(kind, lemma, contents, lexicon),
			}))
			.sort((a, b) => b.support - a.support);
	const verdicts =
		concepts.adjective.length === 0
			? new Map<string, AcousticVerdict>()
			: await options.judge(concepts.adjective);
	const description = bestStatement({ kept, words, contents, lexicon });
	return {
		adjectives: counted("adjective").map((concept) => ({
			...concept,
			acoustic: verdicts.get(concept.lemma) ?? "unjudged",
		})),
		nouns: counted("noun"),
		verbs: counted("verb"),
		prepositions: counted("preposition"),
		negated,
		captionLength: kept.reduce(
			(sum, { text }) => sum + wordTokens(text).length,
			0,
		),
		description,
		...(description === null ? { noDescription: whyNone(calibrated) } : {}),
	};
}

/** The adjective lemmas `extractOpenSet` will ask about: what a caller needs to have many neurons' words judged together. */
export async function adjectivesOf(
	calibrated: {
		readonly sentences: readonly Pick<
			CalibratedSummary["sentences"][number],
			"text" | "kept"
		>[];
	},
	tagger: Tagger,
): Promise<readonly string[]> {
	const kept = calibrated.sentences.filter((sentence) => sentence.kept);
	const tagged = await tagger.tag(kept.map(({ text }) => text));
	return conceptsOf(tagged, tagger.lexicon).concepts.adjective;
}

/** Only reached when no sentence was kept. */
function whyNone({
	status,
}: CalibratedSummary): NonNullable<OpenSetResult["noDescription"]> {
	return status === "high_empty" ? "high_empty" : "nothing_distinguishes";
}

async function captionContents(
	captions: readonly string[],
	tagger: Tagger,
): Promise<ReadonlySet<string>[]> {
	const split = captions.map((caption) =>
		splitSentences(cleanCaption(caption)),
	);
	const tagged = await Promise.all(
		split.map((sentences) => tagger.tag(sentences)),
	);
	return tagged.map((sentences) => contentKeys(sentences, tagger.lexicon));
}

function supportOf(
	kind: OpenSetKind,
	lemma: string,
	contents: readonly ReadonlySet<string>[],
	lexicon: AudioLexicon,
): number {
	const keys = conceptKeys(kind, lemma, lexicon);
	return contents.filter((content) => keys.some((key) => content.has(key)))
		.length;
}
