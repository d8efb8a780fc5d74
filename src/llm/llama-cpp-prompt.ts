/** Messages as a local model's chat template writes them, in tokens. */
import type { ChatHistoryItem, Token } from "node-llama-cpp";
import type { Loaded } from "./llama-cpp-load.ts";
import type { Message } from "./port.ts";

/** Messages as node-llama-cpp names them. Text is text: what looks like the template's own marks does not become one. */
export function chatHistory(messages: readonly Message[]): ChatHistoryItem[] {
	return messages.map(({ role, content }) =>
		role === "assistant"
			? { type: "model", response: [content] }
			: { type: role, text: content },
	);
}

/**
 * Tokens of the messages up to where the reply begins, followed by those of `reply`. A last message of the assistant is how the reply
 * begins: `reply` goes on after a space.
 */
export function promptTokens(
	{ chatWrapper, model }: Pick<Loaded, "chatWrapper" | "model">,
	messages: readonly Message[],
	reply = "",
): Token[] {
	const last = messages.at(-1);
	const begun = last?.role === "assistant" ? last.content.trimEnd() : null;
	const before = begun === null ? messages : messages.slice(0, -1);
	const response = [begun ?? "", reply].filter((text) => text !== "").join(" ");
	const { contextText } = chatWrapper.generateContextState({
		chatHistory: [
			...chatHistory(before),
			{ type: "model", response: [response] },
		],
	});
	return contextText.tokenize(model.tokenizer);
}
