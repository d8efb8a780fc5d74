import { describe, expect, it } from "vitest";
import { z } from "zod";
import { grammarSchema } from "../../src/llm/llama-cpp-grammar.ts";
import type { Json } from "../../src/shared/hash.ts";

const jsonOf = (schema: z.ZodType): Json =>
	JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: "input" })));

describe("schemas for grammars", () => {
	it("unions become oneOf at every depth", () => {
		const schema = z.object({
			words: z.array(
				z.object({ verdict: z.object({ heard: z.boolean() }).nullable() }),
			),
		});
		const converted = JSON.stringify(grammarSchema(jsonOf(schema)));
		expect(JSON.stringify(jsonOf(schema))).toContain('"anyOf":[{');
		expect(converted).not.toContain("anyOf");
		expect(converted).toContain('"oneOf":[{');
		expect(converted).toContain('{"type":"null"}]');
	});

	it("names and values of the reply stay as they are", () => {
		const schema: Json = {
			type: "object",
			properties: {
				anyOf: { enum: ["anyOf", "b"] },
				properties: { anyOf: [{ const: "anyOf" }, { type: "null" }] },
			},
			required: ["anyOf"],
			$defs: { anyOf: { anyOf: [{ type: "string" }, { type: "null" }] } },
		};
		expect(grammarSchema(schema)).toEqual({
			type: "object",
			properties: {
				anyOf: { enum: ["anyOf", "b"] },
				properties: { oneOf: [{ const: "anyOf" }, { type: "null" }] },
			},
			required: ["anyOf"],
			$defs: { anyOf: { oneOf: [{ type: "string" }, { type: "null" }] } },
		});
	});

	it("a schema without unions is the same", () => {
		const json = jsonOf(z.object({ choice: z.enum(["a", "b"]) }));
		expect(grammarSchema(json)).toEqual(json);
	});
});
