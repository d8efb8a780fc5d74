/** Dry run of the quiz: its calls for each model that was not put to it yet. */
import { checkModel } from "../modules/llm-check/check-model.ts";
import { type AskedUse, askedUses, withQuiz } from "./check-models.ts";
import { type CountedCalls, countCalls } from "./dry-run-calls.ts";
import type { DissectOptions } from "./options.ts";

/** Exactly the calls that the store cannot serve; none for a result that is kept. `deferred` is where the models put their calls. */
export async function countCheck(
	options: DissectOptions & {
		readonly deferred: { take(): Parameters<typeof countCalls>[0] };
	},
): Promise<
	readonly {
		readonly use: AskedUse["use"];
		readonly counted: CountedCalls;
	}[]
> {
	const { deferred, check } = options;
	if (check === undefined) return [];
	const asked = askedUses(options);
	if (asked.length === 0) return [];
	return withQuiz(async (quizOf) => {
		const counts: { use: AskedUse["use"]; counted: CountedCalls }[] = [];
		for (const { use, writer } of asked) {
			await checkModel(quizOf(use, writer, options));
			counts.push({ use, counted: countCalls(deferred.take()) });
		}
		return counts;
	});
}
