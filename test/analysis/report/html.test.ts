import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	escapeHtml,
	html,
	trusted,
} from "../../../src/analysis/report/html.ts";

const text = fc.string({ unit: "binary" });
const hostile = fc.oneof(
	text,
	fc.constantFrom(
		"</script><script>alert(1)</script>",
		'"><img src=x onerror=alert(1)>',
		"' onmouseover='alert(1)",
		"<!-- ]]> -->",
		"a\u0000b",
		"\uD800",
		"&lt;b&gt;",
	),
);

/** What a browser reads back from escaped text. */
function readBack(escaped: string): string {
	const entities: Record<string, string> = {
		"&lt;": "<",
		"&gt;": ">",
		"&quot;": '"',
		"&#39;": "'",
		"&#96;": "`",
		"&amp;": "&",
	};
	return escaped.replace(/&[^;]+;/g, (entity) => entities[entity] ?? "");
}

describe("html", () => {
	it("escapes what is interpolated, keeps nested html, joins lists", () => {
		const items = ["<b>", "&"].map((item) => html`<li>${item}</li>`);
		expect(html`<ul title="${'"'}">${items}</ul>`.text).toBe(
			'<ul title="&quot;"><li>&lt;b&gt;</li><li>&amp;</li></ul>',
		);
	});

	it("leaves nothing behind for null, undefined and false, and writes 0", () => {
		expect(html`[${null}${undefined}${false}${0}]`.text).toBe("[0]");
	});

	it("does not escape trusted text", () => {
		expect(html`${trusted("<b>")}`.text).toBe("<b>");
	});

	it("replaces NUL, control characters, lone surrogates and non-characters", () => {
		expect(escapeHtml("a\u0000b\u0007c\uD800d\uFFFEe\u0085")).toBe(
			"a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFD",
		);
		expect(escapeHtml("tab\there\nand 🎵 نص")).toBe("tab\there\nand 🎵 نص");
	});

	it("never lets any text out of its element or attribute", () => {
		fc.assert(
			fc.property(hostile, (value) => {
				const escaped = escapeHtml(value);
				expect(escaped).not.toMatch(/[<>"'`]/);
				expect(
					escaped.replace(/&(?:amp|lt|gt|quot|#39|#96);/g, ""),
				).not.toContain("&");
				expect(escaped).not.toMatch(/\p{Surrogate}/u);
			}),
		);
	});

	it("gives back the same text, but for what HTML cannot hold", () => {
		fc.assert(
			fc.property(hostile, (value) => {
				const kept = readBack(escapeHtml(value));
				expect(kept.length).toBe(value.length);
				for (const [index, unit] of value.split("").entries())
					if (kept[index] !== "\uFFFD") expect(kept[index]).toBe(unit);
			}),
		);
	});
});
