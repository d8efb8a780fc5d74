/** Every stage of `dissect` for 8 classifier units of the demo, by a real local model through node-llama-cpp. Never that a text is right. */
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { temporaryFolder } from "../support/study.ts";
import { localProvider, modelFile, notAborted } from "./local.ts";
import {
	callsOf,
	dissect,
	expectCached,
	expectEveryStage,
	expectModelStages,
	writeStudy,
} from "./study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const local = writeStudy(
	folder.path,
	`provider: llama-cpp, file: ${JSON.stringify(modelFile)}, threads: 1, contextSize: 2048`,
);

describe("every stage through node-llama-cpp", () => {
	it("stops at the budget, goes on where it stopped, and asks nothing twice", async () => {
		const stopped = await dissect(local, "--set", "budget.calls=3");
		expect(stopped).toMatchObject({ code: 1, budgetReached: true });
		expect(stopped.line("summarize")).toMatchObject({ calls: 3, failed: 0 });

		const finished = await dissect(local);
		expect(finished.run).toBe(stopped.run);
		expectEveryStage(finished, folder.path);
		// 8 neurons with two sides, the 3 calls of the stopped run among them.
		expect(finished.line("summarize")).toMatchObject({ calls: 16, failed: 0 });
		await expectCached(local, finished);
	});

	it("picks concepts by log-probabilities, calibrates, and is scored", async () => {
		await expectModelStages(local, "log_probabilities");
	});

	it("its replies are the same bytes in another process", async () => {
		const [call] = (await callsOf("classifier#0", local)).filter(
			({ operation }) => operation === "summarize",
		);
		const provider = localProvider({ maxOutputTokens: 160 });
		try {
			const { messages, format = "schema" } = call?.request ?? {
				messages: [],
			};
			const answer = await provider.ask(
				{
					operation: "summarize",
					messages,
					// Only for replies held to a schema, which these are not.
					schema: { name: "summary", zod: z.unknown(), json: {} },
					sampleIndex: 0,
					format,
				},
				notAborted,
			);
			expect(format).toBe("text");
			expect(answer.text).toBe(call?.reply);
		} finally {
			await provider.close?.();
		}
	});

	it("recorded calls are replayed without the model", async () => {
		// Without the module whose call may have failed: a failed call is not replayed.
		const replayed = await dissect(
			local,
			...["--modules", "closed-set,summarize,summary-calibration"],
			...["--set", "languageModel.provider=replay"],
			...["--set", "languageModel.replayOf=llama-cpp"],
		);
		expect(replayed.modules.summarize).toEqual({
			described: 8,
			skipped: 0,
			failed: 0,
		});
	});
});
