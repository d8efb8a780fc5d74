import { describe, expect, it } from "vitest";
import { InterruptedError, LanguageModelError } from "../../../src/errors.ts";
import { memoryCallStore } from "../../../src/llm/calls.ts";
import { schemaOnly } from "../../../src/llm/capabilities.ts";
import type { GenerateRequest, LanguageModel } from "../../../src/llm/port.ts";
import { createScriptedModel } from "../../../src/llm/scripted.ts";
import {
	acousticSchema,
	type JudgementStore,
	judgeAcoustic,
	judgeWithLexicon,
	type Verdict,
} from "../../../src/modules/open-set-extraction/acoustic-filter.ts";
import type { Json } from "../../../src/shared/hash.ts";
import { lexicon } from "./fixtures.ts";

const prompt = {
	hash: "p1",
	render: ({ words }: { readonly words: readonly string[] }) => [
		{ role: "user" as const, content: words.join(" ") },
	],
};

function memoryStore(): JudgementStore & {
	readonly rows: Map<string, Verdict>;
} {
	const rows = new Map<string, Verdict>();
	return {
		rows,
		getJudgements: (judge, lemmas) =>
			new Map(
				lemmas.flatMap((lemma) => {
					const verdict = rows.get(`${judge}: ${lemma}`);
					return verdict === undefined ? [] : [[lemma, verdict] as const];
				}),
			),
		putJudgements: (judge, entries) => {
			for (const { lemma, ...verdict } of entries)
				rows.set(`${judge}: ${lemma}`, verdict);
		},
	};
}

type Reply = readonly { readonly word: string; readonly acoustic: boolean }[];

/** A model whose reply is made from the words asked; remembers them. */
function modelReplying(
	reply: (words: readonly string[]) => Reply,
): LanguageModel & { readonly asked: string[] } {
	const asked: string[] = [];
	return {
		asked,
		provider: "anthropic",
		model: "fake",
		capabilities: schemaOnly,
		reply: "json",
		close: async () => undefined,
		generate: async <T>(request: GenerateRequest<T>) => {
			const content = request.messages[0]?.content ?? "";
			asked.push(content);
			const value = request.schema.zod.parse({
				words: reply(content.split(" ")),
			});
			return { value, callIds: [asked.length], cached: false };
		},
		choose: async () => {
			throw new Error("not asked");
		},
	};
}
const yesToAll = (words: readonly string[]): Reply =>
	words.map((word) => ({ word, acoustic: true }));

describe("judgeWithLexicon", () => {
	it("knows yes, no, and what it does not know", () => {
		expect([
			...judgeWithLexicon(["shrill", "indian", "zorbic"], lexicon),
		]).toEqual([
			["shrill", "yes"],
			["indian", "no"],
			["zorbic", "unjudged"],
		]);
	});
});

