/** The chain rule over a model that is known in full: a table of logits by last token. */
import fc from "fast-check";
import type {
	EvaluationOutput,
	LlamaContextSequence,
	NextLogits,
	Token,
} from "node-llama-cpp";
import { describe, expect, it } from "vitest";
import { optionLogProbabilities } from "../../src/llm/llama-cpp-rank.ts";

const vocabulary = 6;

/** A sequence whose next token depends on the last one and on how many there are, so that a wrong state shows. */
function tableSequence(table: readonly (readonly number[])[]) {
	const held: number[] = [];
	let evaluated = 0;
	const logitsNow = (): readonly number[] =>
		(table[(held.at(-1) ?? 0) % table.length] ?? []).map(
			(logit, index) => logit + Math.sin(held.length * (index + 1)),
		);
	const sequence: LlamaContextSequence = {
		get nextTokenIndex() {
			return held.length;
		},
		tokenMeter: {
			getState: () => ({ usedInputTokens: evaluated, usedOutputTokens: 0 }),
		},
		clearHistory: async () => {
			held.length = 0;
		},
		eraseContextTokenRanges: async (ranges) => {
			for (const { start, end } of ranges) held.splice(start, end - start);
		},
		controlledEvaluate: async (input) =>
			input.map((item): EvaluationOutput | undefined => {
				const [token, options]: readonly [Token, NextLogits | null] =
					Array.isArray(item) ? item : [item, null];
				held.push(token);
				evaluated += 1;
				if (options === null) return undefined;
				const logits = logitsNow();
				const largest = Math.max(...logits);
				const { tokens } = options.generateNext.logits.filter;
				const wanted = new Set<number>([...tokens, logits.indexOf(largest)]);
				return {
					next: {
						logits: new Map(
							[...wanted].map((token) => [
								token as Token,
								logits[token] as number,
							]),
						),
						totalLogitWeight: logits.reduce(
							(sum, logit) => sum + Math.exp(logit - largest),
							0,
						),
					},
				};
			}),
	};
	/** log P(token | tokens) straight from the table. */
	const logProbability = (tokens: readonly number[], token: number): number => {
		held.length = 0;
		held.push(...tokens);
		const logits = logitsNow();
		const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
		return (logits[token] as number) - Math.log(total);
	};
	return { sequence, logProbability, evaluated: () => evaluated };
}

const token = fc.nat({ max: vocabulary - 1 });
const tableOf = fc.array(
	fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
		minLength: vocabulary,
		maxLength: vocabulary,
	}),
	{ minLength: 2, maxLength: 4 },
);
const asTokens = (numbers: readonly number[]) => numbers as readonly Token[];
const signal = new AbortController().signal;

describe("log-probabilities of options", () => {
	it("are the sum over the option's tokens, whatever the options share", async () => {
		await fc.assert(
			fc.asyncProperty(
				tableOf,
				fc.array(token, { minLength: 1, maxLength: 5 }),
				fc.array(fc.array(token, { minLength: 1, maxLength: 4 }), {
					minLength: 2,
					maxLength: 5,
				}),
				async (table, prompt, options) => {
					const { sequence, logProbability } = tableSequence(table);
					const values = await optionLogProbabilities({
						sequence,
						prompt: asTokens(prompt),
						withOption: options.map((option) =>
							asTokens([...prompt, ...option]),
						),
						signal,
					});
					for (const [index, option] of options.entries()) {
						const expected = option.reduce(
							(sum, next, at) =>
								sum + logProbability([...prompt, ...option.slice(0, at)], next),
							0,
						);
						expect(values[index]).toBeCloseTo(expected, 9);
					}
				},
			),
		);
	});

	it("a token that joins prompt and option counts from where they differ", async () => {
		const { sequence, logProbability } = tableSequence([
			[1, 2, 3, 4, 5, 6],
			[6, 5, 4, 3, 2, 1],
		]);
		const values = await optionLogProbabilities({
			sequence,
			prompt: asTokens([3, 1, 2]),
			withOption: [asTokens([3, 1, 5]), asTokens([3, 1, 2, 4])],
			signal,
		});
		expect(values[0]).toBeCloseTo(logProbability([3, 1], 5), 12);
		expect(values[1]).toBeCloseTo(
			logProbability([3, 1], 2) + logProbability([3, 1, 2], 4),
			12,
		);
	});

	it("the prompt is evaluated once", async () => {
		const { sequence, evaluated } = tableSequence([[1, 2, 3, 4, 5, 6]]);
		const prompt = asTokens(Array.from({ length: 50 }, () => 1));
		await optionLogProbabilities({
			sequence,
			prompt,
			withOption: [2, 3, 4].map((last) => asTokens([...prompt, last, 0])),
			signal,
		});
		expect(evaluated()).toBe(53);
	});

	it("stops when the signal has fired", async () => {
		const { sequence, evaluated } = tableSequence([[1, 2, 3, 4, 5, 6]]);
		const controller = new AbortController();
		controller.abort(new Error("enough"));
		await expect(
			optionLogProbabilities({
				sequence,
				prompt: asTokens([1]),
				withOption: [asTokens([1, 2]), asTokens([1, 3])],
				signal: controller.signal,
			}),
		).rejects.toThrow("enough");
		expect(evaluated()).toBe(0);
	});
});
