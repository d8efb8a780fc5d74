/** Picking concepts by a language model: what is asked, what is read, and what is refused. */
import { beforeAll, describe, expect, it } from "vitest";
import type {
	Choice,
	GenerateRequest,
	LanguageModel,
	Message,
} from "../../../src/llm/port.ts";
import {
	identifyWithModel,
	NONE_FITS,
} from "../../../src/modules/closed-set/in-context.ts";
import type { Shortlister } from "../../../src/modules/closed-set/shortlist.ts";
import { loadPrompts, promptNamed } from "../../../src/prompts/load.ts";
import type { Prompt } from "../../../src/prompts/prompt.ts";

let prompt: Prompt;
beforeAll(async () => {
	prompt = promptNamed(await loadPrompts(), "identify-concept");
});

type Request = {
	readonly messages: readonly Message[];
	readonly options?: readonly string[];
	readonly neutral?: readonly Message[];
};

/** Answers with `reply` by schema, or with `choices` when it ranks options. */
function model(answers: {
	readonly reply?: readonly string[];
	readonly choices?: readonly Choice[];
	readonly logprobs?: "full" | "top" | "none";
}) {
	const asked: Request[] = [];
	const answer = { callIds: [7], cached: false };
	const fake = {
		provider: "fake",
		model: "fake",
		generate: async <T>(request: GenerateRequest<T>) => {
			asked.push(request);
			return {
				...answer,
				value: request.schema.zod.parse({ concepts: answers.reply }),
			};
		},
		choose: async (request: Request) => {
			asked.push(request);
			return { ...answer, value: answers.choices ?? [] };
		},
		capabilities: { logprobs: answers.logprobs ?? "none" },
	};
	// The port's other members are of no concern here.
	return { asked, model: fake as unknown as LanguageModel };
}

const identify = (
	fake: LanguageModel,
	concepts: readonly string[] = ["rain", "church_bells", "dog"],
	shortlister?: Shortlister,
) =>
	identifyWithModel({
		concepts,
		sentences: ["Bells ring.", "It is loud."],
		prompt,
		model: fake,
		shortlister,
	});

const lastMessage = (request: Request | undefined): string =>
	request?.messages.at(-1)?.content ?? "";

describe("a model that gives no probabilities", () => {
	it("names up to five, best first; the statements and the list are in the last message", async () => {
		const { asked, model: fake } = model({ reply: ["church_bells", "dog"] });
		const { result, callIds } = await identify(fake);
		expect(result).toEqual({
			method: "icl",
			function: null,
			ranked: [
				{ concept: "church_bells", score: null },
				{ concept: "dog", score: null },
			],
			margin: null,
			noneFits: false,
			noneScore: null,
			shortlist: null,
		});
		expect(callIds).toEqual([7]);
		expect(lastMessage(asked[0])).toMatch(
			/^Concepts:\n+- rain\n+- church_bells\n+- dog\n+Statements:\n+- Bells ring\.\n+- It is loud\.$/,
		);
	});

	it("none fits is an answer, alone or before names", async () => {
		const alone = await identify(model({ reply: [NONE_FITS] }).model);
		expect(alone.result).toMatchObject({ noneFits: true, ranked: [] });
		const first = await identify(model({ reply: [NONE_FITS, "dog"] }).model);
		expect(first.result).toMatchObject({
			noneFits: true,
			ranked: [{ concept: "dog" }],
		});
		const after = await identify(model({ reply: ["dog", NONE_FITS] }).model);
		expect(after.result).toMatchObject({
			noneFits: false,
			ranked: [{ concept: "dog" }],
		});
	});

	it.each([[["bell"]], [[]], [["dog", "dog"]]])(
		"the reply %j is invalid",
		async (reply) => {
			await expect(identify(model({ reply }).model)).rejects.toThrow();
		},
	);

	it("more than five names are invalid", async () => {
		const many = ["a", "b", "c", "d", "e", "f"];
		await expect(identify(model({ reply: many }).model, many)).rejects.toThrow(
			/1 to 5/,
		);
	});
});

