/** Module B by a language model: which high sentences say what the low side does not. */
import { z } from "zod";
import type { LanguageModel, Message } from "../../llm/port.ts";
import type { SummarySentence } from "../../types.ts";

/** What this module needs of the prompt file `calibrate`: it is given `high` and `low`, lists of sentences. */
export type CalibratePrompt = {
	readonly hash: string;
	render(variables: {
		readonly high: readonly string[];
		readonly low: readonly string[];
	}): readonly Message[];
};

/** The shape of the reply: numbers, from 1, of the high sentences that stay. */
const distinctSchema = z.object({ distinct: z.array(z.int()) });

/**
 * Asks `model` which of the high sentences the low sentences do not say, in one call. Indices from 0, for `calibrateSummary`. A number
 * that is none of the high sentences', or is there twice, makes the reply invalid: it is asked again, then the call fails. Nothing is
 * asked when a side is empty: then nothing can be struck. Throws LanguageModelError; nothing is ever guessed in its place.
 */
export async function askWhatIsDistinct(options: {
	readonly high: readonly SummarySentence[];
	readonly low: readonly SummarySentence[];
	readonly prompt: CalibratePrompt;
	readonly model: LanguageModel;
	readonly signal?: AbortSignal | undefined;
}): Promise<{
	readonly distinct: ReadonlySet<number>;
	readonly callIds: readonly number[];
}> {
	const { high, low, prompt, model, signal } = options;
	if (high.length === 0 || low.length === 0)
		return { distinct: new Set(high.keys()), callIds: [] };
	const texts = (side: readonly SummarySentence[]) =>
		side.map(({ text }) => text);
	const answer = await model.generate(
		{
			operation: "calibrate",
			messages: prompt.render({ high: texts(high), low: texts(low) }),
			schema: { name: "distinct_sentences", zod: numbersUpTo(high.length) },
		},
		{ signal },
	);
	return {
		distinct: new Set(answer.value.distinct.map((number) => number - 1)),
		callIds: answer.callIds,
	};
}

/** The reply's schema, which also holds that every number is that of one sentence. */
function numbersUpTo(count: number): z.ZodType<z.infer<typeof distinctSchema>> {
	return distinctSchema.superRefine(({ distinct }, context) => {
		const wrong = distinct.filter(
			(number, index) =>
				number < 1 || number > count || distinct.indexOf(number) !== index,
		);
		if (wrong.length > 0)
			context.addIssue({
				code: "custom",
				path: ["distinct"],
				message: `expected each number once, from 1 to ${count}, got ${distinct.join(", ")}`,
			});
	});
}
