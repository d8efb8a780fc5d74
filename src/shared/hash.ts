/** Content addresses: SHA-256 of bytes, and of JSON in canonical form (keys sorted at every level). */
import { createHash } from "node:crypto";
import type { Json } from "../types.ts";

export type { Json };

/** JSON text with sorted keys and no spaces. Throws TypeError for NaN and infinities, which JSON cannot say. */
export function canonicalJson(value: Json): string {
	if (typeof value === "number") {
		if (!Number.isFinite(value))
			throw new TypeError(`a hashed number must be finite, got ${value}`);
		return JSON.stringify(value);
	}
	if (value === null || typeof value !== "object") return JSON.stringify(value);
	if (isArray(value))
		return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
	const members = Object.keys(value)
		.filter((key) => value[key] !== undefined)
		.sort()
		.map(
			(key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as Json)}`,
		);
	return `{${members.join(",")}}`;
}

function isArray(value: object): value is readonly Json[] {
	return Array.isArray(value);
}

/** Lower-case hex SHA-256. */
export function sha256(data: string | Uint8Array): string {
	return createHash("sha256").update(data).digest("hex");
}

/** SHA-256 of the canonical JSON. */
export function hashJson(value: Json): string {
	return sha256(canonicalJson(value));
}
