/** The lines of a reply, without what models put around and in front of them: thoughts, code fences, HTML, emphasis and list marks. */
import { withoutLayout } from "./reply-layout.ts";

const bullet =
	/^\s*(?:[-+*>–—]\s+|[•‣◦·]\s*|[\p{So}→]\uFE0F?\s*|\[[ x]?\]\s+|\[\d{1,2}\]\s+|\(?\d{1,2}[.):]\s+|\(?[a-z]\)\s+|#{1,6}\s+|(?:sentence|statement|fact|feature)\s*\d{1,2}\s*[.):]\s+)/iu;
/** `1.A bell rings`, unlike `1.5 kHz`. */
const gluedNumber = /^\s*\d{1,2}[.)](?=\p{Lu})/u;
/** What the line is, in front of what it says: "Summary 1:", "Final answer:", "High:". */
const label =
	/^\s*(?:(?:final|shared|common)\s+)?(?:summar(?:y|ies)|answer|output|response|result|assistant|high|low|(?:shared|common)\s+(?:sound|theme|element|feature|quality|characteristic)s?)\s*\d{0,2}\s*:\s+(?=\S)/iu;
/** Labels that also begin sentences ("I. Stravinsky", "A. Smith"): list marks where the first two of the row begin lines. */
const labels = [
	{
		first: /^\s*A[.:]\s/iu,
		second: /^\s*B[.:]\s/iu,
		mark: /^\s*[A-J][.:]\s+/iu,
	},
	{
		first: /^\s*I[.:]\s/iu,
		second: /^\s*II[.:]\s/iu,
		mark: /^\s*[IVX]+[.:]\s+/iu,
	},
];
/** "- 1. **": more marks than this are none. */
const mostMarks = 6;
const fence = /^\s*```\w*\s*$/u;
/** Tags of HTML that break a line, and those that do not. */
const lineTag = /<\/?(?:br|p|li|ul|ol|div|h[1-6])(?:\s[^<>]{0,200})?\/?>/giu;
const wordTag = /<\/?(?:b|i|em|strong|u)>/giu;
/** `*loud*`, `_loud_` */
const emphasis =
	/(?<![\p{L}\p{N}])([*_])(?=\S)([^*_]+)(?<=\S)\1(?![\p{L}\p{N}])/gu;

/** A line in one pair of quotes: `"A bell rings. It fades."`, also as an item of a list in JSON. */
const quotedLine = /^["“]([^"“”]*[.!?])["”],?$/u;

/** A line; `numbered`: it began with the number 1 of a list. */
export type ReplyLine = { readonly text: string; readonly numbered: boolean };

/** The lines of `text` in order, without their marks; some may be empty. */
export function replyLines(text: string): ReplyLine[] {
	const lines = withoutLayout(
		withoutThoughts(text)
			.replace(lineTag, "\n")
			.replace(wordTag, "")
			// A line break that was escaped twice.
			.split(/[\r\n\u2028\u2029]|\\n/u)
			.filter((line) => !fence.test(line)),
	);
	const marks = labels
		.filter(
			({ first, second }) =>
				lines.some((line) => first.test(line)) &&
				lines.some((line) => second.test(line)),
		)
		.map(({ mark }) => mark);
	return lines.map((line) => ({
		text: unmark(line, [...marks, bullet, gluedNumber, label]),
		numbered: /^\s*\(?1[.)]\s/u.test(line),
	}));
}

/** A model's `<think>` part is left out; its opening mark may have been part of the prompt. */
function withoutThoughts(text: string): string {
	const pieces = text.split(/<\/think>/iu);
	const answer = pieces.pop() ?? "";
	const before = pieces.map((piece) => {
		const opening = piece.search(/<think>/iu);
		return opening < 0 ? "" : piece.slice(0, opening);
	});
	return [...before, answer].join("\n");
}

function unmark(line: string, marks: readonly RegExp[]): string {
	let rest = line.replace(/\*\*|__/gu, "");
	for (let count = 0; count < mostMarks; count += 1) {
		const before = rest;
		for (const mark of marks) rest = rest.replace(mark, "");
		if (rest === before) break;
	}
	return rest.replace(emphasis, "$2").trim().replace(quotedLine, "$1");
}
