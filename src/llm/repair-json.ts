/** Reads JSON that a model wrote nearly right. It only ever drops or respells marks; what is missing is never made up. */
import type { Json } from "../shared/hash.ts";
import { endOfString } from "./json-objects.ts";

const literals: Readonly<Record<string, string>> = {
	True: "true",
	False: "false",
	None: "null",
};

/**
 * The value of `text`, which is one object from brace to brace (see `objectsIn`); undefined when it cannot be read. Beyond JSON it takes
 * trailing commas, texts in single quotes, line breaks and tabs inside texts, Python's True, False and None, and keys without quotes.
 */
export function repairJson(text: string): Json | undefined {
	const parts: string[] = [];
	for (let at = 0; at < text.length; ) {
		const character = text.charAt(at);
		if (character === '"' || character === "'") {
			const end = endOfString(text, at);
			if (end === null) return undefined;
			parts.push(quoted(text.slice(at + 1, end - 1), character));
			at = end;
			continue;
		}
		const word = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(at, at + 100))?.[0];
		if (word !== undefined) {
			const isKey = /^\s*:/.test(text.slice(at + word.length));
			parts.push(isKey ? JSON.stringify(word) : (literals[word] ?? word));
			at += word.length;
			continue;
		}
		const trailing = character === "," && /^,\s*[}\]]/.test(text.slice(at));
		if (!trailing) parts.push(character);
		at += 1;
	}
	try {
		return JSON.parse(parts.join(""));
	} catch {
		return undefined;
	}
}

/** The inside of a text as a JSON string. */
function quoted(inside: string, quote: string): string {
	const plain =
		quote === "'"
			? inside.replace(/\\'/g, "'").replace(/(?<!\\)((?:\\\\)*)"/g, '$1\\"')
			: inside;
	const oneLine = plain.replace(
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what JSON does not allow
		/[\u0000-\u001f]/g,
		(control) => JSON.stringify(control).slice(1, -1),
	);
	return `"${oneLine}"`;
}
