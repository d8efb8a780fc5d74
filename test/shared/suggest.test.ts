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

	it.each([
		["conv2d", ["conv", "conv3d"], "conv3d"],
		["conv", ["cone", "conv1"], "conv1"],
		["dense", ["layer.0.output.dense", "tenses"], "layer.0.output.dense"],
		["dense", ["layer.0.output.dense", "output.dense"], "output.dense"],
		["fc1", ["encoder.fc1", "fc1"], "fc1"],
		["sigmoid_3", ["sigmoid_2", "sigmoid_3_2"], "sigmoid_3_2"],
		["conv3", ["conv2", "dense"], "conv2"],
		["logits", ["x".repeat(300).concat("logits"), "lgots"], "logits"],
	])(
		"takes one edit before containment before more: %s of %j",
		(name, known, best) => {
			expect(didYouMean(name, known)).toContain(`${best}"`);
		},
	);

	it("says nothing when nothing is near", () => {
		expect(didYouMean("nope.csv", ["e", "no"])).toBeUndefined();
		expect(didYouMean("encoder.11.fc", layers)).toBeUndefined();
	});
});
