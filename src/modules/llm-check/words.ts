/** The quiz's words: judged by the acoustic filter as `dissect` does, and compared with the verdicts written by hand. */
import { CallDeferredError, LanguageModelError } from "../../errors.ts";
import { endsEveryCall } from "../../llm/ends-every-call.ts";
import type { Judgements } from "../open-set-extraction/acoustic-filter.ts";
import { blindGuessing } from "./guessing.ts";
import type { Quiz } from "./quiz.ts";
import { type QuizScore, scoreOf } from "./score.ts";

/** Every word the filter is asked about, lower case. */
export function quizWords({ words }: Quiz): string[] {
	return [...words.acoustic, ...words.other].map(({ word }) => word);
}

/** A word waits for a call that was put aside. Throws the error of a word that would hit every call. */
export function wordsWait({ failures }: Judgements): boolean {
	let waits = false;
	for (const error of failures.values()) {
		if (error instanceof CallDeferredError) waits = true;
		else if (!(error instanceof LanguageModelError) || endsEveryCall(error))
			throw error;
	}
	return waits;
}

/** Chance is one half: so many words are acoustic. */
export function gradeWords(
	{ verdicts }: Pick<Judgements, "verdicts">,
	{ words }: Quiz,
): QuizScore {
	const graded = (list: readonly { readonly word: string }[], right: boolean) =>
		list.map(({ word }) => {
			const verdict = verdicts.get(word);
			return verdict === undefined ? null : verdict.acoustic === right;
		});
	const outcomes = [
		...graded(words.acoustic, true),
		...graded(words.other, false),
	];
	return scoreOf(
		"acoustic",
		outcomes,
		blindGuessing(
			outcomes.flatMap((right) =>
				right === null ? [] : [{ right, chance: 0.5 }],
			),
		),
	);
}
