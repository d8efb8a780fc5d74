/** Keeps keys out of everything that is stored, printed or thrown. */
import { ConfigError, PrerequisiteError } from "../errors.ts";
import type { Json } from "../shared/hash.ts";

/** Replaces the secret wherever it occurs. */
export type Scrub = {
	text(text: string): string;
	json(value: Json): Json;
	/** A plain Error with the same name and a clean message and stack, to be kept as a cause. */
	cause(error: unknown): Error;
};

/** Shorter "keys" are placeholders for local servers (`none`, `ollama`), and would be found inside ordinary words. */
const shortestSecret = 8;

/** Scrubs `apiKey` (null: nothing to scrub). Keys under 8 characters are taken for placeholders and left. */
export function createScrub(apiKey: string | null): Scrub {
	const secret =
		apiKey !== null && apiKey.length >= shortestSecret ? apiKey : null;
	const forms = secret === null ? [] : formsOf(secret);
	const text = (value: string): string =>
		forms.reduce((clean, form) => clean.replaceAll(form, "[api key]"), value);
	const json = (value: Json): Json => {
		if (secret === null) return value;
		if (typeof value === "string") return text(value);
		if (value === null || typeof value !== "object") return value;
		if (isArray(value)) return value.map(json);
		return Object.fromEntries(
			Object.entries(value).map(([key, member]) => [
				text(key),
				member === undefined ? undefined : json(member),
			]),
		);
	};
	const cause = (error: unknown): Error => {
		const source = error instanceof Error ? error : new Error(String(error));
		const inner = source.cause;
		const clean = new Error(
			text(source.message),
			inner === undefined ? undefined : { cause: cause(inner) },
		);
		clean.name = source.name;
		if (source.stack !== undefined) clean.stack = text(source.stack);
		return clean;
	};
	return { text, json, cause };
}

/** The ways a server may write it: as it is, in JSON (once or twice), in a URL, in HTML, as base64 at each of the three places in a group, as hexadecimal. */
function formsOf(secret: string): readonly string[] {
	const inJson = JSON.stringify(secret).slice(1, -1);
	const inUrl = encodeURIComponent(secret);
	const inHtml = secret
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;")
		.replaceAll('"', "&quot;");
	const bytes = Buffer.from(secret);
	const inBase64 = [0, 1, 2].map((shift) => {
		// The characters that hold bits of its neighbours too are not its own.
		const all = Buffer.concat([Buffer.alloc(shift), bytes]);
		return all
			.toString("base64")
			.slice(Math.ceil((shift * 8) / 6), Math.floor((all.length * 8) / 6));
	});
	const forms = [
		secret,
		inJson,
		JSON.stringify(inJson).slice(1, -1),
		inUrl,
		inUrl.replace(/%[0-9A-F]{2}/g, (sign) => sign.toLowerCase()),
		inHtml,
		...inBase64,
		...inBase64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
		bytes.toString("hex"),
		bytes.toString("hex").toUpperCase(),
	];
	// The longest first: one may be part of another.
	return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

function isArray(value: object): value is readonly Json[] {
	return Array.isArray(value);
}

/**
 * The key as it is sent: surrounding white space removed (a trailing newline is the usual slip), null when absent or blank.
 * Throws PrerequisiteError `api_key_invalid` for a character that no HTTP header can carry; the message gives its position only.
 */
export function cleanApiKey(
	apiKey: string | null | undefined,
	apiKeyEnv: string,
): string | null {
	const trimmed = apiKey?.trim() ?? "";
	if (trimmed === "") return null;
	const position = [...trimmed].findIndex(
		(character) => !/^[\x21-\x7e]$/.test(character),
	);
	if (position >= 0)
		throw new PrerequisiteError(
			`the API key in ${apiKeyEnv} has a character that cannot be sent: expected printable ASCII without spaces, character ${position + 1} of ${trimmed.length} is something else`,
			{
				code: "api_key_invalid",
				hint: `Set ${apiKeyEnv} again; copying from a formatted page often changes dashes or adds spaces.`,
			},
		);
	return trimmed;
}

/**
 * The base URL as it enters keys and records: no trailing slash.
 * Throws ConfigError `base_url_invalid` when it is not http(s), or carries credentials, a query or a fragment (they would be stored).
 */
export function cleanBaseUrl(baseUrl: string): string {
	const problem = (what: string): ConfigError =>
		new ConfigError(`the base URL of the language model ${what}`, {
			code: "base_url_invalid",
			hint: "Expected something like http://localhost:11434/v1; keys come from environment variables only.",
		});
	let url: URL;
	try {
		url = new URL(baseUrl);
	} catch {
		throw problem("is not a URL");
	}
	if (url.protocol !== "http:" && url.protocol !== "https:")
		throw problem(
			`starts with ${url.protocol}//; expected http:// or https://`,
		);
	if (url.username !== "" || url.password !== "")
		throw problem("contains a user name or password");
	if (url.search !== "" || url.hash !== "")
		throw problem("contains a query or fragment");
	return url.href.replace(/\/+$/, "");
}
