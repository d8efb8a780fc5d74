/** The words of `llm check`: too few answers are no praise, and words of one reply are not independent. */
import { expect, test } from "vitest";
import { llmCheckText } from "../../src/cli/llm-check-text.ts";
import type { CheckedModel } from "../../src/study/llm-check.ts";

function checked(
	verdict: CheckedModel["check"]["scores"][number]["verdict"],
	calls: number,
): CheckedModel {
	return {
		check: {
			use: "acoustic-filter",
			provider: "openai",
			model: "fake",
			quizVersion: 1,
			scores: [
				{
					task: "acoustic",
					right: 39,
					of: 40,
					failed: 0,
					value: 0.975,
					ci95: [0.87, 1],
					chance: 0.5,
					p: 0.001,
					verdict,
				},
			],
			usage: { calls, inputTokens: 1, outputTokens: 1, milliseconds: 1 },
			ways: { schema: calls },
			failures: {},
		},
		kept: false,
		used: true,
		forecast: {
			calls: 1,
			secondsPerCall: 1,
			concurrency: 1,
			usd: 1,
			noPrice: null,
		},
	} as CheckedModel;
}

test("a use with too few answers is neither good nor usable", () => {
	const text = llmCheckText([checked("too_few", 40)]);
	expect(text).toContain("too few answers to say: acoustic-filter");
	expect(text).not.toContain("usable for");
	expect(llmCheckText([checked("good", 40)])).toContain(
		"good for: acoustic-filter",
	);
});

test("forty words in one call are said to be no independent answers", () => {
	expect(llmCheckText([checked("good", 1)])).toContain(
		"note       acoustic-filter: 40 words in 1 call are not independent answers, so its interval is too narrow",
	);
	expect(llmCheckText([checked("good", 40)])).not.toContain("independent");
});
