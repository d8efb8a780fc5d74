import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { manifestSchema } from "../../src/network/imported/manifest.ts";

const read = (path: string): string =>
	readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = read("docs/import.md");

describe("docs/import.md", () => {
	it("shows the script that the fixture was made with", () => {
		expect(page).toContain(read("docs/scripts/record_activations.py"));
	});

	it("shows a manifest that is read", () => {
		const example = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
		expect(manifestSchema.parse(JSON.parse(example)).layers).toHaveLength(2);
	});

	it("explains every key of the manifest", () => {
		for (const key of Object.keys(manifestSchema.shape))
			expect(page).toContain(key);
	});
});
