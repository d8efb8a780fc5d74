/** One idle decoder, never shared by two users at a time. */
import { describe, expect, it } from "vitest";
import {
	decoderPool,
	decoderProblems,
} from "../../../src/inputs/audio/decoder-pool.ts";

function countingPool() {
	const counts = { made: 0, freed: 0 };
	const pool = decoderPool(async () => {
		counts.made += 1;
		return {
			number: counts.made,
			free: () => {
				counts.freed += 1;
			},
		};
	});
	return { counts, pool };
}

describe("decoderPool", () => {
	it("uses a clean decoder again", async () => {
		const { counts, pool } = countingPool();
		for (let i = 0; i < 3; i += 1)
			expect(
				await pool.with(({ number }) => ({ result: number, clean: true })),
			).toBe(1);
		expect(counts).toEqual({ made: 1, freed: 0 });
	});

	it("frees one that is not clean, or whose user failed", async () => {
		const { counts, pool } = countingPool();
		await pool.with(() => ({ result: null, clean: false }));
		await expect(
			pool.with(() => {
				throw new Error("no");
			}),
		).rejects.toThrow("no");
		expect(counts).toEqual({ made: 2, freed: 2 });
	});

	it("keeps one of those that were made at the same time", async () => {
		const { counts, pool } = countingPool();
		await Promise.all(
			[1, 2, 3].map(() => pool.with(() => ({ result: null, clean: true }))),
		);
		expect(counts.made - counts.freed).toBe(1);
	});
});

describe("decoderProblems", () => {
	it("reads the field the types leave out", () => {
		expect(
			decoderProblems({ errors: [{ message: "lost sync" }, "other"] }),
		).toEqual(["lost sync", "other"]);
		expect(decoderProblems({})).toEqual([]);
	});
});
