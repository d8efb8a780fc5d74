/** Every stage of `dissect` for 8 classifier units of the demo, by a real local model through a real OpenAI-compatible server. Never that a text is right. */
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/study.ts";
import { serverUrl } from "./local.ts";
import {
	dissect,
	expectCached,
	expectEveryStage,
	expectModelStages,
	writeStudy,
} from "./study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const served = writeStudy(
	folder.path,
	`provider: openai, model: smollm2, baseUrl: ${serverUrl}, extraBody: { cache_prompt: false }, reply: text, concurrency: 1, timeoutSeconds: 170`,
);

describe("every stage through an OpenAI-compatible server", () => {
	it("describes every neuron, and asks nothing twice", async () => {
		const finished = await dissect(served);
		expectEveryStage(finished, folder.path);
		expect(finished.line("summarize")).toMatchObject({ calls: 16, failed: 0 });
		await expectCached(served, finished);
	});

	it("picks concepts by the letters' log-probabilities, calibrates, and is scored", async () => {
		await expectModelStages(served, "top_logprobs");
	});
});
