/** Dry run of the quiz: its calls for each model that was not put to it yet. */
import { checkModel } from "../modules/llm-check/check-model.ts";
import { askedUses, withQuiz } from "./check-models.ts";
import { type CountedCalls, countCalls } from "./dry-run-calls.ts";
import type { DissectOptions } from "./options.ts";

/** By use, exactly the calls that the store cannot serve; none for a result that is kept. `deferred` is where the models put their calls. */
export async function countCheck(
	options: DissectOptions & {
		readonly deferred: { take(): Parameters<typeof countCalls>[0] };
	},
): Promise<ReadonlyMap<string, CountedCalls>> {
	const { deferred, check } = options;
	const counts = new Map<string, CountedCalls>();
	const asked = check === undefined ? [] : askedUses(options);
	if (asked.length === 0) return counts;
	return withQuiz(async (quizOf) => {
		for (const { use, writer } of asked) {
			await checkModel(quizOf(use, writer, options));
			counts.set(use, countCalls(deferred.take()));
		}
		return counts;
	});
}
