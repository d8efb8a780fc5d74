import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromFloat16, toFloat16 } from "../../src/shared/float16.ts";

const golden = JSON.parse(
	readFileSync(
		new URL("../fixtures/float16/float16.json", import.meta.url),
		"utf8",
	),
);
const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);

describe("float16", () => {
	it("reads every bit pattern as numpy does", () => {
		const values = fromFloat16(all).map((value) =>
			Number.isNaN(value) ? 0 : value,
		);
		expect(createHash("sha256").update(values).digest("hex")).toBe(
			golden.decoded_sha256,
		);
	});

	it("gives back every bit pattern that is a number", () => {
		const numbers = all.filter(
			(bits) => (bits & 0x7c00) !== 0x7c00 || (bits & 0x3ff) === 0,
		);
		expect(toFloat16(fromFloat16(numbers))).toEqual(numbers);
	});

	it("rounds to the nearest, ties to even, as numpy does", () => {
		expect([...toFloat16(Float32Array.from(golden.sample))]).toEqual(
			golden.sample_bits,
		);
		// Everything half-way between two float16 and one step to either side.
		const finite = fromFloat16(all).filter(Number.isFinite);
		const step = (value: number, by: number): number => {
			const single = Float32Array.of(value);
			const bits = new Int32Array(single.buffer);
			bits[0] = (bits[0] as number) + by;
			return single[0] as number;
		};
		for (let i = 1; i < finite.length; i += 1) {
			const [below, above] = [finite[i - 1] as number, finite[i] as number];
			if (above <= below || below < 0) continue;
			const middle = Math.fround((below + above) / 2);
			const [down, up] = fromFloat16(
				toFloat16(Float32Array.of(step(middle, -1), step(middle, 1))),
			);
			expect(down).toBe(below);
			expect(up).toBe(above);
			const [tie] = toFloat16(Float32Array.of(middle));
			expect((tie as number) % 2).toBe(0);
		}
	});

	it("keeps random bit patterns as numpy does, NaN by its being one", () => {
		const values = new Float32Array(
			Uint32Array.from(golden.random_bits).buffer,
		);
		const ours = [...toFloat16(values)];
		for (const [index, bits] of ours.entries()) {
			if (Number.isNaN(values[index])) expect(bits & 0x7c00).toBe(0x7c00);
			else expect(bits).toBe(golden.random_encoded[index]);
		}
		expect(fromFloat16(toFloat16(Float32Array.of(Number.NaN)))[0]).toBeNaN();
	});
});
