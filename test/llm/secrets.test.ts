/** A key is found in every way a server may write it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createScrub } from "../../src/llm/secrets.ts";

const KEY = 'sk-planted-"0123\\456789/abcdef+ghij=&<>';
const scrub = createScrub(KEY);

describe("a key in an answer", () => {
	test.each([
		["as it is", KEY],
		["in JSON", JSON.stringify(KEY).slice(1, -1)],
		["in JSON in JSON", JSON.stringify(JSON.stringify(KEY)).slice(3, -3)],
		["in a URL", encodeURIComponent(KEY)],
		[
			"in a URL, lower case",
			encodeURIComponent(KEY).replace(/%../g, (sign) => sign.toLowerCase()),
		],
		["in HTML", "sk-planted-&quot;0123\\456789/abcdef+ghij=&amp;&lt;&gt;"],
		["in hexadecimal", Buffer.from(KEY).toString("hex")],
	])("%s", (_, written) => {
		expect(scrub.text(`Bearer ${written}, sent.`)).toBe(
			"Bearer [api key], sent.",
		);
	});

	test("property: in base64, whatever is encoded with it, nothing can be decoded that has it", () => {
		fc.assert(
			fc.property(
				fc.string(),
				fc.string(),
				fc.constantFrom("base64" as const, "base64url" as const),
				(before, after, encoding) => {
					const clean = scrub.text(
						Buffer.from(`${before}${KEY}${after}`).toString(encoding),
					);
					expect(clean).toContain("[api key]");
					for (const piece of clean.split("[api key]"))
						expect(Buffer.from(piece, encoding).toString()).not.toMatch(
							/planted|012345|abcdef/,
						);
				},
			),
		);
	});

	test("ordinary words stay, and so do placeholders for local servers", () => {
		const text = "A bell rings; c2staW5n; 736b2d";
		expect(scrub.text(text)).toBe(text);
		expect(createScrub("ollama").text("ollama run")).toBe("ollama run");
	});
});
