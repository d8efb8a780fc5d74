/** Choosing by a local model's own logits: log-probabilities of whole options after a prompt. */
import type {
	EvaluationOutput,
	LlamaContextSequence,
	NextLogits,
	Token,
} from "node-llama-cpp";
import { forgetOldest } from "../shared/forget-oldest.ts";
import { local, spent, tooLong } from "./llama-cpp-answers.ts";
import type { LlamaCppOptions } from "./llama-cpp-identity.ts";
import type { Loaded } from "./llama-cpp-load.ts";
import { promptTokens } from "./llama-cpp-prompt.ts";
import type { Message } from "./port.ts";
import type { ProviderAnswer, RankRequest } from "./provider.ts";

/** Log-probabilities after a neutral prompt that are kept: they are the same for every word or neuron of a module. */
const neutralsKept = 16;

/** log P(option | messages) - log P(option | neutral), or the first alone without `neutral`. */
export async function rank(
	loaded: Loaded,
	options: LlamaCppOptions,
	request: RankRequest,
	neutrals: Map<string, readonly number[]>,
	signal: AbortSignal,
): Promise<ProviderAnswer> {
	const { sequence } = loaded;
	const before = sequence.tokenMeter.getState();
	const tokensOf = (messages: readonly Message[]) => ({
		prompt: promptTokens(loaded, messages),
		withOption: request.options.map((option) =>
			promptTokens(loaded, messages, option),
		),
	});
	const asked = tokensOf(request.messages);
	const longest = Math.max(...asked.withOption.map(({ length }) => length));
	if (longest > options.contextSize)
		return tooLong(options, asked.prompt.length, longest - asked.prompt.length);
	const given = await optionLogProbabilities({ sequence, ...asked, signal });
	const { neutral } = request;
	const key = JSON.stringify([neutral, request.options]);
	const base =
		neutral === null
			? null
			: (neutrals.get(key) ??
				(await optionLogProbabilities({
					sequence,
					...tokensOf(neutral),
					signal,
				})));
	if (base !== null) {
		neutrals.set(key, base);
		forgetOldest(neutrals, neutralsKept);
	}
	return {
		...local,
		outcome: "ok",
		failure: null,
		text: JSON.stringify({
			logProbabilities: given.map(
				(value, index) => value - (base?.[index] ?? 0),
			),
			given,
			neutral: base,
		}),
		finishReason: null,
		usage: spent(loaded, before),
	};
}

/**
 * Natural logarithm of P(option | prompt), the product over the option's tokens of P(token | all before it), one per option, in
 * (-inf, 0]. `prompts` are the tokens of the prompt alone and, for each option, of prompt and option together. The prompt is evaluated
 * once, each option from the same state, so that neither the order of the options nor the other options change a value.
 */
export async function optionLogProbabilities(options: {
	/** Its history is cleared first. */
	readonly sequence: LlamaContextSequence;
	readonly prompt: readonly Token[];
	readonly withOption: readonly (readonly Token[])[];
	readonly signal: AbortSignal;
}): Promise<number[]> {
	const { sequence, prompt, withOption, signal } = options;
	// A tokenizer may join the end of the prompt with the option's first letters: they begin to differ there.
	const shared = Math.max(1, sharedLength(prompt, withOption));
	await sequence.clearHistory();
	signal.throwIfAborted();
	const heads = withOption.map((tokens) => tokenAt(tokens, shared));
	const beginning = await sequence.controlledEvaluate([
		...prompt.slice(0, shared - 1),
		[tokenAt(prompt, shared - 1), logitsOf([...new Set(heads)])],
	]);
	const values: number[] = [];
	for (const [index, tokens] of withOption.entries()) {
		signal.throwIfAborted();
		let sum = logProbability(beginning[shared - 1], tokenAt(heads, index));
		const rest = tokens.slice(shared);
		if (rest.length > 1) {
			const outputs = await sequence.controlledEvaluate(
				rest
					.slice(0, -1)
					.map((token, at) => [token, logitsOf([tokenAt(rest, at + 1)])]),
			);
			for (const [at, token] of rest.slice(1).entries())
				sum += logProbability(outputs[at], token);
			await sequence.eraseContextTokenRanges([
				{ start: shared, end: sequence.nextTokenIndex },
			]);
		}
		values.push(sum);
	}
	return values;
}

/** How many tokens all of them begin with; at least one token of every option is left. */
function sharedLength(
	prompt: readonly Token[],
	others: readonly (readonly Token[])[],
): number {
	let length = prompt.length;
	for (const other of others) {
		length = Math.min(length, other.length - 1);
		for (let index = 0; index < length; index += 1)
			if (other[index] !== prompt[index]) length = index;
	}
	return length;
}

function logitsOf(tokens: readonly Token[]): NextLogits {
	return {
		generateNext: {
			totalLogitWeight: true,
			logits: { filter: { tokens, includeMax: true } },
		},
	};
}

/** log softmax of one logit: `logit - largest - log(sum of exp(logit - largest))`, the sum being `totalLogitWeight`. */
function logProbability(
	output: EvaluationOutput | undefined,
	token: Token,
): number {
	const logits = output?.next.logits;
	const weight = output?.next.totalLogitWeight;
	const logit = logits?.get(token);
	if (logits === undefined || weight === undefined || logit === undefined)
		throw new Error("node-llama-cpp reported no logit for a token asked for");
	return logit - Math.max(...logits.values()) - Math.log(weight);
}

function tokenAt(tokens: readonly Token[], index: number): Token {
	const token = tokens[index];
	if (token === undefined) throw new RangeError(`no token at ${index}`);
	return token;
}
