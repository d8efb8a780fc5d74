import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameCount, logMel } from "../../../src/network/front-ends/log-mel.ts";
import golden from "../../fixtures/network/log-mel.json" with { type: "json" };
import { noise } from "../../onnx/small-models.ts";

/** The signals of make_log_mel.py, from the same integer arithmetic. */
function signal(name: keyof typeof golden): Float32Array {
	return Float32Array.from({ length: 4000 }, (_, n) => {
		const value = (((n * n * 37 + n * 1013) % 65536) - 32768) / 32768;
		if (name === "square")
			return Math.floor((n * 880) / 16000) % 2 === 0 ? 0.25 : -0.25;
		if (name === "burst") return n >= 1600 && n < 2400 ? value : 0;
		return name === "faint" ? value / 2 ** 14 + 0.125 : value;
	});
}

describe("logMel", () => {
	it.each(["noise", "square", "burst", "faint"] as const)(
		"equals NumPy's values for the signal %s",
		(name) => {
			const values = logMel({ signal: signal(name) });
			const { frames, rows, sum } = golden[name];
			expect(values).toHaveLength(frames * 128);
			for (const [row, expected] of Object.entries(rows))
				for (const [bin, value] of expected.entries())
					expect(
						Math.abs((values[Number(row) * 128 + bin] as number) - value),
					).toBeLessThan(2e-5);
			const total = values.reduce((all, value) => all + value, 0);
			expect(Math.abs(total - sum)).toBeLessThan(0.01);
		},
	);

	it("takes whole frames only", () => {
		expect([0, 399, 400, 559, 560, 32_000].map(frameCount)).toEqual([
			0, 0, 1, 1, 2, 198,
		]);
		expect(logMel({ signal: new Float32Array(399) })).toHaveLength(0);
	});

	it("gives the floor, ln 2^-23, for silence and for any constant", () => {
		const floor = Math.fround(-23 * Math.LN2);
		for (const level of [0, 0.5])
			expect(
				new Set(logMel({ signal: new Float32Array(800).fill(level) })),
			).toEqual(new Set([floor]));
	});

	it("adds 2 ln c when the signal is multiplied by c, away from the floor", () => {
		fc.assert(
			fc.property(fc.double({ min: 0.25, max: 4, noNaN: true }), (c) => {
				const x = noise(1200, 7);
				const plain = logMel({ signal: x, melBins: 40 });
				const scaled = logMel({ signal: x.map((v) => v * c), melBins: 40 });
				for (const [i, value] of plain.entries())
					if (value > -10)
						expect(scaled[i]).toBeCloseTo(value + 2 * Math.log(c), 3);
			}),
			{ numRuns: 20 },
		);
	});

	it("gives the same frames whether it stops early or not", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 12 }), (maxFrames) => {
				const x = noise(2000, 3);
				const all = logMel({ signal: x });
				const some = logMel({ signal: x, maxFrames });
				expect(some).toEqual(all.subarray(0, some.length));
				expect(some).toHaveLength(Math.min(maxFrames, 11) * 128);
			}),
		);
	});

	it("refuses a filter count below 1", () => {
		expect(() => logMel({ signal: new Float32Array(400), melBins: 0 })).toThrow(
			"Expected `melBins` to be an integer from 1 up, got `0`",
		);
	});
});
