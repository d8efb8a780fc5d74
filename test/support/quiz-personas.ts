/** Fake models that take the quiz: what each answers is known, so that the verdicts on them are too. */
import { createHash } from "node:crypto";
import { loadQuiz, type Quiz } from "../../src/modules/llm-check/quiz.ts";
import type { FakeScript } from "./fake-llm-server.ts";

type Answers = {
	/** Sentences of the summary of the set with these captions. */
	summary(captions: readonly string[]): readonly string[];
	/** One of the options. */
	choice(sentence: string, options: readonly string[]): string;
	acoustic(word: string): boolean;
};

export type PersonaName = "perfect" | "yes" | "constant" | "random" | "silent";

/** A script for the fake server. It answers the probes of an unknown server as the server does by default. */
export async function persona(name: PersonaName): Promise<FakeScript> {
	const quiz = await loadQuiz();
	return scriptOf(PERSONAS[name](quiz));
}

const number = (text: string): number =>
	createHash("sha256").update(text).digest().readUInt32BE(0);

const rightSummary = (quiz: Quiz, captions: readonly string[]): string[] => {
	const set = quiz.summaries.find((one) => one.captions[0] === captions[0]);
	return set !== undefined && "names" in set
		? [`A sound of ${set.names[0]} is heard.`]
		: [];
};

const PERSONAS: Readonly<Record<PersonaName, (quiz: Quiz) => Answers>> = {
	perfect: (quiz) => ({
		summary: (captions) => rightSummary(quiz, captions),
		choice: (sentence, options) =>
			quiz.choices.items.find((item) => item.sentence === sentence)?.answer ??
			(options[0] as string),
		acoustic: (word) => quiz.words.acoustic.some((one) => one.word === word),
	}),
	/** Agrees with everything: repeats what it is given, takes the first option, calls each word acoustic. */
	yes: () => ({
		summary: (captions) => captions,
		choice: (_, options) => options[0] as string,
		acoustic: () => true,
	}),
	constant: () => ({
		summary: () => ["A dog is barking in the yard."],
		choice: (_, options) => options[1] as string,
		acoustic: () => false,
	}),
	/** The right summary of any other set, any option, any verdict. */
	random: (quiz) => ({
		summary: (captions) =>
			rightSummary(
				quiz,
				quiz.summaries[number(captions.join()) % quiz.summaries.length]
					?.captions ?? [],
			),
		choice: (sentence, options) =>
			options[number(sentence) % options.length] as string,
		acoustic: (word) => number(word) % 2 === 0,
	}),
	/** Never finds anything in common. */
	silent: () => ({
		summary: () => [],
		choice: (_, options) => options.at(-1) as string,
		acoustic: () => false,
	}),
};

function scriptOf(answers: Answers): FakeScript {
	return ({ messages, schema, body }) => {
		const last = messages.filter(({ role }) => role === "user").at(-1);
		const content = last?.content ?? "";
		const listed = (mark: RegExp): string[] =>
			[...content.matchAll(mark)].map((match) => (match[1] ?? "").trim());
		const reply = (value: object) =>
			({ kind: "reply", text: JSON.stringify(value) }) as const;
		if (content.startsWith("Captions:"))
			return reply({ sentences: answers.summary(listed(/^\d+\. (.+)$/gm)) });
		if (content.startsWith("Words:"))
			return reply({
				words: listed(/^- (.+)$/gm).map((word) => ({
					word,
					acoustic: answers.acoustic(word),
				})),
			});
		if (!messages.some((message) => message.content.startsWith("You read")))
			return { kind: "reply" };
		const [sentence = ""] = content.split("\n");
		const labelled = listed(/^[A-T]\. (.+)$/gm);
		if (body.logprobs === true) {
			const at = labelled.indexOf(answers.choice(sentence, labelled));
			return {
				kind: "logprobs",
				top: [{ token: "ABCDEFGHIJKLMNOPQRST".charAt(at), logprob: -0.1 }],
			};
		}
		const { properties } = schema as {
			properties: { choice: { enum: string[] } };
		};
		return reply({
			choice: answers.choice(sentence, properties.choice.enum),
		});
	};
}
