/** Captions worth a look: too long to be used whole, or a captioner that got stuck. */
import type { Clip } from "../../types.ts";
import type { Finding } from "./findings.ts";

/** Beyond this a caption is a text: the sentence encoder cuts it, and a language model pays for it with every neuron. */
const LONG_CAPTION_WORDS = 100;

export type CaptionSummary = {
	/** Clips with at least one. */
	readonly clips: number;
	readonly captions: number;
	/** Different wordings (letter case and spaces aside). */
	readonly distinct: number;
	/** Of all captions; null without any. */
	readonly medianWords: number | null;
	readonly longestWords: number | null;
	/** Those a model wrote, by model, in the order they are met. */
	readonly byModels: readonly {
		readonly captioner: string;
		readonly captions: number;
	}[];
};

type Captioned = Pick<Clip, "id" | "captions">;

/**
 * Codes `caption_long` and `caption_repeats`, of `clips` and then of the rows that were refused for something else; the summary is of `clips`. `repeats`:
 * whether the summaries take a caption for one that repeats a phrase, and cut it.
 */
export function checkCaptions(options: {
	readonly clips: readonly (Captioned & Pick<Clip, "captionSources">)[];
	readonly refused: readonly Captioned[];
	readonly repeats: (caption: string) => boolean;
}): {
	readonly findings: readonly Finding[];
	readonly summary: CaptionSummary;
} {
	const { clips, refused, repeats } = options;
	const findings: Finding[] = [];
	const wordings = new Set<string>();
	const lengths: number[] = [];
	const byModels = new Map<string, number>();
	for (const { captionSources = [] } of clips)
		for (const source of captionSources)
			if (source !== null) {
				const captioner = `${source.provider}/${source.model}`;
				byModels.set(captioner, (byModels.get(captioner) ?? 0) + 1);
			}
	for (const { captions } of clips)
		for (const caption of captions) {
			lengths.push(wordsOf(caption));
			wordings.add(caption.replace(/\s+/g, " ").trim().toLowerCase());
		}
	for (const { id, captions } of [...clips, ...refused])
		for (const caption of captions) {
			const words = wordsOf(caption);
			const add = (code: string, message: string): void => {
				findings.push({
					severity: "warning",
					code,
					message: `${id}: ${message}`,
					clip: id,
					line: null,
				});
			};
			if (words > LONG_CAPTION_WORDS)
				add(
					"caption_long",
					`expected a caption of at most ${LONG_CAPTION_WORDS} words, got ${words} ("${start(caption)}")`,
				);
			if (repeats(caption))
				add(
					"caption_repeats",
					`a phrase of the caption comes again, as from a captioner that got stuck; summaries use its first line or sentence ("${start(caption)}")`,
				);
		}
	lengths.sort((a, b) => a - b);
	return {
		findings,
		summary: {
			clips: clips.filter(({ captions }) => captions.length > 0).length,
			captions: lengths.length,
			distinct: wordings.size,
			medianWords: lengths[Math.floor(lengths.length / 2)] ?? null,
			longestWords: lengths.at(-1) ?? null,
			byModels: [...byModels].map(([captioner, count]) => ({
				captioner,
				captions: count,
			})),
		},
	};
}

function wordsOf(caption: string): number {
	return caption.split(/\s+/).length;
}

function start(text: string): string {
	return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
