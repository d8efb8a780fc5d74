/** Caption hygiene: a caption that repeats itself (a captioner stuck in a loop) is cut before it is used. */
import { splitSentences } from "./split-sentences.ts";
import { comparableWords, wordTokens } from "./words.ts";

const windowLength = 8;

/**
 * The caption as it is used for summaries, scores and clustering. When a window of 8 consecutive word tokens occurs twice, it is cut
 * to its first line, or, having one line only, to its first sentence; a caption without such a window is returned trimmed.
 */
export function cleanCaption(caption: string): string {
	const trimmed = caption.trim();
	if (!repeatsPhrase(trimmed)) return trimmed;
	const lines = trimmed.split(/[\r\n]+/u).map((line) => line.trim());
	const firstLine = lines[0] ?? trimmed;
	if (lines.length > 1 && wordTokens(firstLine).length > 0) return firstLine;
	return splitSentences(trimmed)[0] ?? trimmed;
}

/** Whether a window of 8 consecutive word tokens occurs twice. */
export function repeatsPhrase(text: string): boolean {
	const words = comparableWords(text);
	const seen = new Set<string>();
	for (let start = 0; start + windowLength <= words.length; start += 1) {
		const window = words.slice(start, start + windowLength).join(" ");
		if (seen.has(window)) return true;
		seen.add(window);
	}
	return false;
}
