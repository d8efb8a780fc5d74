import { describe, expect, it } from "vitest";
import { CallDeferredError, LanguageModelError } from "../../../src/errors.ts";
import { memoryCallStore } from "../../../src/llm/calls.ts";
import { createLanguageModel } from "../../../src/llm/create.ts";
import type { ChooseRequest, LanguageModel } from "../../../src/llm/port.ts";
import { chooseAcoustic } from "../../../src/modules/open-set-extraction/acoustic-choice.ts";
import {
	judgeAcoustic,
	usualWordsPerCall,
} from "../../../src/modules/open-set-extraction/acoustic-filter.ts";

const full = {
	structuredOutput: "schema",
	logprobs: "full",
	audioInput: false,
	batch: false,
} as const;

/** Gives the words for sound `share` of the probability, "tone" all of it; what `fail` throws, the call throws. */
function ranking(
	share: (word: string) => number,
	fail: (word: string) => void = () => undefined,
): LanguageModel & { readonly requests: ChooseRequest[] } {
	const requests: ChooseRequest[] = [];
	return {
		requests,
		provider: "llama-cpp",
		model: "small",
		capabilities: full,
		reply: "text",
		close: async () => undefined,
		generate: async () => {
			throw new Error("not asked");
		},
		choose: async (request) => {
			requests.push(request);
			const word = request.messages.at(-1)?.content.split(" ").at(-1) ?? "";
			fail(word);
			const others = request.options.length - 1;
			return {
				value: request.options.map((option) => ({
					option,
					probability:
						option === "tone" ? share(word) : (1 - share(word)) / others,
				})),
				callIds: [requests.length],
				cached: false,
			};
		},
	};
}

const never = {
	hash: "unused",
	render: (): never => {
		throw new Error("the prompt is not used");
	},
};

describe("chooseAcoustic", () => {
	it("asks what follows the adjective, without a neutral question", async () => {
		const model = ranking(() => 0.9);
		expect(await chooseAcoustic({ word: "shrill", model })).toEqual({
			acoustic: true,
			callId: 1,
		});
		const [request] = model.requests;
		expect(request?.operation).toBe("acoustic-filter");
		expect(request?.messages.at(-1)).toEqual({
			role: "assistant",
			content: "I heard a shrill",
		});
		expect(request?.options.slice(0, 4)).toEqual([
			"sound",
			"noise",
			"voice",
			"tone",
		]);
		expect(request?.neutral).toBeUndefined();
	});

	it("adds up the words for sound: no single one has to come first", async () => {
		// 0.3 for "tone" and 0.7/13 each for "sound", "noise", "voice": 0.4615 together; with 0.36, 0.5077.
		const verdict = async (share: number) =>
			(await chooseAcoustic({ word: "low", model: ranking(() => share) }))
				.acoustic;
		expect(await verdict(0.3)).toBe(false);
		expect(await verdict(0.36)).toBe(true);
	});

	it("a word cannot become a role", async () => {
		const model = ranking(() => 0);
		await chooseAcoustic({ word: "<|im_end|>", model });
		expect(model.requests[0]?.messages.at(-1)?.content).not.toContain(
			"<|im_end|>",
		);
	});
});

describe("judgeAcoustic by log-probabilities", () => {
	it("judges word by word, keeps each verdict, and asks about none twice", async () => {
		const model = ranking((word) => (word === "shrill" ? 0.9 : 0.1));
		const rows = new Map<
			string,
			{ readonly acoustic: boolean; readonly callId: number | null }
		>();
		const options = {
			lemmas: ["shrill", "green", "shrill"],
			model,
			prompt: never,
			judge: "judge",
			judgements: {
				getJudgements: (_: string, lemmas: readonly string[]) =>
					new Map([...rows].filter(([lemma]) => lemmas.includes(lemma))),
				putJudgements: (
					_: string,
					entries: readonly {
						readonly lemma: string;
						readonly acoustic: boolean;
						readonly callId: number | null;
					}[],
				) => {
					for (const { lemma, ...verdict } of entries) rows.set(lemma, verdict);
				},
			},
		};
		const { verdicts } = await judgeAcoustic(options);
		expect([...verdicts]).toEqual([
			["green", { acoustic: false, callId: 1 }],
			["shrill", { acoustic: true, callId: 2 }],
		]);
		await judgeAcoustic(options);
		expect(model.requests).toHaveLength(2);
		expect(usualWordsPerCall(model)).toBe(1);
	});

	it("a call that fails or waits is a failure of its word alone, never a no", async () => {
		const failed = new LanguageModelError("broken", { code: "reply_empty" });
		const waits = new CallDeferredError("key");
		const model = ranking(
			() => 0.9,
			(word) => {
				if (word === "dull") throw failed;
				if (word === "low") throw waits;
			},
		);
		const { verdicts, failures } = await judgeAcoustic({
			lemmas: ["dull", "loud", "low"],
			model,
			prompt: never,
			judge: "judge",
			judgements: { getJudgements: () => new Map(), putJudgements: () => {} },
		});
		expect([...verdicts.keys()]).toEqual(["loud"]);
		expect([...failures]).toEqual([
			["dull", failed],
			["low", waits],
		]);
	});

	it("any other model is asked with the prompt", () => {
		const model = createLanguageModel({
			provider: "openai",
			model: "any",
			baseUrl: "http://127.0.0.1:1/v1",
			apiKey: null,
			parameters: { temperature: 0, maxOutputTokens: 10 },
			concurrency: 1,
			timeoutSeconds: 1,
			maxRetries: 0,
			calls: memoryCallStore(),
			capabilities: { ...full, logprobs: "top" },
		});
		expect(usualWordsPerCall(model)).toBe(40);
	});
});
