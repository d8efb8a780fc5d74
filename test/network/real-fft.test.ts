import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { powerSpectrum } from "../../src/network/front-ends/real-fft.ts";

/** |X[k]|^2 by the definition. */
function naivePower(frame: Float64Array): Float64Array {
	const size = frame.length;
	return Float64Array.from({ length: size / 2 + 1 }, (_, k) => {
		let re = 0;
		let im = 0;
		for (const [n, value] of frame.entries()) {
			re += value * Math.cos((2 * Math.PI * k * n) / size);
			im -= value * Math.sin((2 * Math.PI * k * n) / size);
		}
		return re * re + im * im;
	});
}

describe("powerSpectrum", () => {
	it("equals the definition for any frame and any power of two", () => {
		const frames = fc.integer({ min: 2, max: 9 }).chain((bits) =>
			fc.float64Array({
				minLength: 2 ** bits,
				maxLength: 2 ** bits,
				min: -1,
				max: 1,
				noNaN: true,
			}),
		);
		fc.assert(
			fc.property(frames, (frame) => {
				const power = new Float64Array(frame.length / 2 + 1);
				powerSpectrum(frame.length)(frame, power);
				const expected = naivePower(frame);
				for (const [k, value] of power.entries())
					expect(value).toBeCloseTo(expected[k] as number, 8);
			}),
			{ numRuns: 60 },
		);
	});

	it("keeps the energy (Parseval)", () => {
		const frame = Float64Array.from({ length: 512 }, (_, n) => Math.sin(n * n));
		const power = new Float64Array(257);
		powerSpectrum(512)(frame, power);
		const inner = power.subarray(1, 256).reduce((sum, value) => sum + value, 0);
		const total = (power[0] as number) + 2 * inner + (power[256] as number);
		const energy = frame.reduce((sum, value) => sum + value * value, 0);
		expect(total / 512).toBeCloseTo(energy, 9);
	});

	it.each([0, 2, 6, 500])("refuses the length %d", (size) => {
		expect(() => powerSpectrum(size)).toThrow(
			`Expected \`size\` to be a power of two from 4 up, got \`${size}\``,
		);
	});
});
