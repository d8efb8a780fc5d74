/** HTML as values: a template that escapes everything which is not already HTML. */

/** Text that is HTML. Only `html` and `trusted` make it. */
export class Html {
	readonly text: string;
	constructor(text: string) {
		this.text = text;
	}
}

/** What may stand in a template: text is escaped, null and false leave nothing behind. */
export type HtmlValue =
	| Html
	| string
	| number
	| null
	| undefined
	| false
	| readonly HtmlValue[];

/**
 * HTML may not hold NUL, the other control characters, lone surrogates or non-characters;
 * browsers drop or replace them, each in its own way. Tab, newline and carriage return are fine.
 */
const unrepresentable =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
	/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFDD0-\uFDEF\uFFFE\uFFFF]|\p{Surrogate}/gu;

const special = /[&<>"'`]/g;
const entities: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
	"`": "&#96;",
};

/** Text made safe between tags and inside quoted attributes. What HTML cannot hold becomes U+FFFD. */
export function escapeHtml(text: string): string {
	return text
		.replace(unrepresentable, "\uFFFD")
		.replace(special, (character) => entities[character] ?? character);
}

/** Tagged template: `` html`<p>${caption}</p>` ``. Interpolated text is escaped, nested `Html` is not, lists are joined. */
export function html(
	strings: TemplateStringsArray,
	...values: readonly HtmlValue[]
): Html {
	let text = strings[0] ?? "";
	for (const [index, value] of values.entries())
		text += render(value) + (strings[index + 1] ?? "");
	return new Html(text);
}

/** Text of the project itself that already is HTML, CSS or script. Never for anything from outside. */
export function trusted(text: string): Html {
	return new Html(text);
}

function render(value: HtmlValue): string {
	if (value instanceof Html) return value.text;
	if (value === null || value === undefined || value === false) return "";
	if (typeof value === "string") return escapeHtml(value);
	if (typeof value === "number") return escapeHtml(String(value));
	let text = "";
	for (const item of value) text += render(item);
	return text;
}
