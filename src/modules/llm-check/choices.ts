/** The quiz's choices: which of several options does a sentence describe? */
import type { LanguageModel, Message } from "../../llm/port.ts";
import { forEachLimited } from "../../shared/pool.ts";
import { type Attempt, attempt } from "./attempt.ts";
import type { Quiz } from "./quiz.ts";
import { type QuizScore, scoreOf } from "./score.ts";

type Item = Quiz["choices"]["items"][number];

export type AskedChoice = {
	readonly item: Item;
	readonly attempt: Attempt<{
		readonly chosen: string | null;
		readonly callIds: readonly number[];
	}>;
};

/** Asks every item by the model's `choose`, at most `concurrency` at a time. Throws what would hit every call. */
export async function askChoices(options: {
	readonly quiz: Quiz;
	readonly model: LanguageModel;
	readonly concurrency: number;
	readonly signal?: AbortSignal | undefined;
}): Promise<readonly AskedChoice[]> {
	const { model, signal } = options;
	const { instruction, neutral, items } = options.quiz.choices;
	const question = (sentence: string): Message[] => [
		{ role: "system", content: instruction },
		{ role: "user", content: sentence },
	];
	const answers = new Map<Item, AskedChoice["attempt"]>();
	await forEachLimited(items, options.concurrency, async (item) => {
		answers.set(
			item,
			await attempt(async () => {
				const { value, callIds } = await model.choose(
					{
						operation: "choose",
						messages: question(item.sentence),
						options: item.options,
						neutral: question(neutral),
					},
					{ signal },
				);
				return { chosen: value[0]?.option ?? null, callIds };
			}),
		);
	});
	return items.flatMap((item) => {
		const answer = answers.get(item);
		return answer === undefined ? [] : [{ item, attempt: answer }];
	});
}

/** Chance is the mean of one in so many options. */
export function gradeChoices(asked: readonly AskedChoice[]): QuizScore {
	const chance =
		asked.reduce((sum, { item }) => sum + 1 / item.options.length, 0) /
		asked.length;
	return scoreOf(
		"choose",
		asked.map(({ item, attempt: result }) =>
			"answer" in result ? result.answer.chosen === item.answer : null,
		),
		asked.length === 0 ? null : chance,
	);
}
