/** Finds the JSON objects in a reply that is more than one: code fences, words around it, a reasoning model's thoughts. */
import { withoutThoughts } from "./thoughts.ts";

/**
 * The outermost `{...}` of a text, in order; null when one of them never ends: the reply was cut, and must not be completed. Braces in
 * strings do not count, whichever quotes they have. A leading block of thoughts is left out.
 */
export function objectsIn(text: string): readonly string[] | null {
	const said = withoutThoughts(text);
	if (said === null) return null;
	const objects: string[] = [];
	for (
		let from = said.indexOf("{");
		from >= 0;
		from = said.indexOf("{", from)
	) {
		const end = endOfObject(said, from);
		if (end === null) return null;
		objects.push(said.slice(from, end));
		from = end;
	}
	return objects;
}

/** Position after the brace that closes the one at `from`; null when none does. */
function endOfObject(text: string, from: number): number | null {
	const open: string[] = [];
	for (let at = from; at < text.length; at += 1) {
		const character = text.charAt(at);
		if (character === '"' || (character === "'" && opensText(text, at))) {
			const end = endOfString(text, at);
			if (end === null) return null;
			at = end - 1;
		} else if (character === "{") open.push("}");
		else if (character === "[") open.push("]");
		else if (character === "}" || character === "]") {
			if (open.pop() !== character) return null;
			if (open.length === 0) return at + 1;
		}
	}
	return null;
}

/** An apostrophe begins a text only where a key or a value may begin. */
function opensText(text: string, at: number): boolean {
	return /[{[,:]\s*$/.test(text.slice(Math.max(0, at - 100), at));
}

/**
 * Position after the quote that closes the one at `at`; null when none does. A quote closes only in front of what may follow a text
 * (`,`, `:`, `}`, `]`), so that `'it's raining'` is one text; a double quote closes wherever it is, as in JSON.
 */
export function endOfString(text: string, at: number): number | null {
	const quote = text.charAt(at);
	for (let next = at + 1; next < text.length; next += 1) {
		const character = text.charAt(next);
		if (character === "\\") next += 1;
		else if (
			character === quote &&
			(quote === '"' || /^\s*[,:}\]]/.test(text.slice(next + 1, next + 101)))
		)
			return next + 1;
	}
	return null;
}
