/** The lines of a reply, without what models put around and in front of them: thoughts, code fences, HTML, emphasis and list marks. */

const bullet =
	/^\s*(?:[-+*>•‣◦·–—]\s+|[\p{So}→]\uFE0F?\s*|\[[ x]?\]\s+|\[\d{1,2}\]\s+|\(?\d{1,2}[.):]\s+|\(?[a-z]\)\s+|#{1,6}\s+|(?:sentence|statement|fact|feature)\s*\d{1,2}\s*[.):]\s+|(?:summary|answer|output)\s*:\s+)/iu;
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

/** Several sentences in one pair of quotes: `"A bell rings. It fades."` */
const quotedLine = /^["“]([^"“”]*[.!?]\s[^"“”]*)["”]$/u;

/** A line; `numbered`: it began with the number 1 of a list. */
export type ReplyLine = { readonly text: string; readonly numbered: boolean };

/** The lines of `text` in order, without their marks; some may be empty. */
export function replyLines(text: string): ReplyLine[] {
	const lines = withoutThoughts(text)
		.replace(lineTag, "\n")
		.replace(wordTag, "")
		.split(/[\r\n\u2028\u2029]/u)
		.filter((line) => !fence.test(line));
	const marks = labels
		.filter(
			({ first, second }) =>
				lines.some((line) => first.test(line)) &&
				lines.some((line) => second.test(line)),
		)
		.map(({ mark }) => mark);
	return lines.map((line) => ({
		text: unmark(line, [...marks, bullet]),
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
	let rest = line;
	for (let count = 0; count < mostMarks; count += 1) {
		const before = rest;
		for (const mark of marks) rest = rest.replace(mark, "");
		if (rest === before) break;
	}
	return rest
		.replace(/\*\*|__/gu, "")
		.replace(emphasis, "$2")
		.trim()
		.replace(quotedLine, "$1");
}
