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
 * `distinct` (calibration): the numbers of the high sentences that are not word for word among the low ones;
 * `concepts` (closed set in context): the concepts that share words with the statements, or the last option, "none fits";
 * `choice`: the option that occurs most in the messages, ties by order; any other enum: its first value; anything else: `{}`.
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
	if (member(properties, "distinct") !== undefined)
		return JSON.stringify({ distinct: distinctNumbers(messages) });
	const concepts = member(
		member(member(properties, "concepts"), "items"),
		"enum",
	);
	if (Array.isArray(concepts))
		return JSON.stringify({
			concepts: mentioned(messages, concepts.map(String)),
		});
	const options = member(member(properties, "choice"), "enum");
	if (Array.isArray(options)) {
		const said = messages.map(({ content }) => content).join("\n");
		return JSON.stringify({ choice: mostSaid(said, options.map(String)) });
	}
	const enums = Object.entries(properties ?? {}).flatMap(([name, property]) => {
		const values = member(property, "enum");
		return Array.isArray(values) ? [[name, values[0]]] : [];
	});
	return JSON.stringify(Object.fromEntries(enums));
}

/** For requests that list options as `A. text`: the label of the option that the rest of the messages says most, ties by order. */
export function labelFromRequest(messages: readonly FakeMessage[]): string {
	const said = messages.map(({ content }) => content).join("\n");
	const options = [...said.matchAll(/^([A-T])\. (.+)$/gm)];
	const best = mostSaid(
		said,
		options.map((option) => option[2] ?? ""),
	);
	return options.find((option) => option[2] === best)?.[1] ?? "A";
}

function mostSaid(said: string, options: readonly string[]): string {
	const scored = options.map((option) => ({
		option,
		count: said.split(option).length,
	}));
	scored.sort((a, b) => b.count - a.count);
	return scored[0]?.option ?? "";
}

/** Listed concepts that the statements mention, most words in common first, at most three; else the last option, which is that none fits. */
function mentioned(
	messages: readonly FakeMessage[],
	options: readonly string[],
): string[] {
	const last = messages.filter(({ role }) => role === "user").at(-1);
	const statements = (last?.content ?? "").split(/^Statements:$/m)[1] ?? "";
	const said = new Set(statements.toLowerCase().match(/\p{L}+/gu) ?? []);
	const scored = options.map((option) => ({
		option,
		count: option.split(/[\s_]+/).filter((word) => said.has(word)).length,
	}));
	const found = scored
		.filter(({ count }) => count > 0)
		.sort((a, b) => b.count - a.count)
		.slice(0, 3)
		.map(({ option }) => option);
	return found.length > 0 ? found : [options.at(-1) ?? ""];
}

function distinctNumbers(messages: readonly FakeMessage[]): number[] {
	const last = messages.filter(({ role }) => role === "user").at(-1);
	const [high = "", low = ""] = (last?.content ?? "").split(/^Low:$/m);
	const texts = (part: string): string[] =>
		[...part.matchAll(/^\d+\. (.+)$/gm)].map((match) => match[1] ?? "");
	const said = new Set(texts(low));
	return texts(high).flatMap((text, index) =>
		said.has(text) ? [] : [index + 1],
	);
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
