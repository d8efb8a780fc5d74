/** A reasoning model's thoughts, where a server leaves them in the text of the reply. */

const finished = /^\s*<(think|thinking|reasoning)>[\s\S]*?<\/\1>\s*/;
const begun = /^\s*<(?:think|thinking|reasoning)>/;

/** The reply without a leading `<think>...</think>`; null when the thoughts never end, so that there is no reply. */
export function withoutThoughts(text: string): string | null {
	const rest = text.replace(finished, "");
	return begun.test(rest) ? null : rest;
}
