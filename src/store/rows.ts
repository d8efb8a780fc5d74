/** Rows to values: everything read from a store is parsed here, and everything JSON is written here. */
import { z } from "zod";
import { StoreError } from "../errors.ts";
import { canonicalJson, type Json } from "../shared/hash.ts";
import type { ErrorRecord } from "../types.ts";

/** Any JSON value; the text comes from JSON.parse, so only the type is said. */
export const anyJson: z.ZodType<Json> = z.json();

/** A column of JSON text whose value fits `schema`. */
export function jsonColumn<T>(schema: z.ZodType<T>) {
	return z
		.string()
		.transform((text, context): unknown => {
			try {
				return JSON.parse(text);
			} catch {
				context.addIssue({ code: "custom", message: "is not JSON" });
				return z.NEVER;
			}
		})
		.pipe(schema);
}

/** The stored form of an error; evidence is whatever was seen. */
export const errorRecord: z.ZodType<ErrorRecord> = z.object({
	name: z.string(),
	code: z.string(),
	message: z.string(),
	hint: z.string().exactOptional(),
	evidence: z.record(z.string(), z.unknown()).exactOptional(),
});

/** One row. StoreError `row_invalid` names the table and what does not fit. */
export function parseRow<T>(
	schema: z.ZodType<T>,
	row: unknown,
	table: string,
): T {
	const result = schema.safeParse(row);
	if (result.success) return result.data;
	throw new StoreError(
		`a row of ${table} in the store is not what was written: ${z.prettifyError(result.error)}`,
		{
			code: "row_invalid",
			hint: "The database has been changed by something else; restore it from a backup.",
			cause: result.error,
		},
	);
}

/**
 * Canonical JSON text of a value that is to be stored. A number JSON cannot say would come back as null, so it is refused:
 * StoreError `not_json`, `what` names the value.
 */
export function toJson(value: unknown, what: string): string {
	try {
		// The edge: canonicalJson throws for what is not finite, and zod parses the text again on the way out.
		return canonicalJson(value as Json);
	} catch (error) {
		throw new StoreError(
			`${what} cannot be stored as JSON: ${error instanceof Error ? error.message : String(error)}`,
			{
				code: "not_json",
				hint: "Undefined numbers are stored as null with a reason.",
				cause: error,
			},
		);
	}
}

/**
 * JSON text of an error. Its evidence is whatever was seen, and storing what was paid for must not fail because of it: what JSON cannot
 * say becomes null or is left out, and evidence that cannot be written at all is replaced by the reason.
 */
export function errorToJson(error: ErrorRecord): string {
	try {
		return canonicalJson(JSON.parse(JSON.stringify(error)));
	} catch (cause) {
		const { evidence: _, ...rest } = error;
		return canonicalJson({
			...rest,
			evidence: { notStored: cause instanceof Error ? cause.message : null },
		});
	}
}
