/** The quiz's pairs of high and low statements, calibrated as `dissect` does by `summaryCalibration.method: model`. */
import type { LanguageModel } from "../../llm/port.ts";
import { forEachLimited } from "../../shared/pool.ts";
import {
	askWhatIsDistinct,
	type CalibratePrompt,
} from "../summary-calibration/ask-what-is-distinct.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { shuffledGuessing } from "./guessing.ts";
import type { Quiz } from "./quiz.ts";
import { type QuizScore, scoreOf } from "./score.ts";

type Pair = Quiz["calibrations"][number];

export type AskedPair = {
	readonly pair: Pair;
	readonly attempt: Attempt<{
		/** Indices, from 0, of the high statements that stay. */
		readonly distinct: ReadonlySet<number>;
		readonly callIds: readonly number[];
	}>;
};

/** Asks about every pair with the real prompt, at most `concurrency` at a time. Throws what would hit every call. */
export async function askCalibrations(options: {
	readonly quiz: Quiz;
	readonly model: LanguageModel;
	readonly prompt: CalibratePrompt;
	readonly concurrency: number;
	readonly signal?: AbortSignal | undefined;
}): Promise<readonly AskedPair[]> {
	const { quiz, model, prompt, signal } = options;
	const answers = new Map<Pair, AskedPair["attempt"]>();
	await forEachLimited(quiz.calibrations, options.concurrency, async (pair) => {
		answers.set(
			pair,
			await attempt(() =>
				askWhatIsDistinct({
					high: pair.high,
					low: pair.low.map((text) => ({ text })),
					prompt,
					model,
					signal,
				}),
			),
		);
	});
	return quiz.calibrations.flatMap((pair) => {
		const answer = answers.get(pair);
		return answer === undefined ? [] : [{ pair, attempt: answer }];
	});
}

/**
 * One question for each high statement: does it stay, or go? Guesses are the model's own answers on whole pairs, handed to other pairs: one
 * that strikes nothing, everything, or always one of two is at chance.
 */
export function gradeCalibrations(asked: readonly AskedPair[]): QuizScore {
	const answered = asked.flatMap(({ pair, attempt: result }) =>
		"answer" in result ? [{ pair, distinct: result.answer.distinct }] : [],
	);
	return scoreOf(
		"calibrate",
		asked.flatMap(({ pair, attempt: result }): (boolean | null)[] =>
			"answer" in result
				? gradesOf(pair, result.answer.distinct)
				: pair.high.map(() => null),
		),
		shuffledGuessing(answered, answered, ({ pair }, { distinct }) => {
			const grades = gradesOf(pair, distinct);
			return grades.filter((right) => right).length / grades.length;
		}),
		answered.length,
	);
}

/** For each high statement, whether it was rightly kept or struck. */
function gradesOf({ high }: Pair, distinct: ReadonlySet<number>): boolean[] {
	return high.map(({ stays }, index) => distinct.has(index) === stays);
}
