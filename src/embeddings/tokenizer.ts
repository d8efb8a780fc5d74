/** Text to token ids for the sentence encoder. The only file that knows @huggingface/tokenizers. */
import { Tokenizer } from "@huggingface/tokenizers";

export type Tokenize = (text: string) => readonly number[];

/**
 * A tokenizer from the texts of `tokenizer.json` and `tokenizer_config.json`. Ids include the special tokens at both ends.
 * A text of more than `maximumIds` ids keeps the first `maximumIds - 1` and the closing special token.
 */
export function createTokenizer(options: {
	readonly tokenizer: string;
	readonly tokenizerConfig: string;
	readonly maximumIds: number;
}): Tokenize {
	const { maximumIds } = options;
	const tokenizer = new Tokenizer(
		parseObject(options.tokenizer),
		parseObject(options.tokenizerConfig),
	);
	return (text) => {
		const { ids } = tokenizer.encode(text);
		if (ids.length <= maximumIds) return ids;
		return [...ids.slice(0, maximumIds - 1), ids[ids.length - 1] as number];
	};
}

function parseObject(text: string): object {
	const value: unknown = JSON.parse(text);
	if (typeof value !== "object" || value === null)
		throw new TypeError(`expected a JSON object, got ${typeof value}`);
	return value;
}
