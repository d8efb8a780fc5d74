/** JSON Schemas as llama.cpp's grammars read them. */
import type { Json } from "../shared/hash.ts";

/**
 * The same schema with every `anyOf` as `oneOf`: node-llama-cpp turns `anyOf` (zod's unions and nullable types) into a grammar that allows only
 * `null`. Bounds of numbers and patterns are not enforced by a grammar; replies are checked afterwards all the same.
 */
export function grammarSchema(schema: Json): Json {
	if (schema === null || typeof schema !== "object") return schema;
	if (isArray(schema)) return schema.map(grammarSchema);
	return Object.fromEntries(
		Object.entries(schema).map(([key, value]) => {
			// Below these keys are names and values of the reply, not keywords.
			if (value === undefined || key === "enum" || key === "const")
				return [key, value];
			if (key === "properties" || key === "$defs")
				return [key, mapValues(value)];
			return [key === "anyOf" ? "oneOf" : key, grammarSchema(value)];
		}),
	);
}

function mapValues(members: Json): Json {
	if (members === null || typeof members !== "object" || isArray(members))
		return members;
	return Object.fromEntries(
		Object.entries(members).map(([name, schema]) => [
			name,
			schema === undefined ? undefined : grammarSchema(schema),
		]),
	);
}

function isArray(value: object): value is readonly Json[] {
	return Array.isArray(value);
}
