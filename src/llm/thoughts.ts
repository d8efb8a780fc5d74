/** A reasoning model's thoughts, where a server leaves them in the text of the reply. */

/** How models write them: Qwen, DeepSeek and others; Mistral. */
const finished =
	/^\s*(?:<(think|thinking|reasoning)>[\s\S]*?<\/\1>|\[THINK\][\s\S]*?\[\/THINK\])\s*/;
const begun = /^\s*(?:<(?:think|thinking|reasoning)>|\[THINK\])/;
/** Chat templates that write the opening mark into the prompt leave a reply only the closing one. No value of a prompt holds one (see `plainText`). */
const onlyClosed =
	/^[\s\S]*?(?:<\/(?:think|thinking|reasoning)>|\[\/THINK\])\s*/;

/** gpt-oss, unparsed: every channel but the final one is thinking. */
const channel = /^\s*(?:<\|start\|>assistant)?<\|channel\|>/;
const finalChannel =
	/<\|channel\|>final[^<]*<\|message\|>([\s\S]*?)(?:<\|(?:return|end)\|>\s*)?$/;

/** The reply without the thoughts in front of it; null when they never end, so that there is no reply. */
export function withoutThoughts(text: string): string | null {
	if (channel.test(text)) return finalChannel.exec(text)?.[1] ?? null;
	const rest = text.replace(finished, "");
	if (begun.test(rest)) return null;
	return rest === text ? text.replace(onlyClosed, "") : rest;
}
