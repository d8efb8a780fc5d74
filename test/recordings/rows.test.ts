/** Clips that are several inputs, precision, and the sizes of what goes through the network. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { record } from "../../src/recordings/record.ts";
import { readActivations } from "../../src/recordings/recording.ts";
import { temporaryFolder } from "../support/temporary-store.ts";
import { writeWav } from "../support/wav.ts";
import {
	clipOf,
	fakeNetwork,
	INPUT_SAMPLES,
	probeSetOf,
} from "./fake-network.ts";

/** A clip whose i-th row has the peak peaks[i] / 1024. */
function steps(folder: string, name: string, peaks: readonly number[]) {
	const path = `${folder}/${name}`;
	writeWav(
		path,
		Float32Array.from(
			{ length: peaks.length * INPUT_SAMPLES },
			(_, i) => (peaks[Math.floor(i / INPUT_SAMPLES)] as number) / 1024,
		),
	);
	return clipOf(path, name);
}

const values = async (
	recording: Awaited<ReturnType<typeof record>>,
	layer: number,
	unit = 0,
) => [
	...(await readActivations(recording.layers[layer] as never, unit)).map(
		(value) => value * 1024,
	),
];

describe("clips of several rows", () => {
	it("are pooled over rows by mean or maximum, as each layer says", async () => {
		const folder = temporaryFolder();
		const clips = [
			steps(folder, "one", [4]),
			steps(folder, "three", [1, 8, 3]),
			steps(
				folder,
				"many",
				Array.from({ length: 150 }, (_, i) => i),
			),
		];
		const network = fakeNetwork({ layers: ["a", "c"] });
		const recording = await record({
			network,
			probeSet: probeSetOf(clips),
			directory: folder,
			threads: 1,
		});
		expect(await values(recording, 0, 1)).toEqual([8, 8, 149]);
		expect(await values(recording, 1)).toEqual([4, 8, 149]);
		// One clip in a run, at most 64 rows.
		expect(network.runs).toEqual([1, 3, 64, 64, 22]);
	});

	it("are the same numbers when clips are run together, and in any chunks", async () => {
		const folder = temporaryFolder();
		const clips = [5, 1, 70, 2, 3].map((rows, index) =>
			steps(
				folder,
				`${index}`,
				Array.from({ length: rows }, (_, i) => (i * 37 + index) % 101),
			),
		);
		const alone = await record({
			network: fakeNetwork(),
			probeSet: probeSetOf(clips),
			directory: `${folder}/alone`,
		});
		const network = fakeNetwork();
		const together = await record({
			network,
			probeSet: probeSetOf(clips),
			directory: `${folder}/together`,
			batchSize: 4,
			threads: 1,
		});
		expect(network.runs).toEqual([64, 14, 3]);
		expect(together.clipsPerRun).toBe(4);
		for (const [index, layer] of together.layers.entries())
			expect(
				readFileSync(layer.path).equals(
					readFileSync((alone.layers[index] as { path: string }).path),
				),
			).toBe(true);
	});

	it("go whole to a recurrent network, which is told which rows are a clip", async () => {
		const folder = temporaryFolder();
		const network = fakeNetwork({ recurrent: true });
		await record({
			network,
			probeSet: probeSetOf([
				steps(
					folder,
					"long",
					Array.from({ length: 90 }, () => 1),
				),
				steps(folder, "short", [1, 2]),
			]),
			directory: folder,
			threads: 1,
		});
		expect(network.runs).toEqual([90, 2]);
	});
});

describe("precision float16", () => {
	it("is half the bytes, another recording, and reads as numbers", async () => {
		const folder = temporaryFolder();
		const probeSet = probeSetOf([
			steps(folder, "0", [100]),
			steps(folder, "1", [1, 2, 2]),
		]);
		const single = await record({
			network: fakeNetwork(),
			probeSet,
			directory: folder,
		});
		const half = await record({
			network: fakeNetwork(),
			probeSet,
			directory: folder,
			precision: "float16",
		});
		expect(half.id).not.toBe(single.id);
		expect(half.precision).toBe("float16");
		const path = half.layers[0]?.path as string;
		expect(readFileSync(path).length).toBe(128 + 3 * 2 * 2);
		expect(readFileSync(path).toString("latin1")).toContain("'descr': '<f2'");
		const [exact, third] = await values(half, 0, 0);
		expect(exact).toBe(100);
		expect(third).not.toBe(5 / 3);
		expect(third).toBeCloseTo(5 / 3, 2);
	});

	it("refuses what float16 cannot hold", async () => {
		const folder = temporaryFolder();
		await expect(
			record({
				network: fakeNetwork({ drift: 70_000 }),
				probeSet: probeSetOf([steps(folder, "0", [1])]),
				directory: folder,
				precision: "float16",
			}),
		).rejects.toMatchObject({
			code: "float16_overflow",
			hint: "Set `recording.precision: float32`.",
		});
	});
});