describe("a model that ranks options", () => {
	const choices = [
		{ option: "dog", probability: 0.6 },
		{ option: NONE_FITS, probability: 0.3 },
		{ option: "rain", probability: 0.1 },
		{ option: "church_bells", probability: null },
	];

	it("gives the order and the probabilities, and compares with no statement in particular", async () => {
		const { asked, model: fake } = model({ choices, logprobs: "full" });
		const { result } = await identify(fake);
		expect(result).toMatchObject({
			ranked: [
				{ concept: "dog", score: 0.6 },
				{ concept: "rain", score: 0.1 },
				{ concept: "church_bells", score: null },
			],
			noneFits: false,
			noneScore: 0.3,
		});
		expect(result.margin).toBeCloseTo(0.5, 12);
		expect(asked[0]?.options).toEqual([
			"rain",
			"church_bells",
			"dog",
			NONE_FITS,
		]);
		const neutral = asked[0]?.neutral?.at(-1)?.content ?? "";
		expect(neutral).toContain("- church_bells");
		expect(neutral).not.toContain("Bells ring.");
	});

	it("the likeliest tokens tell 20 options apart, more are asked for by name", async () => {
		const concepts = (count: number): string[] =>
			Array.from({ length: count }, (_, index) => `sound ${index}`);
		const nineteen = model({ choices, logprobs: "top" });
		await identify(nineteen.model, concepts(19));
		expect(nineteen.asked[0]?.options?.length).toBe(20);
		const twenty = model({ reply: ["sound 3"], logprobs: "top" });
		await identify(twenty.model, concepts(20));
		expect(twenty.asked[0]?.options).toBeUndefined();
	});
});

describe("a shortlist", () => {
	const concepts = ["rain", "church_bells", "dog"];
	const shortlister: Shortlister = async (sentences) => {
		expect(sentences).toEqual(["Bells ring.", "It is loud."]);
		return ["dog", "church_bells"];
	};

	it("is what the model is shown, in its order, and is kept; names outside it are refused", async () => {
		const { asked, model: fake } = model({ reply: ["dog"] });
		const { result } = await identify(fake, concepts, shortlister);
		expect(result.shortlist).toEqual(["dog", "church_bells"]);
		expect(lastMessage(asked[0])).toMatch(
			/- dog\n+- church_bells\n+Statements/,
		);
		expect(lastMessage(asked[0])).not.toContain("- rain");
		await expect(
			identify(model({ reply: ["rain"] }).model, concepts, shortlister),
		).rejects.toThrow();
	});

	it("is what is ranked, with none fits behind it", async () => {
		const { asked, model: fake } = model({
			choices: [{ option: NONE_FITS, probability: 0.9 }],
			logprobs: "full",
		});
		const { result } = await identify(fake, concepts, shortlister);
		expect(asked[0]?.options).toEqual(["dog", "church_bells", NONE_FITS]);
		expect(result).toMatchObject({
			noneFits: true,
			noneScore: 0.9,
			ranked: [],
		});
	});
});

describe("identifyWithModel", () => {
	it.each([NONE_FITS, "None_Fits"])(
		"refuses the concept %s, which is the answer that none fits",
		async (reserved) => {
			await expect(
				identify(model({ reply: [NONE_FITS] }).model, ["rain", reserved]),
			).rejects.toMatchObject({
				name: "DataError",
				code: "concept_reserved",
				evidence: { concept: reserved },
			});
		},
	);

	it("has two worked examples, one with a tempting name that is not in the list", () => {
		for (const reply of ["list", "choice"] as const) {
			const messages = prompt.render({
				concepts: ["rain"],
				sentences: ["It rains."],
				reply,
				none: NONE_FITS,
			});
			expect(messages.map(({ role }) => role)).toEqual([
				"system",
				"user",
				"assistant",
				"user",
				"assistant",
				"user",
			]);
			expect(messages[3]?.content).toContain("A ukulele is strummed");
			expect(messages[3]?.content).not.toContain("- ukulele");
			expect(messages[4]?.content.trim()).toBe(
				reply === "list" ? '{"concepts": ["banjo"]}' : "banjo",
			);
		}
	});
});
