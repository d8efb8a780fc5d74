/** What of clips reaches the network: rows in chunks, each with how much of it is the clip's own. */
import { describe, expect, it } from "vitest";
import { inferClips } from "../../src/recordings/infer-clips.ts";

describe("inferClips", () => {
	it.each([
		[
			2,
			false,
			[
				[5, 5],
				[2, 4],
			],
		],
		[64, false, [[5, 5, 2, 4]]],
		[2, true, [[5, 5, 2, 4]]],
	] as const)(
		"hands each row's own length on, %i rows at a time (recurrent: %s)",
		async (maxRows, recurrent, expected) => {
			const seen: unknown[] = [];
			const values = await inferClips({
				session: {
					run: async (_features, rows, { lengths, clipRows } = {}) => {
						seen.push(lengths);
						expect(clipRows).toEqual(recurrent ? [3, 1] : undefined);
						return { a: Float32Array.from(lengths ?? []).subarray(0, rows) };
					},
					close: async () => undefined,
				},
				layers: [{ name: "a", units: 1, windows: "mean", address: null }],
				clips: [
					{ features: new Float32Array(15), rows: 3, lengths: [5, 5, 2] },
					{ features: new Float32Array(5), rows: 1, lengths: [4] },
				],
				maxRows,
				recurrent,
			});
			expect(seen).toEqual(expected);
			expect(values).toEqual([Float32Array.of(4), Float32Array.of(4)]);
		},
	);
});
