import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRowPooler } from "../../src/recordings/pool-rows.ts";

const layers = [
	{ units: 2, windows: "mean" },
	{ units: 1, windows: "max" },
] as const;

describe("createRowPooler", () => {
	it("averages or takes the largest over the rows of a clip, layer by layer", () => {
		const pooler = createRowPooler(layers);
		pooler.add([Float32Array.of(1, 10, 3, 30), Float32Array.of(-5, -2)], 0, 2);
		pooler.add([Float32Array.of(5, 20), Float32Array.of(-9)], 0, 1);
		expect([...pooler.finish()]).toEqual([3, 20, -2]);
		// It starts anew.
		pooler.add([Float32Array.of(0, 0, 7, 8), Float32Array.of(0, 9)], 1, 1);
		expect([...pooler.finish()]).toEqual([7, 8, 9]);
	});

	it("passes one row on bit for bit, -0 included", () => {
		const pooler = createRowPooler(layers);
		pooler.add([Float32Array.of(-0, 1e-42), Float32Array.of(Infinity)], 0, 1);
		const values = pooler.finish();
		expect(Object.is(values[0], -0)).toBe(true);
		expect([...values.slice(1)]).toEqual([Math.fround(1e-42), Infinity]);
	});

	it("makes a NaN in any row the value, for both poolings", () => {
		const pooler = createRowPooler(layers);
		pooler.add(
			[Float32Array.of(1, 1, Number.NaN, 1), Float32Array.of(1, Number.NaN)],
			0,
			2,
		);
		pooler.add([Float32Array.of(1, 1), Float32Array.of(3)], 0, 1);
		expect([...pooler.finish()]).toEqual([Number.NaN, 1, Number.NaN]);
	});

	it("sums in float64 and does not depend on how rows are split into calls", () => {
		fc.assert(
			fc.property(
				fc.array(fc.float({ noNaN: true, min: -1000, max: 1000 }), {
					minLength: 1,
					maxLength: 40,
				}),
				fc.integer({ min: 1, max: 7 }),
				(values, step) => {
					const rows = Float32Array.from(values);
					const pooler = createRowPooler([{ units: 1, windows: "mean" }]);
					for (let start = 0; start < rows.length; start += step)
						pooler.add([rows], start, Math.min(step, rows.length - start));
					let sum = 0;
					for (const value of rows) sum += value;
					expect(pooler.finish()[0]).toBe(Math.fround(sum / rows.length));
				},
			),
		);
	});
});