describe("judgeAcoustic", () => {
	it("asks each distinct word once, sorted, wordsPerCall at a time, and never again", async () => {
		const judgements = memoryStore();
		const model = modelReplying(yesToAll);
		const options = {
			model,
			prompt,
			judge: "judge",
			judgements,
			wordsPerCall: 2,
		};
		const first = await judgeAcoustic({
			...options,
			lemmas: ["loud", "dull", "loud", "airy"],
		});
		expect(model.asked).toEqual(["airy dull", "loud"]);
		expect([...first.verdicts]).toEqual([
			["airy", { acoustic: true, callId: 1 }],
			["dull", { acoustic: true, callId: 1 }],
			["loud", { acoustic: true, callId: 2 }],
		]);
		await judgeAcoustic({ ...options, lemmas: ["dull", "old"] });
		expect(model.asked).toEqual(["airy dull", "loud", "old"]);
		expect(judgements.rows.get("judge: old")).toEqual({
			acoustic: true,
			callId: 3,
		});
	});

	it("takes no verdict from another judge", async () => {
		const judgements = memoryStore();
		const model = modelReplying(yesToAll);
		await judgeAcoustic({
			lemmas: ["dull"],
			model,
			prompt,
			judge: "judge",
			judgements,
		});
		await judgeAcoustic({
			lemmas: ["dull"],
			model,
			prompt,
			judge: "another",
			judgements,
		});
		expect(model.asked).toEqual(["dull", "dull"]);
	});

	it("a word left out makes the reply invalid; asked in halves, only that word fails, and the next run asks again", async () => {
		const judgements = memoryStore();
		const calls = memoryCallStore();
		let forgetful = true;
		const asked: string[] = [];
		const model = createScriptedModel({
			calls,
			answer: ({ messages }) => {
				const words = (messages[0]?.content ?? "").split(" ");
				asked.push(words.join(" "));
				return {
					words: yesToAll(
						words.filter((word) => !forgetful || word !== "old"),
					) as Reply & Json[],
				};
			},
		});
		const options = {
			lemmas: ["dull", "old", "wide"],
			model,
			prompt,
			judge: "judge",
			judgements,
		};
		const first = await judgeAcoustic(options);
		// Each invalid reply is asked again once; then the words go in halves.
		expect(asked).toEqual([
			"dull old wide",
			"dull old wide",
			"dull old",
			"dull old",
			"dull",
			"old",
			"old",
			"wide",
		]);
		expect([...first.verdicts.keys()]).toEqual(["dull", "wide"]);
		expect([...first.failures.keys()]).toEqual(["old"]);
		expect(first.failures.get("old")).toMatchObject({
			name: "LanguageModelError",
			code: "reply_invalid",
			message: expect.stringContaining("got none or two on old"),
		});
		expect(judgements.rows.has("judge: old")).toBe(false);

		forgetful = false;
		asked.length = 0;
		const second = await judgeAcoustic(options);
		expect(asked).toEqual(["old"]);
		expect(second.failures.size).toBe(0);
		expect(second.verdicts.get("old")?.acoustic).toBe(true);
	});

	it("a word judged both ways has no verdict; words that were not asked are ignored; case is not", async () => {
		const model = createScriptedModel({
			answer: ({ messages }) => ({
				words: [
					...(messages[0]?.content ?? "").split(" ").map((word) => ({
						word: ` ${word.toUpperCase()} `,
						acoustic: true,
					})),
					{ word: "dull", acoustic: false },
					{ word: "uninvited", acoustic: true },
				],
			}),
		});
		const { verdicts, failures } = await judgeAcoustic({
			lemmas: ["dull", "loud"],
			model,
			prompt,
			judge: "judge",
			judgements: memoryStore(),
		});
		expect([...verdicts.keys()]).toEqual(["loud"]);
		expect([...failures.keys()]).toEqual(["dull"]);
	});

	it("a yes in the letters of a word is no yes: only booleans are verdicts", () => {
		expect(
			acousticSchema.safeParse({ words: [{ word: "eyes", acoustic: "yes" }] })
				.success,
		).toBe(false);
	});

	it("a failed call fails its words and no others", async () => {
		const failure = new LanguageModelError("refused", { code: "refused" });
		const model = modelReplying((words) => {
			if (words.includes("airy")) throw failure;
			return yesToAll(words);
		});
		const { verdicts, failures } = await judgeAcoustic({
			lemmas: ["airy", "loud"],
			model,
			prompt,
			judge: "judge",
			judgements: memoryStore(),
			wordsPerCall: 1,
		});
		expect([...verdicts.keys()]).toEqual(["loud"]);
		expect(failures.get("airy")).toBe(failure);
	});

	it("stops for the caller's signal", async () => {
		await expect(
			judgeAcoustic({
				lemmas: ["airy"],
				model: modelReplying(yesToAll),
				prompt,
				judge: "judge",
				judgements: memoryStore(),
				signal: AbortSignal.abort(),
			}),
		).rejects.toBeInstanceOf(InterruptedError);
	});

	it("asks nothing about nothing", async () => {
		const model = modelReplying(yesToAll);
		await judgeAcoustic({
			lemmas: [],
			model,
			prompt,
			judge: "judge",
			judgements: memoryStore(),
		});
		expect(model.asked).toEqual([]);
	});
});
