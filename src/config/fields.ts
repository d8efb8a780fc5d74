/** Kinds of field the config is made of. */
import { z } from "zod";

/** Not blank. */
export const text = z
	.string()
	.regex(/\S/, { error: "expected a text that is not blank" });
/** A whole number between two limits, both allowed. */
export const count = (minimum: number, maximum: number) =>
	z.int().min(minimum).max(maximum);

/** A whole number or `auto`. */
export const wholeOrAuto = (maximum: number) =>
	z.union([z.literal("auto"), count(1, maximum)], {
		error: `expected "auto" or a whole number from 1 to ${maximum}`,
	});

/** Base URL of a server; user names, keys and queries have no place in it, because it is stored. */
export const baseUrl = z
	.string()
	.refine(isPlainUrl, {
		error:
			'expected an http or https URL without user, query or fragment, such as "http://localhost:11434/v1"',
	})
	.nullable()
	.default(null);

function isPlainUrl(value: string): boolean {
	if (!URL.canParse(value)) return false;
	const url = new URL(value);
	return (
		/^https?:$/.test(url.protocol) &&
		url.username === "" &&
		url.password === "" &&
		url.search === "" &&
		url.hash === ""
	);
}

/** The value is never shown in a message: a key may have been put here by mistake. */
export const environmentVariable = z
	.string()
	.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
		error:
			"expected the name of an environment variable (letters, digits, _), not the key itself",
	})
	.nullable()
	.default(null);
