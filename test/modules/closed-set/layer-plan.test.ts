import { describe, expect, it } from "vitest";
import { planLayer } from "../../../src/modules/closed-set/layer-plan.ts";

describe("planLayer", () => {
	it("says what is too large, and what would help", () => {
		const plan = () =>
			planLayer({
				path: "",
				function: "cos-cubed",
				clips: 100_000,
				kept: null,
				rows: 1,
				columns: 100_000,
				concepts: 5000,
				permutations: 20,
				threads: 1,
			});
		expect(plan).toThrow(
			expect.objectContaining({
				name: "DataError",
				code: "closed_set_too_large",
				message: expect.stringMatching(
					/^cos-cubed with 100000 clips, 5000 concepts and 20 permutations needs 5\.\d GiB of memory: expected at most 4$/,
				),
				hint: expect.stringContaining("closedSet.permutations"),
			}),
		);
	});
});
