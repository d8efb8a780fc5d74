/** The tagging kernel: one sentence in, its words with the tags and lemmas of compromise. Runs in the tagger's worker; the only file that knows compromise. */
import { createRequire } from "node:module";
import type compromise from "compromise";
import { z } from "zod";

/** The package's one-file build: its 436 modules take twice the time to load. */
const nlp: typeof compromise = createRequire(import.meta.url)("compromise");

/** A word, a quoted phrase (one token, without its quotes) or a punctuation mark, as the tagger left it. */
export type RawToken = {
	readonly kind: "word" | "quoted" | "mark";
	/** As written. */
	readonly text: string;
	/** compromise's tags: Noun, Plural, Verb, Gerund, PastTense, Adjective, Comparative ... Empty for marks and quotes. */
	readonly tags: readonly string[];
	/** Lower case: singular of a noun, infinitive of a verb, positive of an adjective. */
	readonly lemma: string;
	/** What the lemma would be as a verb, for words in -ing, -ed and -s that were not tagged as one; else null. */
	readonly verbLemma: string | null;
	/** In compromise's list of words that are a noun in one sentence and a verb in another ("strike", "answers"). */
	readonly nounOrVerb: boolean;
};

/** The published types leave out the word lists of the model. */
const { switches } = z
	.object({ switches: z.record(z.string(), z.string()) })
	.parse(z.object({ two: z.unknown() }).parse(nlp.model()).two);

