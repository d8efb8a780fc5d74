/** Splits a text into sentences: line breaks, bullets and list numbers are boundaries; abbreviations, initials and decimals are not. */

/** Abbreviations that never end a sentence (without their last full stop). */
const neverFinal = new Set(
	"vs approx ca cf e.g i.e dr mr mrs ms prof st mt ft lt sgt capt gen op no fig eq vol min max sec avg incl esp resp z.b d.h u.a bzw".split(
		" ",
	),
);
/** Abbreviations that may end one: they do when a capital letter follows. */
const maybeFinal = new Set("etc a.m p.m jr sr inc hz khz db".split(" "));

const bullet =
	/^\s*(?:[-*•‣◦·–—]\s+|\(?\d{1,2}[.):]\s+|\(?[a-z]\)\s+|#{1,6}\s+|(?:sentence|statement|fact|feature)\s*\d{1,2}\s*[.):]\s+|(?:summary|answer|output)\s*:\s+)/iu;
/** What models leave around an answer: their thoughts, and the fence of a code block. */
const wrapping = /<think>[\s\S]*?<\/think>|^\s*```\w*\s*$/gimu;
/** A missing space: `rings.A dog`. */
const gluedSentences = /(?<=\p{Ll}{2}[.!?])(?=\p{Lu}\p{Ll}*\s)/gu;
/** A list number inside a line: `1. Loud hum 2. Distant traffic`. */
const inlineNumber =
	/(?<=^|[.!?:;]\s|\s)(?:\(\d{1,2}\)|\d{1,2}[.)])\s+(?=\p{Lu})/gu;
/** Closing quotes and brackets, and the mark of a reference, belong to the sentence. */
const terminator = /[.!?…]+(?:["”’')\]]|\[\d{1,3}\])*(?=\s|$)/gu;

/**
 * The sentences of a text in order, trimmed, without list marks and without empty ones. What is inside a sentence is unchanged.
 * `"Loud, e.g. a horn. It is 3.5 kHz."` has two. Bold marks, code fences and a model's `<think>` part are left out.
 */
export function splitSentences(text: string): string[] {
	const sentences: string[] = [];
	const bare = text.replace(wrapping, "\n").replace(gluedSentences, " ");
	for (const line of bare.split(/[\r\n\u2028\u2029]+/u)) {
		for (const item of splitInlineList(unmark(line)))
			sentences.push(...splitLine(item));
	}
	return sentences;
}

function unmark(line: string): string {
	let rest = line;
	for (let before = ""; before !== rest; ) {
		before = rest;
		rest = rest.replace(bullet, "");
	}
	return rest.replace(/\*\*|__/gu, "").trim();
}

/** Numbers in one line are a list only when they count up from 1 ("1. ... 2. ..."): "in part 3. Then" is not one. */
function splitInlineList(line: string): string[] {
	const marks = [...line.matchAll(inlineNumber)];
	const starts: { readonly from: number; readonly to: number }[] = [];
	let expected: number | undefined;
	for (const mark of marks) {
		const number = Number(mark[0].replace(/\D/gu, ""));
		if (expected === undefined ? number <= 2 : number === expected) {
			starts.push({ from: mark.index, to: mark.index + mark[0].length });
			expected = number + 1;
		}
	}
	const first = starts[0];
	if (
		first === undefined ||
		(starts.length === 1 && !isOneBoundary(line, first.from))
	)
		return [line];
	const pieces = [line.slice(0, first.from)];
	for (const [index, start] of starts.entries())
		pieces.push(line.slice(start.to, starts[index + 1]?.from));
	return pieces;
}

/** A single number is a list mark when it stands after a finished sentence (the `1.` of this line was a bullet already). */
function isOneBoundary(line: string, from: number): boolean {
	return /[.!?]\s+$/u.test(line.slice(0, from));
}

function splitLine(line: string): string[] {
	const sentences: string[] = [];
	let start = 0;
	for (const match of line.matchAll(terminator)) {
		const end = match.index + match[0].length;
		if (!endsSentence(line, match.index, end, match[0])) continue;
		sentences.push(line.slice(start, end).trim());
		start = end;
	}
	sentences.push(line.slice(start).trim());
	return sentences.filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

function endsSentence(
	line: string,
	stop: number,
	end: number,
	mark: string,
): boolean {
	if (!mark.startsWith(".") || mark.startsWith("..")) {
		// "?" and "!" inside quotes, and dots that trail off, end a sentence only before a capital or the end.
		return end >= line.length || !/^\s+\p{Ll}/u.test(line.slice(end));
	}
	const word = /[\p{L}\p{N}.]*$/u.exec(line.slice(0, stop))?.[0] ?? "";
	const lower = word.toLowerCase();
	if (end >= line.length) return true;
	// "1. a hum, 2. a hiss": a list inside the sentence.
	if (/^\d{1,2}$/u.test(word) && /^\s+\p{Ll}/u.test(line.slice(end)))
		return false;
	if (neverFinal.has(lower)) {
		// "no." is the number sign only before a digit; "min." and the like also end sentences before a capital.
		if (lower === "no") return !/^\s+\d/u.test(line.slice(end));
		if (/^(?:min|max|sec|avg|incl|vol|st)$/u.test(lower))
			return /^\s+\p{Lu}/u.test(line.slice(end));
		return false;
	}
	if (maybeFinal.has(lower)) return /^\s+["“(]?\p{Lu}/u.test(line.slice(end));
	// An initial ("J. S. Bach") or a dotted abbreviation ("U.S.") before more text.
	if (/^\p{Lu}$/u.test(word) && word !== "I" && word !== "A")
		return !/^\s+\p{Lu}/u.test(line.slice(end));
	return true;
}
