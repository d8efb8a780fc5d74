/** The resampler against torchaudio, and what must hold of any resampler. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { resample } from "../../../src/inputs/audio/resample.ts";
import { audioFixtures } from "./fixture.ts";

const { cases } = z
	.object({
		cases: z.array(
			z.object({
				fromRate: z.number(),
				toRate: z.number(),
				length: z.number(),
				output: z.array(z.number()),
			}),
		),
	})
	.parse(
		JSON.parse(readFileSync(new URL("resampled.json", audioFixtures), "utf8")),
	);

const rate = fc.constantFrom(
	8000,
	11025,
	16000,
	22050,
	24000,
	32000,
	44100,
	48000,
	96000,
	12345,
);

function largestDifference(
	one: Float32Array,
	other: ArrayLike<number>,
): number {
	let largest = one.length === other.length ? 0 : Number.POSITIVE_INFINITY;
	for (let i = 0; i < one.length; i += 1)
		largest = Math.max(
			largest,
			Math.abs((one[i] as number) - (other[i] as number)),
		);
	return largest;
}

describe("resample", () => {
	it.each(cases)(
		"equals torchaudio from $fromRate to $toRate Hz",
		({ fromRate, toRate, length, output }) => {
			const signal = Float32Array.from(
				{ length },
				(_, n) =>
					0.5 * Math.sin(0.0004 * n * n) + 0.3 * Math.cos(0.21 * n) + 0.1,
			);
			// float32 rounding of results below 1.
			expect(
				largestDifference(resample(signal, fromRate, toRate), output),
			).toBeLessThan(6e-8);
		},
	);

	it("returns the signal itself at equal rates", () => {
		const signal = Float32Array.of(1, 2, 3);
		expect(resample(signal, 16000, 16000)).toBe(signal);
	});

	it("has ceil(out length / in) samples", () => {
		fc.assert(
			fc.property(rate, rate, fc.nat(300), (from, to, length) => {
				expect(resample(new Float32Array(length), from, to)).toHaveLength(
					Math.ceil((to * length) / from),
				);
			}),
		);
	});

	it("keeps a constant constant, within the ripple of the kernel", () => {
		fc.assert(
			fc.property(rate, rate, (from, to) => {
				const output = resample(new Float32Array(from / 20).fill(1), from, to);
				const middle = output.subarray(
					output.length * 0.3,
					output.length * 0.7,
				);
				expect(middle.length).toBeGreaterThan(100);
				for (const value of middle)
					expect(Math.abs(value - 1)).toBeLessThan(1e-3);
			}),
		);
	});

	it("keeps a sine a sine of the same frequency and phase", () => {
		fc.assert(
			fc.property(
				rate,
				rate,
				fc.double({ min: 50, max: 2000, noNaN: true }),
				(from, to, hertz) => {
					const sine = (sampleRate: number) =>
						Float32Array.from({ length: sampleRate / 20 }, (_, n) =>
							Math.sin((2 * Math.PI * hertz * n) / sampleRate),
						);
					const output = resample(sine(from), from, to);
					const wanted = sine(to);
					const [start, end] = [
						Math.floor(wanted.length * 0.3),
						Math.floor(wanted.length * 0.7),
					];
					expect(
						largestDifference(
							output.subarray(start, end),
							wanted.subarray(start, end),
						),
					).toBeLessThan(5e-3);
				},
			),
		);
	});

	it("removes what the lower rate cannot hold", () => {
		const high = Float32Array.from({ length: 4410 }, (_, n) =>
			Math.sin((2 * Math.PI * 12000 * n) / 44100),
		);
		const output = resample(high, 44100, 16000).subarray(200, 1400);
		expect(Math.max(...output.map(Math.abs))).toBeLessThan(0.01);
	});

	it("is linear and gives the same bytes every time", () => {
		const signal = fc.array(
			fc.integer({ min: -32768, max: 32767 }).map((n) => n / 32768),
			{
				minLength: 1,
				maxLength: 60,
			},
		);
		fc.assert(
			fc.property(signal, rate, rate, (values, from, to) => {
				const once = resample(Float32Array.from(values), from, to);
				expect(resample(Float32Array.from(values), from, to)).toEqual(once);
				const doubled = resample(
					Float32Array.from(values, (value) => 2 * value),
					from,
					to,
				);
				expect(doubled).toEqual(once.map((value) => 2 * value));
			}),
		);
	});

	it("reaches no further than six periods of the lower rate", () => {
		const click = new Float32Array(1001);
		click[500] = 1;
		const output = resample(click, 16000, 8000);
		expect(output[250]).toBeCloseTo(0.495, 7);
		// 6 / 0.99 output samples on each side.
		expect(output.findIndex((value) => value !== 0)).toBe(244);
		expect(output.findLastIndex((value) => value !== 0)).toBe(256);
	});

	it.each([0, -1, 44100.5, Number.NaN, Number.POSITIVE_INFINITY])(
		"refuses a rate of %d Hz",
		(wrong) => {
			expect(() => resample(new Float32Array(1), wrong, 16000)).toThrow(
				new RangeError(
					`Expected \`fromRate\` to be a whole number of Hz from 1 up, got \`${wrong}\``,
				),
			);
			expect(() => resample(new Float32Array(1), 16000, wrong)).toThrow(
				/`toRate`/,
			);
		},
	);
});
