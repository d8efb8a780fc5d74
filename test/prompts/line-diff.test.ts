import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lineDiff } from "../../src/prompts/line-diff.ts";

/** Applies a unified diff by hand: what `patch` does. */
function apply(text: string, diff: string): string {
	const from = text === "" ? [] : text.replace(/\n$/, "").split("\n");
	const to: string[] = [];
	let next = 0;
	for (const line of diff === "" ? [] : diff.split("\n")) {
		const header = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@$/.exec(line);
		if (header !== null) {
			const start = Number(header[1]) - (header[2] === "0" ? 0 : 1);
			to.push(...from.slice(next, start));
			next = start;
		} else if (line.startsWith("+")) to.push(line.slice(1));
		else {
			expect(from[next]).toBe(line.slice(1));
			if (line.startsWith(" ")) to.push(line.slice(1));
			next += 1;
		}
	}
	to.push(...from.slice(next));
	return to.length === 0 ? "" : `${to.join("\n")}\n`;
}

describe("lineDiff", () => {
	test("is empty for equal texts", () => {
		expect(lineDiff("a\nb\n", "a\nb\n")).toBe("");
		expect(lineDiff("", "")).toBe("");
	});

	test("is what diff -u prints", () => {
		const from = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n";
		const to = "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nl\nm\n";
		expect(lineDiff(from, to)).toBe(
			[
				"@@ -1,5 +1,5 @@",
				...[" a", "-b", "+B", " c", " d", " e"],
				"@@ -8,5 +8,5 @@",
				...[" h", " i", " j", "-k", " l", "+m"],
			].join("\n"),
		);
		expect(lineDiff("", "x\n")).toBe("@@ -0,0 +1 @@\n+x");
		expect(lineDiff("x\n", "")).toBe("@@ -1 +0,0 @@\n-x");
	});

	test("turns the first text into the second, whatever they are", () => {
		const text = fc
			.array(fc.constantFrom("a", "b", "c", "", "d e"), { maxLength: 20 })
			.map((lines) => lines.map((line) => `${line}\n`).join(""));
		fc.assert(
			fc.property(text, text, (from, to) => {
				expect(apply(from, lineDiff(from, to))).toBe(to);
			}),
		);
	});
});
