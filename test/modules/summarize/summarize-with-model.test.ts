import { describe, expect, it } from "vitest";
import { LanguageModelError } from "../../../src/errors.ts";
import { schemaOnly } from "../../../src/llm/capabilities.ts";
import type { GenerateRequest, LanguageModel } from "../../../src/llm/port.ts";
import {
	summarizeWithModel,
	summarySchema,
} from "../../../src/modules/summarize/summarize-with-model.ts";

const prompt = {
	hash: "p1",
	variables: ["captions"],
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
		capabilities: schemaOnly,
		reply: "json",
		close: async () => undefined,
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

	it("asks for what the model does best, when the prompt can say so", async () => {
		const seen: GenerateRequest<unknown>[] = [];
		const rendered: unknown[] = [];
		const model = {
			...modelReplying({ sentences: [] }, seen),
			reply: "text",
		} as const;
		for (const variables of [["captions", "reply"], ["captions"]])
			await summarizeWithModel({
				captions: ["Rain."],
				side: "high",
				prompt: {
					hash: "p1",
					variables,
					render: (given) => {
						rendered.push(given);
						return prompt.render(given);
					},
				},
				model,
				minWords: 3,
			});
		expect(rendered).toEqual([
			{ captions: ["Rain."], reply: "text" },
			{ captions: ["Rain."] },
		]);
		expect(seen[0]?.fromText?.("It rains. Water drips.")).toEqual({
			sentences: ["It rains.", "Water drips."],
		});
		expect(seen[1]?.fromText).toBeUndefined();
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
