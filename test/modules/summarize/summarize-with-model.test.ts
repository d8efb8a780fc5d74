import { describe, expect, it } from "vitest";
import { LanguageModelError } from "../../../src/errors.ts";
import type { GenerateRequest, LanguageModel } from "../../../src/llm/port.ts";
import {
	summarizeWithModel,
	summarySchema,
} from "../../../src/modules/summarize/summarize-with-model.ts";

const prompt = {
	hash: "p1",
	render: ({ captions }: { readonly captions: readonly string[] }) => [
		{
			role: "user" as const,
			content: captions.map((caption) => `- ${caption}`).join("\n"),
		},
	],
};

function modelReplying(
	reply: unknown,
	seen: GenerateRequest<unknown>[] = [],
): LanguageModel {
	return {
		provider: "openai",
		model: "fake",
		generate: async <T>(request: GenerateRequest<T>) => {
			seen.push(request);
			if (reply instanceof Error) throw reply;
			return {
				value: request.schema.zod.parse(reply),
				callIds: [7],
				cached: false,
			};
		},
		choose: async () => {
			throw new Error("not asked");
		},
	};
}

describe("summarizeWithModel", () => {
	it("renders the cleaned captions in rank order and cleans the reply", async () => {
		const seen: GenerateRequest<unknown>[] = [];
		const loop = "and then the rain falls on the roof again";
		const { summary, callIds } = await summarizeWithModel({
			captions: ["Rain falls.", `Wind blows. ${loop} ${loop}.`],
			side: "high",
			prompt,
			model: modelReplying(
				{
					sentences: [
						"Sure, here you go:",
						"It rains heavily. Water is dripping.",
						"Wet.",
					],
				},
				seen,
			),
			minWords: 3,
		});
		expect(seen[0]?.operation).toBe("summarize");
		expect(seen[0]?.messages).toEqual([
			{ role: "user", content: "- Rain falls.\n- Wind blows." },
		]);
		expect(seen[0]?.schema.name).toBe("summary");
		expect(callIds).toEqual([7]);
		expect(summary).toEqual({
			side: "high",
			sentences: [
				{ text: "It rains heavily." },
				{ text: "Water is dripping." },
			],
			dropped: [
				{ text: "Sure, here you go:", reason: "junk" },
				{ text: "Wet.", reason: "too_short" },
			],
		});
	});

	it("asks the same for both sides, so that equal exemplar sets share a call", async () => {
		const seen: GenerateRequest<unknown>[] = [];
		const model = modelReplying({ sentences: [] }, seen);
		for (const side of ["high", "low"] as const)
			await summarizeWithModel({
				captions: ["Rain."],
				side,
				prompt,
				model,
				minWords: 3,
			});
		expect(seen[0]).toEqual(seen[1]);
	});

	it("says nothing when the model finds nothing in common", async () => {
		const { summary } = await summarizeWithModel({
			captions: ["Rain."],
			side: "low",
			prompt,
			model: modelReplying({ sentences: [] }),
			minWords: 3,
		});
		expect(summary).toEqual({ side: "low", sentences: [], dropped: [] });
	});

	it("lets a failed call fail: nothing is written in its place", async () => {
		const failure = new LanguageModelError("refused", { code: "refused" });
		await expect(
			summarizeWithModel({
				captions: ["Rain."],
				side: "high",
				prompt,
				model: modelReplying(failure),
				minWords: 3,
			}),
		).rejects.toBe(failure);
	});

	it("accepts only a list of sentences", () => {
		expect(summarySchema.safeParse({ sentences: "Rain." }).success).toBe(false);
		expect(summarySchema.safeParse({}).success).toBe(false);
	});
});
