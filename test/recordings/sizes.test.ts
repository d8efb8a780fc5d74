import { describe, expect, it } from "vitest";
import { chooseSizes } from "../../src/recordings/sizes.ts";

const machine = { memory: 24e9, onCpu: true };

describe("chooseSizes", () => {
	it("runs one clip at a time on a CPU and as many rows of it as memory allows", () => {
		// AST: 1024 x 128 values, about 134 MB per row.
		expect(
			chooseSizes({ ...machine, inputSize: 131_072, units: 55_296 }),
		).toEqual({ clipsPerRun: 1, maxRows: 8, clipsPerPart: 32 });
		// CREPE: 1024 samples.
		expect(chooseSizes({ ...machine, inputSize: 1024, units: 1000 })).toEqual({
			clipsPerRun: 1,
			maxRows: 64,
			clipsPerPart: 32,
		});
		expect(
			chooseSizes({ ...machine, memory: 1e9, inputSize: 131_072, units: 10 })
				.maxRows,
		).toBe(1);
	});

	it("keeps parts small when there are many units", () => {
		expect(
			chooseSizes({ ...machine, inputSize: 1024, units: 500_000 }).clipsPerPart,
		).toBe(8);
		expect(
			chooseSizes({ ...machine, inputSize: 1024, units: 50_000_000 })
				.clipsPerPart,
		).toBe(1);
	});

	it("fills the batch that the file fixes, or the one that is asked for; a part is whole batches", () => {
		const options = { ...machine, inputSize: 1024, units: 10 };
		expect(chooseSizes({ ...options, fixedBatch: 5 })).toEqual({
			clipsPerRun: 5,
			maxRows: 5,
			clipsPerPart: 30,
		});
		expect(chooseSizes({ ...options, clipsPerRun: 100 }).clipsPerPart).toBe(
			100,
		);
		expect(chooseSizes({ ...options, onCpu: false }).clipsPerRun).toBe(16);
	});
});
