import { describe, expect, it } from "vitest";
import { triageLines, triageWarning } from "../../src/cli/triage-text.ts";

describe("triageWarning", () => {
	it.each([
		[{ neurons: 100, notDescribable: 20, unjudged: 0 }, null],
		[{ neurons: 100, notDescribable: 89, unjudged: 89 }, null],
		[{ neurons: 0, notDescribable: 0, unjudged: 0 }, null],
		// Dead neurons are skipped before triage.
		[
			{ neurons: 100, notDescribable: 95, unjudged: 0 },
			/^triage leaves out nearly every neuron: /,
		],
		[
			{ neurons: 100, notDescribable: 0, unjudged: 95 },
			/^triage cannot tell neurons from chance: /,
		],
	])("%j", (counts, expected) => {
		const warning = triageWarning(counts);
		if (expected === null) expect(warning).toBeNull();
		else expect(warning).toMatch(expected);
		expect(triageLines(counts)).toHaveLength(expected === null ? 1 : 2);
	});
});
