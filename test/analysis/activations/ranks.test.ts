import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	ascendingOrder,
	midRanks,
} from "../../../src/analysis/activations/ranks.ts";
import { golden } from "./fixture.ts";

describe("ascendingOrder", () => {
	it("sorts by value, then by index, whatever the values", () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						fc.float({ noNaN: true, noDefaultInfinity: true }),
						fc.constantFrom(0, -0, 1, -1, 1e-40),
					),
					{ maxLength: 60 },
				),
				(list) => {
					const values = Float32Array.from(list);
					const expected = [...values.keys()].sort(
						(a, b) => (values[a] as number) - (values[b] as number) || a - b,
					);
					expect([...ascendingOrder(values)]).toEqual(expected);
				},
			),
		);
	});
});

describe("midRanks", () => {
	it("equals scipy.stats.rankdata", () => {
		expect([...midRanks(golden.ranks.values)]).toEqual(golden.ranks.ranks);
	});
});
