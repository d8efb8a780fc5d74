/** The acoustic filter: can a word describe the tone, emotion or acoustic character of a sound? Asked of the lexicon or of a language model. */
import { z } from "zod";
import {
	CallDeferredError,
	type DissectionError,
	LanguageModelError,
	throwIfInterrupted,
} from "../../errors.ts";
import type { LanguageModel, Message } from "../../llm/port.ts";
import { chunksOf } from "../../shared/pool.ts";
import { spellingKey } from "../../shared/spelling.ts";
import { chooseAcoustic, judgesByChoice } from "./acoustic-choice.ts";
import type { AcousticVerdict } from "./extract-open-set.ts";
import type { AudioLexicon } from "./lexicon.ts";

/** The lexicon's verdicts, by the word or another spelling of it. A word it does not know is `unjudged`. */
export function judgeWithLexicon(
	lemmas: readonly string[],
	lexicon: AudioLexicon,
): ReadonlyMap<string, AcousticVerdict> {
	return new Map(
		lemmas.map((lemma) => {
			const entry =
				lexicon.adjectives.get(lemma) ??
				lexicon.spellings.get(spellingKey(lemma));
			if (entry === undefined) return [lemma, "unjudged"];
			return [lemma, entry.acoustic ? "yes" : "no"];
		}),
	);
}

/** What this module needs of the prompt file `acoustic-filter`: it is given `words`. */
export type AcousticPrompt = {
	readonly hash: string;
	render(variables: { readonly words: readonly string[] }): readonly Message[];
};

/** A verdict and the call that gave it; null: not known. */
export type Verdict = {
	readonly acoustic: boolean;
	readonly callId: number | null;
};

/** Verdicts that were paid for, by judge (model and prompt) and lemma. */
export type JudgementStore = {
	getJudgements(
		judge: string,
		lemmas: readonly string[],
	): ReadonlyMap<string, Verdict>;
	/** Commits all entries in one transaction. */
	putJudgements(
		judge: string,
		entries: readonly {
			readonly lemma: string;
			readonly acoustic: boolean;
			readonly callId: number | null;
		}[],
	): void;
};

/** The shape of the reply: one verdict per word. */
export const acousticSchema = z.object({
	words: z.array(z.object({ word: z.string(), acoustic: z.boolean() })),
});

export type Judgements = {
	readonly verdicts: ReadonlyMap<string, Verdict>;
	/** Words without a verdict, and why: the call failed or was put aside, or its reply left them out. Never counted as a no. */
	readonly failures: ReadonlyMap<string, DissectionError>;
};

/** Words of one call, by default: one where log-probabilities of any text are known. */
export function usualWordsPerCall(
	model: Pick<LanguageModel, "capabilities">,
): number {
	return judgesByChoice(model) ? 1 : 40;
}

/**
 * Asks `model` about every lemma that has no stored verdict yet: by log-probabilities, one word a call, where it reports those of any text
 * (`chooseAcoustic`; the prompt is not used); else with the prompt, `wordsPerCall` at a time in sorted order, so that the same words make
 * the same calls. The stored call says which way: its request has `choose` or the list. A reply that leaves a word out, or judges it both ways, is invalid: it is asked again, and when that does not help
 * the words are asked in halves, down to a single word. Verdicts are stored as they come. A failed call is a failure of its words,
 * which the next run asks about again. Throws InterruptedError, and what the store throws.
 */
export async function judgeAcoustic(options: {
	readonly lemmas: readonly string[];
	readonly model: LanguageModel;
	readonly prompt: AcousticPrompt;
	/** Content address of who judges: model with server and parameters, and prompt. */
	readonly judge: string;
	readonly judgements: JudgementStore;
	/** With the prompt: 1 and up; default 40. */
	readonly wordsPerCall?: number;
	readonly signal?: AbortSignal | undefined;
}): Promise<Judgements> {
	const { model, prompt, judge, judgements, signal } = options;
	const lemmas = [...new Set(options.lemmas)].sort();
	const verdicts = new Map(judgements.getJudgements(judge, lemmas));
	const failures = new Map<string, DissectionError>();
	const put = (
		entries: readonly (Verdict & { readonly lemma: string })[],
	): void => {
		judgements.putJudgements(judge, entries);
		for (const { lemma, ...verdict } of entries) verdicts.set(lemma, verdict);
	};
	const askOne = async (word: string): Promise<void> => {
		try {
			const verdict = await chooseAcoustic({ word, model, signal });
			put([{ lemma: word, ...verdict }]);
		} catch (error) {
			if (
				!(error instanceof CallDeferredError) &&
				!(error instanceof LanguageModelError)
			)
				throw error;
			failures.set(word, error);
		}
	};
	const ask = async (words: readonly string[]): Promise<void> => {
		try {
			const answer = await model.generate(
				{
					operation: "acoustic-filter",
					messages: prompt.render({ words }),
					schema: { name: "acoustic_words", zod: verdictsOn(words) },
				},
				{ signal },
			);
			const callId = answer.callIds.at(-1) ?? null;
			const clear = clearVerdicts(words, answer.value.words);
			put([...clear].map(([lemma, acoustic]) => ({ lemma, acoustic, callId })));
		} catch (error) {
			if (error instanceof CallDeferredError) {
				for (const word of words) failures.set(word, error);
				return;
			}
			if (!(error instanceof LanguageModelError)) throw error;
			if (error.code === "reply_invalid" && words.length > 1) {
				const half = Math.ceil(words.length / 2);
				await ask(words.slice(0, half));
				await ask(words.slice(half));
			} else for (const word of words) failures.set(word, error);
		}
	};
	throwIfInterrupted(signal);
	const unknown = lemmas.filter((lemma) => !verdicts.has(lemma));
	await Promise.all(
		judgesByChoice(model)
			? unknown.map(askOne)
			: [
					...chunksOf(
						unknown,
						options.wordsPerCall ?? usualWordsPerCall(model),
					),
				].map(ask),
	);
	return { verdicts, failures };
}

/** The reply's schema, which also holds that every word of the call has one verdict. */
function verdictsOn(
	words: readonly string[],
): z.ZodType<z.infer<typeof acousticSchema>> {
	return acousticSchema.superRefine((reply, context) => {
		const clear = clearVerdicts(words, reply.words);
		const missing = words.filter((word) => !clear.has(word));
		if (missing.length > 0)
			context.addIssue({
				code: "custom",
				path: ["words"],
				message: `expected one verdict on each word, got none or two on ${missing.join(", ")}`,
			});
	});
}

/** Verdicts on the words that were asked, without those given both ways. Other words of the reply are ignored. */
function clearVerdicts(
	asked: readonly string[],
	reply: readonly { readonly word: string; readonly acoustic: boolean }[],
): Map<string, boolean> {
	const clear = new Map<string, boolean>();
	for (const lemma of asked) {
		const given = new Set(
			reply
				.filter(({ word }) => word.trim().toLowerCase() === lemma)
				.map(({ acoustic }) => acoustic),
		);
		const [verdict] = given;
		if (given.size === 1 && verdict !== undefined) clear.set(lemma, verdict);
	}
	return clear;
}
