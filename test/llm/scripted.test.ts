import { expect, test } from "vitest";
import { LanguageModelError } from "../../src/errors.ts";
import { memoryCallStore } from "../../src/llm/calls.ts";
import {
	createScriptedModel,
	type ScriptedRequest,
} from "../../src/llm/scripted.ts";
import { rejection, request } from "./helpers.ts";

test("answers from a function, through the same cache", async () => {
	const seen: ScriptedRequest[] = [];
	const calls = memoryCallStore();
	const model = createScriptedModel({
		calls,
		answer: (asked) => {
			seen.push(asked);
			return { sentences: ["A bell rings."] };
		},
	});
	const answer = await model.generate(request());
	expect(answer.value).toEqual({ sentences: ["A bell rings."] });
	expect(await model.generate(request())).toEqual({ ...answer, cached: true });
	expect(seen).toEqual([
		{
			operation: "summarize",
			messages: request().messages,
			schema: expect.objectContaining({ type: "object" }),
		},
	]);
	expect(calls.records[0]).toMatchObject({
		provider: "scripted",
		outcome: "ok",
	});
});

test("a text is the raw reply, so that invalid ones can be tested", async () => {
	const model = createScriptedModel({ answer: () => "nonsense" });
	const error = await rejection(model.generate(request()), LanguageModelError);
	expect(error.code).toBe("reply_invalid");
});

test("what the function throws, the call throws", async () => {
	const model = createScriptedModel({
		answer: () => {
			throw new LanguageModelError("no", { code: "reply_refused" });
		},
	});
	const error = await rejection(model.generate(request()), LanguageModelError);
	expect(error.code).toBe("reply_refused");
});
