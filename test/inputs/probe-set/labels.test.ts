/** Labels against the classes of a network. */
import { describe, expect, it } from "vitest";
import { checkLabels } from "../../../src/inputs/probe-set/labels.ts";

const clips = (...labels: (string | null)[]) =>
	labels.map((label) => ({ label }));

describe("checkLabels", () => {
	it("accepts classes in any spelling and clips without label", () => {
		checkLabels({
			clips: clips("Church organ", "rain", null, "church_organ"),
			classes: ["church_organ", "rain"],
		});
	});

	it("lists each unknown label with its clips and a suggestion", () => {
		expect(() =>
			checkLabels({
				clips: clips("rian", "rain", "rian", "saxophone", null),
				classes: ["church_organ", "rain"],
			}),
		).toThrow(
			expect.objectContaining({
				name: "DataError",
				code: "label_unknown",
				message:
					'expected every label of the probe set to be one of the network\'s 2 classes, got:\n"rian" (2 clips); did you mean "rain"?\n"saxophone" (1 clip)',
				evidence: {
					unknown: [
						{ label: "rian", clips: 2, suggestion: 'did you mean "rain"?' },
						{ label: "saxophone", clips: 1, suggestion: undefined },
					],
				},
			}),
		);
	});

	it("shows at most 50 of them", () => {
		const labels = Array.from({ length: 60 }, (_, index) => `x${index}`);
		expect(() =>
			checkLabels({ clips: clips(...labels), classes: ["rain"] }),
		).toThrow(/\n\.\.\. and 10 more$/);
	});
});
