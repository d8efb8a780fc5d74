/** Before the first module that asks a language model: is each model good enough for its part? The quiz, once per model and prompt. */
import {
	type CheckOptions,
	checkModel,
	keptCheck,
	type ModelCheck,
} from "../modules/llm-check/check-model.ts";
import { warningsOf } from "../modules/llm-check/expectation.ts";
import { loadQuiz } from "../modules/llm-check/quiz.ts";
import { loadLexicon } from "../modules/open-set-extraction/lexicon.ts";
import { createTagger } from "../modules/open-set-extraction/tagger.ts";
import { type Prompts, promptNamed } from "../prompts/load.ts";
import { QUIZ_EVALUATION } from "../shared/quiz-warnings.ts";
import type { Store } from "../store/store.ts";
import type { ModuleName } from "../types.ts";
import type { MethodOptions, StageContext, WriterModel } from "./context.ts";
import { acousticJudge } from "./extract-concepts.ts";
import { countPending } from "./neurons.ts";

/** Given the results as soon as they are there, before the first neuron is described. */
export type CheckSetting = {
	readonly onChecked?:
		| ((checks: readonly ModelCheck[], warnings: readonly string[]) => void)
		| undefined;
};

/** What of a module's model is put to the quiz. */
export const CHECKED: readonly {
	readonly module: ModuleName;
	readonly use: "summarize" | "acoustic-filter";
}[] = [
	{ module: "summarize", use: "summarize" },
	{ module: "open-set-extraction", use: "acoustic-filter" },
];

/**
 * The results for every module that has a language model to ask, as soon as one has neurons to describe; kept with the run. A module that
 * has none left is asked nothing: its result is there when it was kept. Where calls wait, there is no result yet. Throws what would hit every call of a module too.
 */
export async function checkModels(
	context: StageContext,
	modules: readonly ModuleName[],
	{ onChecked }: CheckSetting,
): Promise<readonly ModelCheck[]> {
	const { store, run, writer } = context;
	const asked = CHECKED.flatMap(({ module, use }) => {
		const model = writer?.modelFor(use) ?? null;
		return model !== null && modules.includes(module)
			? [{ use, writer: model, pending: countPending(context, module) > 0 }]
			: [];
	});
	if (!asked.some(({ pending }) => pending)) return [];
	const checks = await withQuiz(async (quizOf) => {
		const results: ModelCheck[] = [];
		for (const { use, writer: model, pending } of asked) {
			const quiz = quizOf(use, model, context);
			// What a module has written already still carries its model's warning.
			const check = pending ? await checkModel(quiz) : keptCheck(quiz);
			if (check != null) results.push(check);
		}
		return results;
	});
	if (checks.length === 0) return checks;
	const warnings = warningsOf(checks);
	store.putEvaluation(run, QUIZ_EVALUATION, {
		checks: [...checks],
		warnings,
	});
	onChecked?.(checks, warnings);
	return checks;
}

/** Quiz and tagger for as long as `work` lasts. `quizOf`: what `checkModel` takes for the use of a model. */
export async function withQuiz<T>(
	work: (
		quizOf: (
			use: CheckOptions["use"],
			writer: WriterModel,
			parts: {
				readonly store: Store;
				readonly prompts: Prompts;
				readonly method: Pick<MethodOptions, "summarize">;
				readonly signal?: AbortSignal | undefined;
			},
		) => CheckOptions,
	) => Promise<T>,
): Promise<T> {
	const quiz = await loadQuiz();
	const tagger = createTagger(await loadLexicon());
	try {
		return await work((use, writer, { store, prompts, method, signal }) => {
			const prompt = use === "choose" ? null : promptNamed(prompts, use);
			return {
				...writer,
				use,
				prompt,
				judge: prompt === null ? "" : acousticJudge(writer, prompt),
				minWords: method.summarize.minWords,
				quiz,
				tagger,
				store,
				signal,
			};
		});
	} finally {
		await tagger.close();
	}
}
