/** The quiz: questions with known answers, written by hand from the demo's captions (config/llm-check/quiz.yaml). */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { DataError } from "../../errors.ts";
import { hashJson } from "../../shared/hash.ts";
import { packageFile } from "../../shared/package.ts";
import { parseYaml } from "../../shared/yaml.ts";

const text = z.string().min(1);
const texts = z.array(text).min(1);
const set = {
	id: text,
	captions: z.array(text).min(3),
	/** Why the answer is right, for whoever reads the file. */
	reason: text,
};
const word = z.strictObject({ word: text, reason: text });

/** Statements that a high summary might have, and the concept they describe; null: none of the list. */
const concept = z
	.strictObject({
		sentences: texts,
		answer: text.nullable(),
		/** Without them, the list `concepts.many`. */
		options: z.array(text).min(2).optional(),
		reason: text,
	})
	.refine(
		({ answer, options }) =>
			answer === null || options === undefined || options.includes(answer),
		{ error: "expected the answer among the options" },
	);

const quizSchema = z.strictObject({
	version: z.int().min(1),
	summaries: z
		.array(
			z.discriminatedUnion("kind", [
				z.strictObject({
					...set,
					kind: z.enum(["single", "mixed"]),
					/** What is shared: a right summary says one of these. */
					names: texts,
				}),
				z.strictObject({
					...set,
					kind: z.literal("random"),
					nothing: z.literal(true),
				}),
			]),
		)
		.min(1),
	/** Words for one source of sound each, in any of which a summary can name it; a verb is written with "to". */
	sources: z.array(texts).min(1),
	concepts: z.strictObject({
		few: z.array(concept).min(1),
		/** The list that questions without one of their own choose from. */
		list: z.array(text).min(2),
		many: z.array(concept).min(1),
	}),
	calibrations: z
		.array(
			z.strictObject({
				// Two each: so an answer on one pair can be handed to any other.
				high: z.array(z.strictObject({ text, stays: z.boolean() })).length(2),
				low: texts,
				reason: text,
			}),
		)
		.min(1),
	words: z.strictObject({
		acoustic: z.array(word).min(1),
		other: z.array(word).min(1),
	}),
	/** Clips of the demo by id, and words of which a right caption says one. */
	clips: z.array(z.strictObject({ clip: text, names: texts })).min(1),
});

export type Quiz = z.output<typeof quizSchema> & {
	/** SHA-256 of its content: results are kept under it. */
	readonly hash: string;
};

/** Captions of one set, and the right answer: one of `names`, or no sentence when there are none. */
export type QuizSet = Quiz["summaries"][number];

const file = packageFile("config/llm-check/quiz.yaml");

/** Reads the shipped quiz. DataError `quiz_invalid` with every problem. */
export async function loadQuiz(): Promise<Quiz> {
	const yaml = parseYaml(await readFile(file, "utf8"));
	if ("problems" in yaml)
		throw invalid(
			yaml.problems.map(({ line, message }) => `line ${line}: ${message}`),
		);
	const parsed = quizSchema.safeParse(yaml.value);
	if (!parsed.success)
		throw invalid(
			parsed.error.issues.map(
				({ path, message }) => `${path.join(".")}: ${message}`,
			),
		);
	return { ...parsed.data, hash: hashJson(parsed.data) };
}

function invalid(problems: readonly string[]): DataError {
	return new DataError(`${file}: ${problems.join("; ")}`, {
		code: "quiz_invalid",
		hint: "Install audio-dissect again.",
	});
}
