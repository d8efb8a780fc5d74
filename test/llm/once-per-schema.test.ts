/** A schema is converted once for each name. */
import { expect, it } from "vitest";
import { z } from "zod";
import { oncePerSchema } from "../../src/llm/once-per-schema.ts";

it("the same schema and name share a format, others have their own", () => {
	const made: string[] = [];
	const formatOf = oncePerSchema((zod, name) => {
		made.push(name);
		return { zod, name };
	});
	const json = {};
	const text = { name: "text", zod: z.string(), json };
	const first = formatOf(text);
	expect(first).toEqual({ zod: text.zod, name: "text" });
	expect(formatOf({ ...text, json: null })).toBe(first);
	const renamed = formatOf({ ...text, name: "title" });
	expect(renamed).toEqual({ zod: text.zod, name: "title" });
	const number = { name: "text", zod: z.number(), json };
	expect(formatOf(number)).toEqual({ zod: number.zod, name: "text" });
	expect(made).toEqual(["text", "title", "text"]);
});
