/** Token counts where nobody has counted: an upper estimate before a call is sent, and what it used when the provider does not say. */
import type { Call } from "./calls.ts";
import type { Used } from "./ledger.ts";
import type { Tokens } from "./prices.ts";
import type { ProviderAnswer } from "./provider.ts";

/** UTF-8 bytes to a token: below the 3.5 to 4.5 of English text, so that an estimate is rather too high. */
const BYTES_PER_TOKEN = 3;

/** Tokens that frame each message. */
const PER_MESSAGE = 4;

/** Estimated tokens of a text: its UTF-8 bytes / 3, rounded up. */
export function estimateTokens(text: string): number {
	return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** Input tokens of a call without its sounds, estimated: its messages and, where the server is sent one, the JSON Schema of the reply. */
function estimateText(call: Call): number {
	const { messages, schema, format, ranked } = call;
	const texts = [...messages, ...(ranked?.neutral ?? [])].map(
		({ content }) => content,
	);
	const sent = format === "schema" ? [JSON.stringify(schema.json)] : [];
	return [...texts, ...(ranked?.options ?? []), ...sent].reduce(
		(sum, text) => sum + PER_MESSAGE + estimateTokens(text),
		0,
	);
}

/** Longest sounds of a call, seconds; null when that is not known of one. */
export function mostSeconds({
	audio = [],
}: Pick<Call, "audio">): number | null {
	return audio.reduce<number | null>(
		(sum, { mostSeconds: seconds }) =>
			sum === null || seconds === undefined ? null : sum + seconds,
		0,
	);
}

/**
 * What a call can use at most. `audioTokensPerSecond`: input tokens of a second of sound; null: not known, and sounds count for nothing
 * (where that matters, `Account.expectAudio` was asked before).
 */
export function worstCase(
	call: Call,
	maxOutputTokens: number,
	audioTokensPerSecond: number | null = null,
): Tokens {
	const text = estimateText(call);
	if (call.audio === undefined) return { input: text, output: maxOutputTokens };
	const audio = Math.ceil(
		(mostSeconds(call) ?? 0) * (audioTokensPerSecond ?? 0),
	);
	return { input: text + audio, output: maxOutputTokens, audio };
}

/**
 * What an answered call is charged. A failed request whose status came back costs nothing unless the provider says so; one that ended
 * without any reply is counted where it is sent (`Entry.lost`).
 */
export function usedBy(answer: ProviderAnswer, worst: Tokens): Used {
	const { inputTokens, outputTokens } = answer.usage;
	const answered = answer.httpStatus !== null && answer.httpStatus < 400;
	const failed = answer.outcome === "error" && !answered;
	const input = inputTokens ?? (failed ? 0 : worst.input);
	const audio = audioOf(answer, worst, input);
	return {
		input,
		output:
			outputTokens ??
			(failed ? 0 : Math.min(worst.output, estimateTokens(answer.text ?? ""))),
		cached: answer.usage.cachedTokens ?? 0,
		cacheWrite: answer.usage.cacheWriteTokens ?? 0,
		audio: audio ?? (failed ? 0 : input),
		estimated:
			!failed &&
			(inputTokens === null || outputTokens === null || audio === null),
	};
}

/** Of the input, sound: as reported; null when sounds were sent and nobody said how many tokens they were. They cost more than text, so that all of the input counts as such. */
function audioOf(
	{ usage }: ProviderAnswer,
	worst: Tokens,
	input: number,
): number | null {
	if (usage.audioTokens != null) return Math.min(usage.audioTokens, input);
	return worst.audio === undefined ? 0 : null;
}
