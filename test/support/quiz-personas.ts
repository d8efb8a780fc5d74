/** Fake models that take the quiz: what each answers is known, so that the verdicts on them are too. */
import { createHash } from "node:crypto";
import { clipWav } from "../../src/inputs/audio/clip-wav.ts";
import { loadQuiz, type Quiz } from "../../src/modules/llm-check/quiz.ts";
import type { Json } from "../../src/shared/hash.ts";
import { root } from "./cli.ts";
import type { FakeRequest } from "./fake-llm-protocols.ts";
import type { FakeScript } from "./fake-llm-server.ts";

const NONE = "none fits";

export type Answers = {
	/** Sentences of the summary of the set with these captions. */
	summary(captions: readonly string[]): readonly string[];
	/** One of the options, "none fits" among them. */
	concept(sentences: readonly string[], options: readonly string[]): string;
	/** Numbers, from 1, of the high sentences that stay. */
	distinct(high: readonly string[]): readonly number[];
	acoustic(word: string): boolean;
	/** Caption of the clip with this id. */
	caption(clip: string): string;
};

export type PersonaName = "perfect" | "yes" | "constant" | "random" | "silent";

/** A script for the fake server. It answers the probes of an unknown server as the server does by default. */
export async function persona(name: PersonaName): Promise<FakeScript> {
	const quiz = await loadQuiz();
	const clips = new Map<string, string>();
	for (const { clip } of quiz.clips) {
		const path = `${root}/demo/clips/${clip}.flac`;
		const wav = await clipWav(path, { sampleRate: 16_000, seconds: 30 });
		clips.set(Buffer.from(wav).toString("base64"), clip);
	}
	return scriptOf(answersOf(name, quiz), clips);
}

const number = (text: string): number =>
	createHash("sha256").update(text).digest().readUInt32BE(0);

const rightSummary = (quiz: Quiz, captions: readonly string[]): string[] => {
	const set = quiz.summaries.find((one) => one.captions[0] === captions[0]);
	return set !== undefined && "names" in set
		? [`A sound of ${set.names[0]} is heard.`]
		: [];
};

const rightCaption = (quiz: Quiz, clip: string): string =>
	`The ${quiz.clips.find((one) => one.clip === clip)?.names[0]} is heard.`;

const of = <T>(list: readonly T[], text: string): T =>
	list[number(text) % list.length] as T;

/** Any seed gives another model that guesses: the right answer to any other question, any option, any verdict. */
export function guesser(quiz: Quiz, seed = 0): Answers {
	return {
		summary: (captions) =>
			rightSummary(
				quiz,
				of(quiz.summaries, `${seed} ${captions.join()}`).captions,
			),
		concept: (sentences, options) => of(options, `${seed} ${sentences.join()}`),
		distinct: (high) =>
			high.flatMap((text, index) =>
				number(`${seed} ${text}`) % 2 === 0 ? [index + 1] : [],
			),
		acoustic: (word) => number(`${seed} ${word}`) % 2 === 0,
		caption: (clip) =>
			rightCaption(quiz, of(quiz.clips, `${seed} ${clip}`).clip),
	};
}

export function answersOf(name: PersonaName, quiz: Quiz): Answers {
	const questions = [...quiz.concepts.few, ...quiz.concepts.many];
	switch (name) {
		case "perfect":
			return {
				summary: (captions) => rightSummary(quiz, captions),
				concept: (sentences) =>
					questions.find((one) => one.sentences[0] === sentences[0])?.answer ??
					NONE,
				distinct: (high) =>
					quiz.calibrations
						.find((one) => one.high[0]?.text === high[0])
						?.high.flatMap(({ stays }, index) => (stays ? [index + 1] : [])) ??
					[],
				acoustic: (word) =>
					quiz.words.acoustic.some((one) => one.word === word),
				caption: (clip) => rightCaption(quiz, clip),
			};
		// Agrees with everything: repeats what it is given, takes the first option, lets every statement stay, calls each word acoustic.
		case "yes":
			return {
				summary: (captions) => captions,
				concept: (_, options) => options[0] as string,
				distinct: (high) => high.map((_, index) => index + 1),
				acoustic: () => true,
				caption: () => "A sound is heard, yes.",
			};
		case "constant":
			return {
				summary: () => ["A dog is barking in the yard."],
				concept: (_, options) => options[1] as string,
				distinct: () => [1],
				acoustic: () => false,
				caption: () => "A dog is barking in the yard.",
			};
		case "random":
			return guesser(quiz);
		// Never finds anything in common.
		case "silent":
			return {
				summary: () => [],
				concept: () => NONE,
				distinct: () => [],
				acoustic: () => false,
				caption: () => "Silence.",
			};
	}
}

/** What a model with these answers replies to a request of the quiz; null: the request is none of it. */
export function scriptedAnswer(
	answers: Answers,
	request: Pick<FakeRequest, "messages" | "schema">,
): { readonly [name: string]: Json } | null {
	const last = request.messages.filter(({ role }) => role === "user").at(-1);
	const content = last?.content ?? "";
	if (content.startsWith("Captions:"))
		return { sentences: answers.summary(listed(content, NUMBERED)) };
	if (content.startsWith("Words:"))
		return {
			words: listed(content, DASHED).map((word) => ({
				word,
				acoustic: answers.acoustic(word),
			})),
		};
	if (content.startsWith("High:")) {
		const [high = ""] = content.split("\nLow:");
		return { distinct: answers.distinct(listed(high, NUMBERED)) };
	}
	if (!content.startsWith("Concepts:")) return null;
	const { options, sentences } = conceptQuestion(content);
	const chosen = answers.concept(sentences, options);
	const { properties } = request.schema as { properties: object };
	return "choice" in properties ? { choice: chosen } : { concepts: [chosen] };
}

const NUMBERED = /^\d+\. (.+)$/gm;
const DASHED = /^- (.+)$/gm;

function listed(text: string, mark: RegExp): string[] {
	return [...text.matchAll(mark)].map((match) => (match[1] ?? "").trim());
}

function conceptQuestion(content: string): {
	readonly options: readonly string[];
	readonly sentences: readonly string[];
} {
	const [concepts = "", rest = ""] = content.split("\nStatements:");
	return {
		options: [...listed(concepts, DASHED), NONE],
		sentences: listed(rest.split("\nOptions:")[0] ?? "", DASHED),
	};
}

/** `clips`: ids by their audio in base64, as it is sent. */
function scriptOf(
	answers: Answers,
	clips: ReadonlyMap<string, string>,
): FakeScript {
	return ({ messages, schema, body }) => {
		const content: unknown = messages.at(-1)?.content;
		if (Array.isArray(content)) {
			const clip = content
				.map((part) => clips.get(part?.input_audio?.data))
				.find((id) => id !== undefined);
			return {
				kind: "reply",
				text: clip === undefined ? "" : answers.caption(clip),
			};
		}
		if (body.logprobs === true && String(content).startsWith("Concepts:")) {
			const { options, sentences } = conceptQuestion(String(content));
			const at = options.indexOf(answers.concept(sentences, options));
			return {
				kind: "logprobs",
				top: [{ token: "ABCDEFGHIJKLMNOPQRST".charAt(at), logprob: -0.1 }],
			};
		}
		const reply = scriptedAnswer(answers, { messages, schema });
		return reply === null
			? { kind: "reply" }
			: { kind: "reply", text: JSON.stringify(reply) };
	};
}
