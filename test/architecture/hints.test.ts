/** Every error says the next step: an error without a hint leaves its reader alone. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("../../src/", import.meta.url));

/** The options of an error, as biome writes them: the last argument of a call, and `code` comes first. */
const OPTIONS = /,\s*\{\s*code\b/g;

function optionsOf(text: string): string[] {
	return [...text.matchAll(OPTIONS)].map(({ index }) => {
		const from = text.indexOf("{", index);
		let depth = 0;
		for (let at = from; at < text.length; at += 1) {
			if (text[at] === "{") depth += 1;
			if (text[at] === "}") depth -= 1;
			if (depth === 0) return text.slice(from, at + 1);
		}
		return text.slice(from);
	});
}

test("every error has a hint", () => {
	const options = readdirSync(source, { recursive: true })
		.map(String)
		.filter((path) => path.endsWith(".ts"))
		.flatMap((path) =>
			optionsOf(readFileSync(join(source, path), "utf8")).map(
				(found) => `${path}: ${found}`,
			),
		);
	expect(options.length).toBeGreaterThan(200);
	expect(
		options.filter((found) => !/\bhint\b|code: string/.test(found)),
	).toEqual([]);
});