const token =
	/["“]([^"“”]{1,60})["”]|(?:e\.g|i\.e)\b\.?|[\p{L}\p{N}]+(?:\.\p{N}+)?(?:['’-][\p{L}\p{N}]+)*|[,;:()/]|[–—]|\s-+\s/gu;
/** "high pitched" is "high-pitched", "medium sized" is "medium-sized". */
const openCompound =
	/\b(?:(high|low|mid|medium|deep|clear|dark|pure) (?=(?:pitched|toned|frequency)\b)|(small|medium|large) (?=sized\b))/giu;
const address = /\b(?:https?:\/\/|www\.)[^\s()]+/giu;
const contractions: ReadonlyMap<string, string> = new Map([
	["can't", "can"],
	["won't", "will"],
	["shan't", "shall"],
	["ain't", "is"],
	["cannot", "can"],
]);
const clitics = /^(.+)'(s|re|ve|ll|d|m)$/u;
/** Pronouns and the like after which 's is "is" and no possessive. */
const subjects = new Set(
	"it he she that there here what who where i you we they".split(" "),
);
const cliticWords: Readonly<Record<string, string>> = {
	s: "is",
	re: "are",
	ve: "have",
	ll: "will",
	d: "would",
	m: "am",
};

const replySchema = z.array(
	z.object({
		terms: z.array(
			z.object({
				text: z.string(),
				normal: z.string(),
				root: z.string().nullish(),
				tags: z.array(z.string()),
			}),
		),
	}),
);

/** The published types of `json` leave out `root`, which it understands. */
const wanted: object = {
	terms: { text: true, normal: true, root: true, tags: true },
};

type Piece = Pick<RawToken, "kind" | "text">;

/** Tags one sentence. The result depends on the sentence alone. */
export function tagSentence(sentence: string): RawToken[] {
	const pieces = tokenise(
		sentence
			.normalize("NFC")
			.replace(address, " ")
			.replace(/\band\/or\b|(?<=\s)&(?=\s)/giu, "and")
			.replace(openCompound, "$1$2-"),
	);
	const words = pieces.filter((piece) => piece.kind === "word");
	const terms = tagWords(pieces);
	let next = 0;
	return pieces.map((piece): RawToken => {
		const lower = piece.text.toLowerCase();
		if (piece.kind !== "word")
			return {
				...piece,
				tags: [],
				lemma: lower,
				verbLemma: null,
				nounOrVerb: false,
			};
		const term = terms.length === words.length ? terms[next] : undefined;
		next += 1;
		const hyphenated = /[-'’]/u.test(piece.text) && piece.text !== "n't";
		const tags = term?.tags ?? tagAlone(piece.text);
		return {
			...piece,
			tags,
			lemma:
				hyphenated || lower === "n't"
					? lower
					: accented(lower, term?.lemma ?? lower),
			verbLemma:
				!hyphenated &&
				(!tags.includes("Verb") || term?.lemma === lower) &&
				/(?:ing|ed|s)$/u.test(lower)
					? lemmaAsVerb(lower)
					: null,
			nounOrVerb: /^(?:Noun|Plural|Actor|Person)\|Verb$/u.test(
				switches[lower] ?? "",
			),
		};
	});
}

/** compromise leaves the accents out of what it returns. */
function accented(lower: string, lemma: string): string {
	const bare = lower.normalize("NFD").replace(/\p{M}/gu, "");
	return bare !== lower && bare.startsWith(lemma)
		? lower.slice(0, lemma.length)
		: lemma;
}

function tokenise(sentence: string): Piece[] {
	const pieces: Piece[] = [];
	for (const match of sentence.matchAll(token)) {
		const [whole, quoted] = match;
		if (quoted !== undefined) {
			pieces.push({ kind: "quoted", text: quoted.trim() });
			continue;
		}
		const mark = whole.trim().replace(/\.$/u, "").toLowerCase();
		if (mark === "e.g" || mark === "i.e")
			pieces.push({ kind: "mark", text: mark });
		else if (/^[\p{L}\p{N}]/u.test(whole)) pieces.push(...expand(whole));
		else pieces.push({ kind: "mark", text: mark === "/" ? "," : mark });
	}
	return pieces;
}

/** Contractions in two words: "isn't" = is + n't, "it's" = it + is. A possessive stays whole. */
function expand(whole: string): Piece[] {
	const word = (text: string): Piece => ({ kind: "word", text });
	const straight = whole.replaceAll("’", "'");
	const lower = straight.toLowerCase();
	const base = contractions.get(lower);
	if (base !== undefined) return [word(base), word("n't")];
	if (lower.endsWith("n't")) return [word(straight.slice(0, -3)), word("n't")];
	const clitic = clitics.exec(straight);
	const [, head, tail] = clitic ?? [];
	if (head !== undefined && tail !== undefined) {
		const expanded = cliticWords[tail];
		if (
			expanded !== undefined &&
			(tail !== "s" || subjects.has(head.toLowerCase()))
		)
			return [word(head), word(expanded)];
	}
	return [word(straight)];
}

/** Each word goes in as letters only, so that one term comes back for each; hyphenated words as placeholders of their likely kind. */
function tagWords(
	pieces: readonly Piece[],
): { readonly tags: readonly string[]; readonly lemma: string }[] {
	// Capitals throughout would all be acronyms.
	const shouted = !pieces.some(({ text }) => /\p{Ll}/u.test(text));
	let text = "";
	const isQuote: boolean[] = [];
	for (const [index, piece] of pieces.entries()) {
		if (piece.kind === "mark") {
			// Right behind a word: a mark that stands free would come back as a term of its own.
			if (/[\p{L}\p{N}]$/u.test(text)) text += piece.text === ";" ? ";" : ",";
			continue;
		}
		isQuote.push(piece.kind === "quoted");
		let fed = piece.text === "n't" ? "not" : piece.text;
		if (piece.kind === "quoted") fed = "quotedphrase";
		else if (fed.includes("-")) {
			const followed = pieces[index + 1]?.kind === "word";
			fed = followed ? "hyphenatedquality" : "hyphenatedthing";
		} else fed = fed.replace(/['’]s?/gu, "").replace(/\.\d+/u, "");
		text += ` ${shouted ? fed.toLowerCase() : fed}`;
	}
	const terms = parse(text);
	return terms.filter((_, index) => isQuote[index] !== true);
}

/** Always the same, because compromise remembers the words of every lexicon it is given. */
const placeholders = {
	quotedphrase: "Noun",
	hyphenatedquality: "Adjective",
	hyphenatedthing: "Noun",
};

function parse(
	text: string,
): { readonly tags: readonly string[]; readonly lemma: string }[] {
	const view = nlp(text, placeholders).compute("root");
	const reply = replySchema.parse(view.json(wanted));
	return reply
		.flatMap((sentence) => sentence.terms)
		.filter((term) => term.text !== "")
		.map((term) => ({
			tags: term.tags,
			lemma: (term.root ?? term.normal).toLowerCase(),
		}));
}

function tagAlone(word: string): readonly string[] {
	return parse(word.replace(/[^\p{L}\p{N}]/gu, ""))[0]?.tags ?? ["Noun"];
}

/** The word read as a verb, in a frame that leaves the tagger no other choice. (A lexicon would do, but compromise keeps every lexicon it is given.) */
function lemmaAsVerb(word: string): string | null {
	const terms = parse(word.endsWith("ing") ? `they are ${word}` : `it ${word}`);
	const last = terms.at(-1);
	if (last?.tags.includes("Verb") !== true) return null;
	// "ringing" comes back as it is: without -ing, and without a doubled consonant ("humming").
	return last.lemma === word && /[aeiouy].*ing$/u.test(word)
		? word.slice(0, -3).replace(/([bdgmnprt])\1$/u, "$1")
		: last.lemma;
}
