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

/** Input tokens of a call, estimated: its messages and, where the server is sent one, the JSON Schema of the reply. */
function estimateInput(call: Call): number {
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

/** What a call can use at most. */
export function worstCase(call: Call, maxOutputTokens: number): Tokens {
	return { input: estimateInput(call), output: maxOutputTokens };
}

/**
 * What an answered call is charged. A failed request whose status came back costs nothing unless the provider says so, nor does a lost
 * connection; one that timed out may have been worked on to the end and counts as `worst`.
 */
export function usedBy(answer: ProviderAnswer, worst: Tokens): Used {
	const { inputTokens, outputTokens } = answer.usage;
	if (inputTokens !== null && outputTokens !== null)
		return { input: inputTokens, output: outputTokens, estimated: false };
	const answered = answer.httpStatus !== null && answer.httpStatus < 400;
	if (answer.outcome === "error" && !answered)
		return answer.failure?.code === "timeout" && answer.httpStatus === null
			? { ...worst, estimated: true }
			: {
					input: inputTokens ?? 0,
					output: outputTokens ?? 0,
					estimated: false,
				};
	return {
		input: inputTokens ?? worst.input,
		output:
			outputTokens ?? Math.min(worst.output, estimateTokens(answer.text ?? "")),
		estimated: true,
	};
}
