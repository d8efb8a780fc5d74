/** The warnings of the quiz, as a run keeps them among its evaluations. */
import { z } from "zod";
import type { Json } from "./hash.ts";

/** Name of the evaluation. */
export const QUIZ_EVALUATION = "llm-check";

const kept = z.object({ warnings: z.array(z.string()) });

/** Scores that are not above chance, in words; none when no language model was put to the quiz. */
export function quizWarnings(
	evaluations: Readonly<Record<string, Json>>,
): readonly string[] {
	const parsed = kept.safeParse(evaluations[QUIZ_EVALUATION]);
	return parsed.success ? parsed.data.warnings : [];
}
