import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	bestCosine,
	chanceOfSupport,
	measureBackground,
} from "../../../src/modules/summarize/background.ts";
import { wilsonInterval } from "../../../src/shared/statistics.ts";

describe("chanceOfSupport", () => {
	it("is the binomial tail", () => {
		// By hand: 10 p^3 q^2 + 5 p^4 q + p^5 at p = 1/2 is 16/32.
		expect(chanceOfSupport(5, 3, 0.5)).toBeCloseTo(0.5, 12);
		expect(chanceOfSupport(5, 5, 0.1)).toBeCloseTo(1e-5, 12);
		// 10 * 0.001 * 0.81 + 5 * 0.0001 * 0.9 + 0.00001
		expect(chanceOfSupport(5, 3, 0.1)).toBeCloseTo(0.00856, 12);
	});

	it("is 1 for no support, 0 and 1 at the ends", () => {
		expect(chanceOfSupport(5, 0, 0.3)).toBeCloseTo(1, 12);
		expect(chanceOfSupport(5, 3, 0)).toBe(0);
		expect(chanceOfSupport(5, 3, 1)).toBe(1);
	});

	it("grows with the share and falls with the support", () => {
		const share = fc.double({ min: 0, max: 1, noNaN: true });
		fc.assert(
			fc.property(
				share,
				share,
				fc.integer({ min: 1, max: 5 }),
				(a, b, support) => {
					const [low, high] = a < b ? [a, b] : [b, a];
					expect(chanceOfSupport(5, support, low)).toBeLessThanOrEqual(
						chanceOfSupport(5, support, high) + 1e-12,
					);
					expect(chanceOfSupport(5, support, low)).toBeLessThanOrEqual(
						chanceOfSupport(5, support - 1, low) + 1e-12,
					);
				},
			),
		);
	});
});

describe("measureBackground", () => {
	const vectors: Readonly<Record<string, Float32Array>> = {
		dog: Float32Array.of(1, 0),
		hound: Float32Array.of(0.9, Math.sqrt(1 - 0.81)),
		rain: Float32Array.of(0, 1),
	};
	const vectorOf = (text: string): Float32Array =>
		vectors[text] ?? Float32Array.of(0, 0);
	const clause = { subject: null, verb: null, rest: [] };
	const captionOf = (...texts: readonly string[]) => ({
		clauses: texts.map((text) => ({ clause, text })),
		qualities: new Set(texts.includes("rain") ? ["noisy"] : []),
		keys: new Set(texts),
		nouns: new Set<string>(),
	});
	const background = measureBackground(
		[
			captionOf("dog"),
			captionOf("hound", "rain"),
			captionOf("rain"),
			captionOf(),
		],
		vectorOf,
	);

	it("gives lower ends of Wilson intervals", () => {
		expect(background.captions).toBe(4);
		expect(background.shareOfKey("rain")).toBe(wilsonInterval(2, 4)?.[0]);
		expect(background.shareOfQuality("noisy")).toBe(wilsonInterval(2, 4)?.[0]);
		expect(background.shareOfKey("cat")).toBeCloseTo(0, 12);
	});

	it("counts captions, not clauses, that come near", () => {
		const dog = vectorOf("dog");
		expect(background.shareNear("dog", dog, 0.89)).toBe(
			wilsonInterval(2, 4)?.[0],
		);
		expect(background.shareNear("dog", dog, 0.95)).toBe(
			wilsonInterval(1, 4)?.[0],
		);
		expect(background.shareNear("dog", dog, -1)).toBe(
			wilsonInterval(4, 4)?.[0],
		);
	});

	it("is empty for no captions", () => {
		const none = measureBackground([], vectorOf);
		expect(none.shareOfKey("dog")).toBe(0);
		expect(none.typicalCosine).toBe(0);
	});
});

describe("bestCosine", () => {
	it("ignores what is undefined and is -1 for nothing", () => {
		expect(bestCosine(Float32Array.of(1, 0), [Float32Array.of(0, 0)])).toBe(-1);
		expect(
			bestCosine(Float32Array.of(1, 0), [
				Float32Array.of(0, 0),
				Float32Array.of(2, 0),
			]),
		).toBe(1);
	});
});
