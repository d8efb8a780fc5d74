import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, hashJson, sha256 } from "../../src/shared/hash.ts";

describe("canonicalJson", () => {
	it("sorts keys at every level and leaves out undefined", () => {
		expect(
			canonicalJson({ b: [{ d: 1, c: null }], a: "x", z: undefined }),
		).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
	});

	it("is JSON that means the same", () => {
		fc.assert(
			fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
				expect(JSON.parse(canonicalJson(value as never))).toEqual(
					JSON.parse(JSON.stringify(value)),
				);
			}),
		);
	});

	it("refuses numbers JSON cannot say", () => {
		expect(() => canonicalJson({ a: Number.NaN })).toThrow(
			"must be finite, got NaN",
		);
	});
});

describe("hashJson", () => {
	it("does not depend on key order", () => {
		expect(hashJson({ a: 1, b: 2 })).toBe(hashJson({ b: 2, a: 1 }));
	});

	it("is the SHA-256 of the canonical text", () => {
		// FIPS 180-2, "abc".
		expect(sha256("abc")).toBe(
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		);
		expect(hashJson("abc")).toBe(sha256('"abc"'));
	});
});
