/** What an SDK's zod helper makes of a reply schema, made once: converting it anew for each request costs a tenth of a millisecond. */
import type { z } from "zod";
import type { ReplySchema } from "./calls.ts";

/** `make`, called once for each schema and name. */
export function oncePerSchema<Format>(
	make: (zod: z.ZodType, name: string) => Format,
): (schema: ReplySchema) => Format {
	const made = new WeakMap<z.ZodType, Map<string, Format>>();
	return ({ zod, name }) => {
		const byName = made.get(zod) ?? new Map<string, Format>();
		made.set(zod, byName);
		const format = byName.get(name) ?? make(zod, name);
		byName.set(name, format);
		return format;
	};
}
