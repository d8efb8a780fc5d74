import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { complexFft } from "../../../src/network/front-ends/complex-fft.ts";
import { powerSpectrum } from "../../../src/network/front-ends/real-fft.ts";

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
	it("equals the definition for any frame of any even length", () => {
		const frames = fc.integer({ min: 2, max: 260 }).chain((half) =>
			fc.float64Array({
				minLength: 2 * half,
				maxLength: 2 * half,
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

	it.each([400, 512, 1024, 2048, 1000, 1014])(
		"equals the definition for the usual length %d",
		(size) => {
			const frame = Float64Array.from({ length: size }, (_, n) =>
				Math.sin(n * n + 1),
			);
			const power = new Float64Array(size / 2 + 1);
			powerSpectrum(size)(frame, power);
			const expected = naivePower(frame);
			for (const [k, value] of power.entries())
				expect(value).toBeCloseTo(expected[k] as number, 7);
		},
	);

	it("leaves the frame as it was, and gives the same again", () => {
		const frame = Float64Array.from({ length: 60 }, (_, n) => Math.cos(n * n));
		const copy = frame.slice();
		const spectrum = powerSpectrum(60);
		const [first, second] = [new Float64Array(31), new Float64Array(31)];
		spectrum(frame, first);
		spectrum(frame, second);
		expect(frame).toEqual(copy);
		expect(second).toEqual(first);
	});

	it.each([0, 2, 7, 5.5])("refuses the length %d", (size) => {
		expect(() => powerSpectrum(size)).toThrow(
			`Expected \`size\` to be an even number from 4 up, got \`${size}\``,
		);
	});
});

describe("complexFft", () => {
	it.each([1, 2, 3, 4, 5, 7, 12, 60, 127, 200])(
		"equals the definition for %d numbers",
		(length) => {
			const re = Float64Array.from({ length }, (_, n) => Math.sin(n * n + 1));
			const im = Float64Array.from({ length }, (_, n) => Math.cos(3 * n * n));
			const result = complexFft(length)(re.slice(), im.slice());
			for (let k = 0; k < length; k += 1) {
				let sumR = 0;
				let sumI = 0;
				for (let n = 0; n < length; n += 1) {
					const angle = (-2 * Math.PI * ((k * n) % length)) / length;
					const [r, i] = [re[n] as number, im[n] as number];
					sumR += r * Math.cos(angle) - i * Math.sin(angle);
					sumI += r * Math.sin(angle) + i * Math.cos(angle);
				}
				expect(result.re[k]).toBeCloseTo(sumR, 9);
				expect(result.im[k]).toBeCloseTo(sumI, 9);
			}
		},
	);

	it.each([0, 2.5])("refuses the length %d", (length) => {
		expect(() => complexFft(length)).toThrow(
			`Expected \`length\` to be an integer from 1 up, got \`${length}\``,
		);
	});
});
