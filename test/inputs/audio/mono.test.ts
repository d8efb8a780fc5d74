/** Averaging channels, and silence. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSilent, toMono } from "../../../src/inputs/audio/mono.ts";

describe("toMono", () => {
	it("averages", () => {
		expect(
			toMono([Float32Array.of(1, -1, 0.5), Float32Array.of(0, -1, 0.25)]),
		).toEqual(Float32Array.of(0.5, -1, 0.375));
		expect(
			toMono([Float32Array.of(3), Float32Array.of(0), Float32Array.of(0)]),
		).toEqual(Float32Array.of(1));
	});

	it("returns one channel as it is, and equal channels unchanged", () => {
		const channel = Float32Array.of(0.1, 0.2, -0.3);
		expect(toMono([channel])).toBe(channel);
		fc.assert(
			fc.property(fc.integer({ min: 2, max: 9 }), (count) => {
				expect(toMono(new Array(count).fill(channel))).toEqual(channel);
			}),
		);
	});

	it("refuses nothing and unequal lengths", () => {
		expect(() => toMono([])).toThrow(
			new RangeError("Expected at least one channel, got 0"),
		);
		expect(() => toMono([new Float32Array(2), new Float32Array(3)])).toThrow(
			new RangeError("Expected channels of one length, got 2, 3"),
		);
	});
});

describe("isSilent", () => {
	it("is true for zeros, a constant offset and less than a 16-bit step", () => {
		for (const signal of [[], [0, 0, -0], [0.25, 0.25], [0, 2 ** -16]])
			expect(isSilent(Float32Array.from(signal))).toBe(true);
	});

	it("is false from one 16-bit step on", () => {
		for (const signal of [
			[0, 2 ** -15],
			[-(2 ** -16), 2 ** -16],
			[0, 0, 0.5],
		])
			expect(isSilent(Float32Array.from(signal))).toBe(false);
	});
});
