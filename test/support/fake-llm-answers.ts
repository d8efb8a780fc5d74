/** Deterministic replies for the fake server, made from the request alone: the same request has the same reply, in every process. */
import { createHash } from "node:crypto";

export type FakeMessage = { readonly role: string; readonly content: string };

/** Lines of the last user message that are numbered (`1. text`) or bulleted (`- text`), without their marks. */
function listedTexts(messages: readonly FakeMessage[]): string[] {
	const last = messages.filter(({ role }) => role === "user").at(-1);
	return [
		...(last?.content ?? "").matchAll(/^\s*(?:\d+[.)]|[-*])\s+(.+)$/gm),
	].map((match) => (match[1] ?? "").trim());
}

const smallWords = new Set(
	"a an the of in on and or is are was with to from at by it its this that there for as into over some one you we can be heard hear sound sounds clip audio recording".split(
		" ",
	),
);

/** Words (lower case, no small words) that more than half of the texts contain, most frequent first, ties by alphabet. */
function sharedWords(texts: readonly string[]): string[] {
	const counts = new Map<string, number>();
	for (const text of texts) {
		const words = text.toLowerCase().match(/\p{L}[\p{L}'-]*/gu) ?? [];
		for (const word of new Set(words))
			if (!smallWords.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
	}
	return [...counts]
		.filter(([, count]) => count * 2 > texts.length)
		.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
		.map(([word]) => word);
}

/**
 * The JSON reply the schema asks for:
 * `sentences` (summary): one sentence per shared word, at most three, none when nothing is shared;
 * `words` (acoustic filter): every listed word, `acoustic` true for about two in three, by its hash;
 * `choice`: the option that occurs most in the messages, ties by order; anything else: `{}`.
 */
export function answerFromRequest(
	messages: readonly FakeMessage[],
	schema: unknown,
): string {
	const properties = member(schema, "properties");
	if (member(properties, "sentences") !== undefined)
		return JSON.stringify({
			sentences: sharedWords(listedTexts(messages))
				.slice(0, 3)
				.map((word) => `The sound has a clear ${word} in it.`),
		});
	if (member(properties, "words") !== undefined)
		return JSON.stringify({
			words: listedTexts(messages).map((word) => ({
				word,
				acoustic: digest(word) % 3 !== 0,
			})),
		});
	const options = member(member(properties, "choice"), "enum");
	if (Array.isArray(options)) {
		const said = messages.map(({ content }) => content).join("\n");
		const scored = options.map(String).map((option) => ({
			option,
			count: said.split(option).length,
		}));
		scored.sort((a, b) => b.count - a.count);
		return JSON.stringify({ choice: scored[0]?.option });
	}
	return "{}";
}

/** Eight numbers in [-1, 1) from the text's hash; exact in float32. */
export function vectorFromText(text: string): number[] {
	const bytes = createHash("sha256").update(text).digest();
	return Array.from({ length: 8 }, (_, i) => (bytes.readUInt8(i) - 128) / 128);
}

function digest(text: string): number {
	return createHash("sha256").update(text).digest().readUInt32BE(0);
}

function member(value: unknown, key: string): unknown {
	return typeof value === "object" && value !== null
		? Reflect.get(value, key)
		: undefined;
}
