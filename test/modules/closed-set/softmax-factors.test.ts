import { expect, it } from "vitest";
import { softmaxFactors } from "../../../src/modules/closed-set/softmax-factors.ts";

it.each([
	["db", "softmax", "cos-cubed", 100, null],
	["db", "softmax", "wpmi", 100, 2],
	["db", "cosine", "soft-wpmi", null, 10],
	// Cosines of sounds go through no softmax, whatever is said of captions.
	["tab", "softmax", "soft-wpmi", null, 10],
	["tab", "softmax", "rank-reorder", null, null],
] as const)(
	"%s by %s scores and %s",
	(method, conceptScores, name, scores, similarity) => {
		expect(softmaxFactors({ method, conceptScores, function: name })).toEqual({
			conceptScores: scores,
			similarity,
		});
	},
);
