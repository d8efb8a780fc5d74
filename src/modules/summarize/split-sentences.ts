/** Splits a text into sentences: line breaks, bullets and list numbers are boundaries; abbreviations, initials and decimals are not. */
import { replyLines } from "./reply-lines.ts";

/** Abbreviations that never end a sentence (without their last full stop). */
const neverFinal = new Set(
	"vs approx ca cf e.g i.e dr mr mrs ms prof st mt ft lt sgt capt gen op no fig eq vol min max sec avg incl esp resp z.b d.h u.a bzw".split(
		" ",
	),
);
/** Abbreviations that may end one: they do when a capital letter follows. */
const maybeFinal = new Set("etc a.m p.m jr sr inc hz khz db".split(" "));

/** A missing space: `rings.A dog`. */
const gluedSentences = /(?<=\p{Ll}{2}[.!?])(?=\p{Lu}\p{Ll}*\s)/gu;
/** A list number inside a line: `1. Loud hum 2. Distant traffic`. */
const inlineNumber =
	/(?<=^|[.!?:;]\s|\s)(?:\(\d{1,2}\)|\d{1,2}[.)])\s+(?=\p{Lu})/gu;
/** In a line that is itself the first item of a list, also before a small letter: `1) Loud hum; 2) quiet hiss`. */
const nextNumber =
	/(?<=[.;,]\s)\(?\d{1,2}[.)]\s+|(?<=\s)(?:\(\d{1,2}\)|\d{1,2}[.)])\s+(?=\p{Lu})/gu;
/** Characters in front of a full stop that can matter. */
const lookBehind = 60;
/** Closing quotes and brackets, and the mark of a reference, belong to the sentence. */
const terminator =
	/[.!?…]+(?:["”’')\]]|\[\d{1,3}\])*(?=\s|$)|[。！？]+[”’」』）]*/gu;

/**
 * The sentences of a text in order, trimmed, without list marks and without empty ones. What is inside a sentence is unchanged.
 * `"Loud, e.g. a horn. It is 3.5 kHz."` has two. Emphasis, code fences, HTML and a model's `<think>` part are left out; a quotation inside a sentence does not split it.
 */
export function splitSentences(text: string): string[] {
	const sentences: string[] = [];
	for (const { text: line, numbered } of replyLines(text)) {
		const spaced = line.replace(gluedSentences, " ");
		for (const item of splitInlineList(spaced, numbered))
			sentences.push(...splitLine(item));
	}
	return sentences;
}

/** Numbers in one line are a list only when they count up from 1 ("1. ... 2. ..."): "in part 3. Then" is not one. */
function splitInlineList(line: string, numbered: boolean): string[] {
	const marks = [...line.matchAll(numbered ? nextNumber : inlineNumber)];
	const starts: { readonly from: number; readonly to: number }[] = [];
	let expected: number | undefined;
	for (const mark of marks) {
		const count = Number(mark[0].replace(/\D/gu, ""));
		if (expected === undefined ? count <= 2 : count === expected) {
			starts.push({ from: mark.index, to: mark.index + mark[0].length });
			expected = count + 1;
		}
	}
	const first = starts[0];
	if (
		first === undefined ||
		(starts.length === 1 && !isOneBoundary(line, first.from, numbered))
	)
		return [line];
	const pieces = [line.slice(0, first.from)];
	for (const [index, start] of starts.entries())
		pieces.push(line.slice(start.to, starts[index + 1]?.from));
	return pieces;
}

/** A single number is a list mark when it stands after a finished sentence or item (the `1.` of this line was a bullet already). */
function isOneBoundary(line: string, from: number, numbered: boolean): boolean {
	const before = line.slice(Math.max(0, from - lookBehind), from);
	return (numbered ? /[.!?;,]\s+$/u : /[.!?]\s+$/u).test(before);
}

function splitLine(line: string): string[] {
	const sentences: string[] = [];
	let start = 0;
	for (const match of line.matchAll(terminator)) {
		const end = match.index + match[0].length;
		if (!endsSentence(line, match.index, end, match[0])) continue;
		if (isInside(line, start, end)) continue;
		sentences.push(line.slice(start, end).trim());
		start = end;
	}
	sentences.push(line.slice(start).trim());
	return sentences.filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

/** A sentence that goes on after a quotation or a bracket: `He says "Hello. How are you?" and laughs.` */
function isInside(line: string, start: number, end: number): boolean {
	const before = line.slice(start, end).trim();
	const after = line.slice(end);
	if (/^["“]/u.test(before)) return false;
	const count = (mark: RegExp): number => before.match(mark)?.length ?? 0;
	return (
		(count(/\(/gu) > count(/\)/gu) && after.includes(")")) ||
		(count(/"/gu) % 2 === 1 && after.includes('"')) ||
		(count(/“/gu) > count(/”/gu) && after.includes("”"))
	);
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
	const before = line.slice(Math.max(0, stop - lookBehind), stop);
	const word = /[\p{L}\p{N}.]*$/u.exec(before)?.[0] ?? "";
	const lower = word.toLowerCase();
	if (end >= line.length) return true;
	// "1. a hum, 2. a hiss": a list inside the sentence.
	if (/^\d{1,2}$/u.test(word) && /^\s+\p{Ll}/u.test(line.slice(end)))
		return false;
	if (neverFinal.has(lower)) {
		// "no." is the number sign only before a digit; "min." and the like also end sentences before a capital.
		if (lower === "no") return !/^\s+\d/u.test(line.slice(end));
		// "Main St. A car passes." but "in St. Paul's"
		if (lower === "st") return /\p{Lu}\p{L}*\s+St$/u.test(before);
		if (/^(?:min|max|sec|avg|incl|vol)$/u.test(lower))
			return /^\s+\p{Lu}/u.test(line.slice(end));
		return false;
	}
	if (maybeFinal.has(lower)) return /^\s+["“(]?\p{Lu}/u.test(line.slice(end));
	// "the U.S. anthem", "120 b.p.m. and steady"
	if (/^(?:\p{L}\.)+\p{L}$/u.test(word))
		return !/^\s+\p{Ll}/u.test(line.slice(end));
	// An initial ("J. S. Bach") or a dotted abbreviation ("U.S.") before more text.
	if (/^\p{Lu}$/u.test(word) && word !== "I" && word !== "A")
		return !/^\s+\p{Lu}/u.test(line.slice(end));
	return true;
}
