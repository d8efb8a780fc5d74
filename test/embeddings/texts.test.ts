import { describe, expect, it } from "vitest";
import {
	conceptText,
	meanDirection,
	unitVector,
} from "../../src/embeddings/texts.ts";

describe("unitVector", () => {
	it("scales to length 1", () => {
		expect(unitVector([3, 4])).toEqual(Float32Array.of(0.6, 0.8));
	});
	it.each([[[0, 0]], [[Number.NaN, 1]], [[Number.POSITIVE_INFINITY, 1]], [[]]])(
		"has none for %j",
		(vector) => {
			expect(unitVector(vector)).toBeNull();
		},
	);
});

describe("meanDirection", () => {
	it("weighs vectors alike whatever their length", () => {
		expect(
			meanDirection([
				[100, 0],
				[0, 0.01],
			]),
		).toEqual(Float32Array.of(Math.SQRT1_2, Math.SQRT1_2));
	});
	it("is undefined for no vectors, a zero vector, and opposites", () => {
		expect(meanDirection([])).toBeNull();
		expect(
			meanDirection([
				[1, 0],
				[0, 0],
			]),
		).toBeNull();
		expect(
			meanDirection([
				[1, 0],
				[-2, 0],
			]),
		).toBeNull();
	});
});

describe("conceptText", () => {
	it("turns underscores into spaces", () => {
		expect(conceptText("acoustic_guitar_solo")).toBe("acoustic guitar solo");
	});
});
