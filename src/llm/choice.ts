/** Choosing one of several options: how they are put to a model, and how its answer becomes a ranked list. */
import { z } from "zod";
import type { Choice, Message } from "./port.ts";
import { type Reading, readJsonReply } from "./reply.ts";
import { withoutThoughts } from "./thoughts.ts";

/** Labels of one capital letter are a token of their own in every tokenizer; servers report at most 20 of the likeliest tokens. */
const LABELS = "ABCDEFGHIJKLMNOPQRST";

/** Most options that can be told apart by `top_logprobs`. */
export const mostLabels = LABELS.length;

/** The label of the option at `index`, which is below `mostLabels`. */
export function labelOf(index: number): string {
	return LABELS.charAt(index);
}

/** The messages with the options below the last one, each with its label, and the request to reply with a label. */
export function labelledMessages(
	messages: readonly Message[],
	options: readonly string[],
): readonly Message[] {
	const list = options
		.map((option, index) => `${labelOf(index)}. ${oneLine(option)}`)
		.join("\n");
	return withAddition(
		messages,
		`Options:\n${list}\nReply with the letter of one option and nothing else.`,
	);
}

/** For servers that do not hold a reply to a schema: the messages with the options and the form of the reply in words. */
export function listedMessages(
	messages: readonly Message[],
	options: readonly string[],
): readonly Message[] {
	const list = options.map((option) => `- ${oneLine(option)}`).join("\n");
	return withAddition(
		messages,
		`Options:\n${list}\nReply with JSON: {"choice": "..."}, where "..." is one of the options, spelled as it is given.`,
	);
}

function withAddition(
	messages: readonly Message[],
	addition: string,
): readonly Message[] {
	const last = messages.at(-1);
	return last?.role === "user"
		? [
				...messages.slice(0, -1),
				{ role: "user", content: `${last.content}\n\n${addition}` },
			]
		: [...messages, { role: "user", content: addition }];
}

function oneLine(text: string): string {
	return text.replace(/\s+/g, " ").trim();
}

/** What a reply by schema is. */
export function choiceSchema(options: readonly string[]): z.ZodType<{
	readonly choice: string;
}> {
	return z.object({ choice: z.enum(options) });
}

/**
 * Reads the option chosen: by JSON that fits the schema, or by a reply that is an option and nothing else but quotation marks, white
 * space and a full stop around it, in any case. An option that only occurs in the reply ("yes" in "yesterday", "no, but yes") is none.
 */
export function readChoice(
	text: string,
	options: readonly string[],
): Reading<{ readonly choice: string }> {
	const said = bare(withoutThoughts(text) ?? "");
	const matching = options.filter((option) => bare(option) === said);
	const exact = options.includes(text.trim()) ? text.trim() : matching[0];
	return exact !== undefined && (matching.length === 1 || exact === text.trim())
		? { value: { choice: exact }, repaired: true }
		: readJsonReply(text, choiceSchema(options));
}

function bare(text: string): string {
	return oneLine(text)
		.toLowerCase()
		.replace(/^["'“”‘’`*]+|["'“”‘’`*.]+$/gu, "");
}

/** What a call for log-probabilities answers with: one per option, in their order; null where the server did not report it. */
export function rankingSchema(options: readonly string[]): z.ZodType<{
	readonly logProbabilities: readonly (number | null)[];
}> {
	return z.object({
		logProbabilities: z.array(z.number().nullable()).length(options.length),
	});
}

/**
 * The options, best first, with their softmax over the log-probabilities that are known; ties in the order of `options`. An option
 * without one comes last, with probability null.
 */
export function rankedChoices(
	options: readonly string[],
	logProbabilities: readonly (number | null)[],
): readonly Choice[] {
	const scored = options.map((option, index) => ({
		option,
		score: logProbabilities[index] ?? null,
	}));
	const known = scored.flatMap(({ score }) => (score === null ? [] : [score]));
	const largest = known.reduce((a, b) => Math.max(a, b), -Infinity);
	const total = known.reduce(
		(sum, value) => sum + Math.exp(value - largest),
		0,
	);
	return scored
		.sort((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity))
		.map(({ option, score }) => ({
			option,
			probability: score === null ? null : Math.exp(score - largest) / total,
		}));
}
