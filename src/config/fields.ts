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

/** Names under which servers take a key in the body. */
const SECRET_NAMES =
	/^(x[-_])?(api[-_]?key|authorization|auth[-_]?token|access[-_]?token|bearer|password|secret|token)$/i;

/** Fields of a request body, by name. It is stored and shown, so a key has no place in it; its value is never shown in a message. */
export const requestBody = z
	.record(z.string(), z.json())
	.superRefine((fields, context) => {
		for (const path of secretPaths(fields))
			context.addIssue({
				code: "custom",
				path: [...path],
				message:
					"a key has no place here, because the config is stored: expected it in the environment variable that apiKeyEnv names",
			});
	});

function secretPaths(value: unknown): (readonly string[])[] {
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([name, member]) =>
		SECRET_NAMES.test(name)
			? [[name]]
			: secretPaths(member).map((path) => [name, ...path]),
	);
}
