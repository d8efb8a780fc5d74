/** Scanning a layer in threads: what each neuron's own ranking gives, whatever the threads and blocks. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeClips, rankClips } from "../../src/recordings/exemplars.ts";
import { scanExemplars } from "../../src/recordings/scan-exemplars.ts";
import { npyBytes } from "../../src/shared/npy.ts";
import { seededRandom } from "../../src/shared/random.ts";
import { temporaryFolder } from "../support/temporary-store.ts";

/** Neurons with ties, and some that are constant, dead, or have NaN and infinities. */
function layerOf(folder: string, units: number, clips: number) {
	const random = seededRandom(units * 1000 + clips);
	const values = Float32Array.from(
		{ length: units * clips },
		() => Math.round(64 * (random() - 0.5)) / 8,
	);
	for (let unit = 0; unit < units; unit += 1) {
		const row = values.subarray(unit * clips, (unit + 1) * clips);
		if (unit % 7 === 1) row.fill(unit % 2);
		if (unit % 7 === 2) row[clips - 1] = Number.NaN;
		if (unit % 7 === 3)
			row.set([Number.POSITIVE_INFINITY, Number.NaN].slice(-clips));
	}
	const path = join(folder, `${units}-${clips}.npy`);
	writeFileSync(path, npyBytes(values, [units, clips]));
	return { values, path };
}

async function scan(options: Parameters<typeof scanExemplars>[0]) {
	const neurons = [];
	for await (const block of scanExemplars(options)) {
		expect(block.firstUnit).toBe(neurons.length);
		neurons.push(
			...block.neurons.map(({ positive, ...ranked }) => ({
				positive,
				...judgeClips({ ...ranked, clips: block.clips, count: options.count }),
			})),
		);
	}
	return neurons;
}

describe("scanExemplars", () => {
	it("is the ranking of each neuron, for any threads and blocks", async () => {
		const folder = temporaryFolder();
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 40 }),
				fc.integer({ min: 1, max: 50 }),
				fc.integer({ min: 1, max: 9 }),
				fc.integer({ min: 1, max: 3 }),
				// From less than a neuron's to more than the layer's.
				fc.integer({ min: 1, max: 10_000 }),
				async (units, clips, count, threads, blockBytes) => {
					const { values, path } = layerOf(folder, units, clips);
					expect(await scan({ path, count, threads, blockBytes })).toEqual(
						Array.from({ length: units }, (_, unit) => {
							const row = values.subarray(unit * clips, (unit + 1) * clips);
							return {
								positive: row.filter((value) => value > 0).length,
								...rankClips(row, count),
							};
						}),
					);
				},
			),
			{ numRuns: 12 },
		);
	}, 60_000);

	it("gives nothing of a layer without neurons", async () => {
		const { path } = layerOf(temporaryFolder(), 0, 4);
		expect(await scan({ path, count: 2 })).toEqual([]);
	});

	it("says that there is no file", async () => {
		await expect(
			scan({ path: "/nowhere/000-fc.npy", count: 2 }),
		).rejects.toMatchObject({ code: "npy_missing" });
	});
});
