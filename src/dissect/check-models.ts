/** Before the first module that asks a language model: is each model good enough for its part? The quiz, once per model and prompt. */

import type { HeardAs } from "../modules/llm-check/captions.ts";
import {
	type CheckOptions,
	checkModel,
	keptCheck,
	type ModelCheck,
} from "../modules/llm-check/check-model.ts";
import { warningsOf } from "../modules/llm-check/expectation.ts";
import { loadQuiz } from "../modules/llm-check/quiz.ts";
import { type CheckedUse, checkedUses } from "../modules/llm-check/uses.ts";
import { loadLexicon } from "../modules/open-set-extraction/lexicon.ts";
import { createTagger } from "../modules/open-set-extraction/tagger.ts";
import { type Prompts, promptNamed } from "../prompts/load.ts";
import { QUIZ_EVALUATION } from "../shared/quiz-warnings.ts";
import type { Store } from "../store/store.ts";
import type { ConceptSet, ModuleName } from "../types.ts";
import type {
	MethodOptions,
	StageContext,
	Writer,
	WriterModel,
} from "./context.ts";
import { acousticJudge } from "./extract-concepts.ts";
import { countPending, pendingNeurons } from "./neurons.ts";
import { operationOf } from "./operations.ts";

/** Given the results as soon as they are there, before the first neuron is described. */
export type CheckSetting = {
	readonly onChecked?:
		| ((checks: readonly ModelCheck[], warnings: readonly string[]) => void)
		| undefined;
};

/** A use of a language model that the quiz asks about before a module starts. */
export type AskedUse = {
	readonly module: ModuleName;
	readonly use: CheckedUse;
	readonly writer: WriterModel;
};

/** Every use that the run gives to a model, in the order of its modules. */
export function askedUses({
	modules,
	method,
	writer,
}: {
	readonly modules: readonly ModuleName[];
	readonly method: Parameters<typeof operationOf>[1];
	readonly writer: Writer;
}): readonly AskedUse[] {
	return modules.flatMap((module): AskedUse[] => {
		const operation = operationOf(module, method);
		const use = checkedUses.find((one) => one === operation);
		const model = use === undefined ? null : (writer?.modelFor(use) ?? null);
		return use === undefined || model === null
			? []
			: [{ module, use, writer: model }];
	});
}

/**
 * The results for every module that has a language model to ask, as soon as one has neurons to describe; kept with the run. A module that
 * has none left is asked nothing: its result is there when it was kept. Where calls wait, there is no result yet. Throws what would hit every call of a module too.
 */
export async function checkModels(
	context: StageContext,
	modules: readonly ModuleName[],
	{ onChecked }: CheckSetting,
): Promise<readonly ModelCheck[]> {
	const { store, run } = context;
	const asked = askedUses({ ...context, modules }).map((one) => ({
		...one,
		pending: hasPending(context, one.module),
	}));
	if (!asked.some(({ pending }) => pending)) return [];
	const checks = await withQuiz(async (quizOf) => {
		const results: ModelCheck[] = [];
		for (const { use, writer, pending } of asked) {
			const quiz = quizOf(use, writer, context);
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

/** Whether `module` has a neuron left to describe; one that is skipped whatever a model says is none. */
function hasPending(context: StageContext, module: ModuleName): boolean {
	if (countPending(context, module) === 0) return false;
	for (const { status } of pendingNeurons(context, module))
		if (status.status === "ok" && !status.marks.includes("not_describable"))
			return true;
	return false;
}

/** What `withQuiz` needs of a run or a config. */
export type QuizParts = {
	readonly store: Store;
	readonly prompts: Prompts;
	readonly method: Pick<MethodOptions, "summarize">;
	/** The run's; absent: not known, and concepts are asked about in lists of every length. */
	readonly conceptSet?: ConceptSet | undefined;
	/** How clips are sent; needed for captions. */
	readonly heard?: HeardAs | undefined;
	readonly signal?: AbortSignal | undefined;
};

/** Quiz and tagger for as long as `work` lasts. `quizOf`: what `checkModel` takes for the use of a model. */
export async function withQuiz<T>(
	work: (
		quizOf: (
			use: CheckedUse,
			writer: WriterModel,
			parts: QuizParts,
		) => CheckOptions,
	) => Promise<T>,
): Promise<T> {
	const quiz = await loadQuiz();
	const tagger = createTagger(await loadLexicon());
	try {
		return await work((use, writer, parts) => {
			const { store, prompts, method, conceptSet, heard, signal } = parts;
			const prompt = promptNamed(prompts, use);
			return {
				...writer,
				use,
				prompt,
				judge: acousticJudge(writer, prompt),
				minWords: method.summarize.minWords,
				concepts: conceptSet?.concepts.length ?? null,
				heard: heard ?? null,
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
