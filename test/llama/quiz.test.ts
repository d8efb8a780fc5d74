/** The quiz of `llm check`, put to a real local model for its quickest use. Never that an answer is right. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { withQuiz } from "../../src/dissect/check-models.ts";
import {
	checkModel,
	keptCheck,
} from "../../src/modules/llm-check/check-model.ts";
import { loadPrompts } from "../../src/prompts/load.ts";
import { openLanguageModels } from "../../src/study/language-models.ts";
import { root } from "../support/cli.ts";
import { temporaryStore } from "../support/temporary-store.ts";
import { modelFile } from "./local.ts";

it("asks the acoustic filter by log-probabilities, keeps the result, and asks no more", async () => {
	const config = await loadConfig({
		path: join(root, "config/demo.yaml"),
		set: [
			"languageModel.provider=llama-cpp",
			`languageModel.file=${JSON.stringify(modelFile)}`,
			"languageModel.threads=1",
			"languageModel.contextSize=512",
		],
	});
	const store = temporaryStore();
	const models = openLanguageModels({ ...config, store });
	try {
		const writer = await models.open("acoustic-filter");
		if (writer === null) throw new Error("the config names no model");
		const prompts = await loadPrompts();
		await withQuiz(async (quizOf) => {
			const asked = quizOf("acoustic-filter", writer, {
				store,
				prompts,
				method: config,
			});
			expect(keptCheck(asked)).toBeUndefined();
			const check = await checkModel(asked);
			expect(check).toMatchObject({
				ways: { log_probabilities: 40 },
				failures: {},
				usage: { calls: 40, inputTokens: expect.any(Number) },
				scores: [
					{
						task: "acoustic",
						of: 40,
						failed: 0,
						chance: 0.5,
						p: expect.any(Number),
						ci95: [expect.any(Number), expect.any(Number)],
					},
				],
			});
			expect(keptCheck(asked)).toEqual(check);
		});
	} finally {
		await models.close();
	}
});
