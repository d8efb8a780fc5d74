/** Module A in context: a language model picks from the concept set, given what the high exemplars share. */
import { z } from "zod";
import { DataError } from "../../errors.ts";
import type {
	Choice,
	ChooseRequest,
	LanguageModel,
	Message,
} from "../../llm/port.ts";
import { conceptKey } from "../../shared/concept-key.ts";
import type { InContextConcepts } from "../../types.ts";
import { RANKED_CONCEPTS } from "./ranking.ts";
import type { Shortlister } from "./shortlist.ts";

/** The answer when no concept fits; no concept may be called so. */
export const NONE_FITS = "none fits";
/** Options whose likelihoods a server of the kind `top` can report: it gives the 20 likeliest tokens. */
const MOST_LABELS = 20;

/** What this module needs of the prompt file `identify-concept`. */
export type IdentifyPrompt = {
	readonly hash: string;
	render(variables: {
		readonly concepts: readonly string[];
		readonly sentences: readonly string[];
		/** `list`: JSON with up to five concepts; `choice`: one of the options in plain text. */
		readonly reply: "list" | "choice";
		readonly none: string;
	}): readonly Message[];
};

/**
 * The in-context variant of Wu, Lin, Weng 2024: asks `model` which concepts fit `sentences`, in one call. Where it ranks options by their probabilities,
 * `choose` over the concepts and "none fits" gives the order (compared with the same question without statements where all likelihoods are known); else
 * one reply names up to five concepts, best first, held to an enum of the names by its schema. `ranked`: at most five names of the set; scores are
 * probabilities in [0, 1] or null. Throws LanguageModelError; DataError `concept_reserved` when a concept is called "none fits"; RangeError without a
 * concept or a sentence; and what `shortlister` throws.
 */
export async function identifyWithModel(options: {
	readonly concepts: readonly string[];
	/** Of the uncalibrated high summary; at least one. */
	readonly sentences: readonly string[];
	readonly prompt: IdentifyPrompt;
	readonly model: LanguageModel;
	/** From `createShortlister`: which of a large set the model is shown. Absent: all are shown. */
	readonly shortlister?: Shortlister | undefined;
	readonly signal?: AbortSignal | undefined;
}): Promise<{
	readonly result: InContextConcepts;
	readonly callIds: readonly number[];
}> {
	const { concepts, sentences, model } = options;
	if (concepts.length === 0 || sentences.length === 0)
		throw new RangeError(
			`Expected \`concepts\` and \`sentences\` to have at least one member, got \`${concepts.length}\` and \`${sentences.length}\``,
		);
	requireNoReserved(concepts);
	const shortlist = (await options.shortlister?.(sentences)) ?? null;
	const shown = shortlist ?? concepts;
	const { value, callIds } = ranksOptions(model, shown.length + 1)
		? await rankedByProbability({ ...options, shown })
		: await listedByModel({ ...options, shown });
	return { result: { ...resultOf(value), shortlist }, callIds };
}

/** Throws DataError `concept_reserved`. */
export function requireNoReserved(concepts: readonly string[]): void {
	const reserved = concepts.find(
		(concept) => conceptKey(concept) === NONE_FITS,
	);
	if (reserved !== undefined)
		throw new DataError(
			`a concept is called "${reserved}", and "${NONE_FITS}" is the answer when no concept fits`,
			{
				code: "concept_reserved",
				hint: "Write the concept in other words.",
				evidence: { concept: reserved },
			},
		);
}

function ranksOptions(
	{ capabilities: { logprobs } }: LanguageModel,
	options: number,
): boolean {
	return logprobs === "full" || (logprobs === "top" && options <= MOST_LABELS);
}

type Asked = Parameters<typeof identifyWithModel>[0] & {
	readonly shown: readonly string[];
};
type Ranked = {
	/** Best first, "none fits" among them. */
	readonly value: readonly Choice[];
	readonly callIds: readonly number[];
};

async function rankedByProbability(asked: Asked): Promise<Ranked> {
	const { shown, prompt, sentences, model, signal } = asked;
	const messages = (statements: readonly string[]): readonly Message[] =>
		prompt.render({
			concepts: shown,
			sentences: statements,
			reply: "choice",
			none: NONE_FITS,
		});
	const request: ChooseRequest = {
		operation: "identify-concept",
		messages: messages(sentences),
		options: [...shown, NONE_FITS],
		neutral: messages(["A sound is heard."]),
	};
	return model.choose(request, { signal });
}

async function listedByModel(asked: Asked): Promise<Ranked> {
	const { shown, prompt, sentences, model, signal } = asked;
	const { value, callIds } = await model.generate(
		{
			operation: "identify-concept",
			messages: prompt.render({
				concepts: shown,
				sentences,
				reply: "list",
				none: NONE_FITS,
			}),
			schema: { name: "concepts", zod: namesSchema(shown) },
		},
		{ signal },
	);
	return {
		value: value.concepts.map((option) => ({ option, probability: null })),
		callIds,
	};
}

const schemas = new WeakMap<
	readonly string[],
	z.ZodType<{ readonly concepts: readonly string[] }>
>();

/** One schema for each list: what is derived from a schema is kept with it. A name twice, or none at all, makes the reply invalid. */
function namesSchema(
	shown: readonly string[],
): z.ZodType<{ readonly concepts: readonly string[] }> {
	const known = schemas.get(shown);
	if (known !== undefined) return known;
	const schema = z
		.object({ concepts: z.array(z.enum([...shown, NONE_FITS])) })
		.superRefine(({ concepts }, context) => {
			if (
				concepts.length === 0 ||
				concepts.length > RANKED_CONCEPTS ||
				new Set(concepts).size < concepts.length
			)
				context.addIssue({
					code: "custom",
					path: ["concepts"],
					message: `expected 1 to ${RANKED_CONCEPTS} different names, got ${concepts.length === 0 ? "none" : concepts.join(", ")}`,
				});
		});
	schemas.set(shown, schema);
	return schema;
}

function resultOf(
	choices: readonly Choice[],
): Omit<InContextConcepts, "shortlist"> {
	const ranked = choices
		.filter(({ option }) => option !== NONE_FITS)
		.slice(0, RANKED_CONCEPTS)
		.map(({ option, probability }) => ({
			concept: option,
			score: probability,
		}));
	const none = choices.find(({ option }) => option === NONE_FITS);
	const [best, second] = ranked;
	return {
		method: "icl",
		function: null,
		ranked,
		margin:
			best === undefined ||
			second === undefined ||
			best.score === null ||
			second.score === null
				? null
				: best.score - second.score,
		noneFits: choices[0]?.option === NONE_FITS,
		noneScore: none?.probability ?? null,
	};
}
