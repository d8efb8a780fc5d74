import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { neuronStatistics } from "../../../src/analysis/activations/neuron-statistics.ts";
import { openStatistics } from "../../../src/analysis/activations/open-statistics.ts";
import { temporaryFolder } from "../../support/temporary-store.ts";
import { demoTable, publishedUnits, writeRecording } from "./fixture.ts";

const table = demoTable();
const units = [
	publishedUnits.musicnn_violin,
	publishedUnits.crepe_100,
	publishedUnits.crepe_220.map((value, clip) =>
		clip === 5 ? Number.NaN : value,
	),
	publishedUnits.crepe_220,
];

async function opened(seed = 0) {
	const folder = temporaryFolder();
	await writeRecording(folder, { layer: units });
	const statistics = openStatistics({ table, seed });
	onTestFinished(() => statistics.close());
	return { statistics, path: join(folder, "0.npy") };
}

describe("openStatistics", () => {
	it("computes in its thread what the kernels compute here, for any units", async () => {
		const { statistics, path } = await opened(4);
		const compute = neuronStatistics(table, {
			seed: 4,
			labelPermutations: 200,
			clipPermutations: 1000,
		});
		const here = (unit: number) =>
			compute(unit, Float32Array.from(units[unit] ?? []));
		const [all, some] = await Promise.all([
			statistics.of(path, [0, 1, 2, 3]),
			statistics.of(path, [1, 3]),
		]);
		expect(all).toEqual([here(0), here(1), null, here(3)]);
		expect(some).toEqual([here(1), here(3)]);
	});

	it("tells what is wrong with a file, and answers the next question", async () => {
		const { statistics, path } = await opened();
		await expect(
			statistics.of(join(path, "nowhere.npy"), [0]),
		).rejects.toMatchObject({ name: "DataError", code: "npy_missing" });
		const other = temporaryFolder();
		await writeRecording(other, { layer: [[1, 2, 3]] });
		await expect(
			statistics.of(join(other, "0.npy"), [0]),
		).rejects.toMatchObject({
			code: "clips_mismatch",
			message: expect.stringContaining("expected 480 columns, got 3"),
		});
		const bytes = await readFile(path);
		await writeFile(join(other, "cut.npy"), bytes.subarray(0, 1000));
		await expect(
			statistics.of(join(other, "cut.npy"), [0]),
		).rejects.toMatchObject({ code: "npy_truncated" });
		expect(await statistics.of(path, [2])).toEqual([null]);
	});

	it("stops when asked to", async () => {
		const { statistics, path } = await opened();
		const abort = new AbortController();
		const answer = statistics.of(path, [0, 1, 2, 3], abort.signal);
		abort.abort();
		await expect(answer).rejects.toMatchObject({ code: "interrupted" });
		await expect(statistics.of(path, [0], abort.signal)).rejects.toMatchObject({
			code: "interrupted",
		});
	});
});
