import { describe, expect, it } from "vitest";
import { didYouMean, editDistance } from "../../src/shared/suggest.ts";

describe("editDistance", () => {
	it.each([
		["", "", 0],
		["fc1", "fc1", 0],
		["kitten", "sitting", 3],
		["ab", "ba", 1],
		["", "abc", 3],
	])("%s to %s is %i", (a, b, distance) => {
		expect(editDistance(a, b)).toBe(distance);
	});
});

describe("didYouMean", () => {
	const layers = [
		"layer.0.intermediate.dense",
		"layer.0.output.dense",
		"classifier",
	];

	it("finds a misspelt name", () => {
		expect(didYouMean("layer.0.intermediate.dens", layers)).toBe(
			'did you mean "layer.0.intermediate.dense"?',
		);
		expect(didYouMean("Clasifier", layers)).toBe('did you mean "classifier"?');
	});

	it("says nothing when nothing is near", () => {
		expect(didYouMean("encoder.11.fc", layers)).toBeUndefined();
	});
});
