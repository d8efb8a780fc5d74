/** Exemplars kept beside a recording: what is read back is what ranking the recording gives, whether the file is there or not. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openExemplarKeeper } from "../../../src/recordings/kept-exemplars/keep-exemplars.ts";
import { keptExemplarsPath } from "../../../src/recordings/kept-exemplars/layout.ts";
import { openKeptExemplars } from "../../../src/recordings/kept-exemplars/read-kept.ts";
import { record } from "../../../src/recordings/record.ts";
import type { RecordedLayer } from "../../../src/recordings/recording.ts";
import { selectExemplars } from "../../../src/recordings/select-exemplars.ts";
import { toFloat16 } from "../../../src/shared/float16.ts";
import { npyBytes, npyHeader } from "../../../src/shared/npy.ts";
import { seededRandom } from "../../../src/shared/random.ts";
import type { NeuronExemplars } from "../../../src/types.ts";
import { temporaryFolder } from "../../support/temporary-store.ts";
import { fakeNetwork, probeSetOf, tone } from "../fake-network.ts";

const UNITS = 37;

function layerOf(clips: number, folder = temporaryFolder()): RecordedLayer {
	const random = seededRandom(clips);
	const values = Float32Array.from(
		{ length: UNITS * clips },
		() => Math.round(64 * (random() - 0.5)) / 8,
	);
	values.fill(0, 0, clips);
	values.fill(2.5, clips, 2 * clips);
	values[2 * clips + 1] = Number.NaN;
	values[3 * clips] = Number.POSITIVE_INFINITY;
	const path = join(folder, "000-fc.npy");
	writeFileSync(path, npyBytes(values, [UNITS, clips]));
	return { name: "fc", units: UNITS, path };
}

async function keep(layer: RecordedLayer): Promise<void> {
	const keeper = openExemplarKeeper();
	keeper.add(layer.path);
	await keeper.finish();
	await keeper.close();
}

async function select(
	layer: RecordedLayer,
	count: number,
): Promise<NeuronExemplars[]> {
	const all: NeuronExemplars[] = [];
	for await (const block of selectExemplars({ layer, count }))
		all.push(...block);
	return all;
}

describe("kept exemplars", () => {
	it.each([1, 3, 9, 10, 40, 600])(
		"of %i clips are those of the recording itself, at any count a side",
		async (clips) => {
			const layer = layerOf(clips);
			const counts = [1, 5, 10, 11];
			const ranked = [];
			for (const count of counts) ranked.push(await select(layer, count));
			await keep(layer);
			const kept = await openKeptExemplars(layer);
			expect(kept).toMatchObject({ perSide: 10, clips });
			await kept?.close();
			for (const [index, count] of counts.entries())
				expect(await select(layer, count)).toEqual(ranked[index]);
		},
	);

	it("are read and not ranked again", async () => {
		const layer = layerOf(40);
		await keep(layer);
		const path = keptExemplarsPath(layer.path);
		const bytes = readFileSync(path);
		// The first clip of the high side of the last neuron.
		bytes.writeFloatLE(39, bytes.length - 83 * 4);
		writeFileSync(path, bytes);
		const marked = (await select(layer, 5)).at(-1);
		expect(marked?.high[0]?.clip).toBe(39);
		// More than are kept.
		const ranked = (await select(layer, 11)).at(-1);
		expect(ranked?.high[0]?.clip).not.toBe(39);
	});

	it("that are missing, cut short or of another layer count as not there", async () => {
		const layer = layerOf(40);
		expect(await openKeptExemplars(layer)).toBeNull();
		await keep(layer);
		const path = keptExemplarsPath(layer.path);
		const bytes = readFileSync(path);
		writeFileSync(path, bytes.subarray(0, -1));
		expect(await openKeptExemplars(layer)).toBeNull();
		writeFileSync(path, bytes);
		expect(await openKeptExemplars({ ...layer, units: UNITS + 1 })).toBeNull();
		rmSync(path);
		expect(await select(layer, 5)).toHaveLength(UNITS);
	});

	it("of float16 recordings have the values that are stored", async () => {
		const folder = temporaryFolder();
		const path = join(folder, "000-fc.npy");
		const values = Float32Array.from({ length: 30 }, (_, clip) => clip / 7);
		writeFileSync(
			path,
			Buffer.concat([
				npyHeader({ shape: [1, 30], type: "float16" }),
				new Uint8Array(toFloat16(values).buffer),
			]),
		);
		const layer = { name: "fc", units: 1, path };
		const ranked = await select(layer, 5);
		await keep(layer);
		expect(await select(layer, 5)).toEqual(ranked);
	});

	it("say which file cannot be read", async () => {
		const keeper = openExemplarKeeper();
		keeper.add("/nowhere/000-fc.npy");
		await expect(keeper.finish()).rejects.toMatchObject({
			code: "exemplars_unwritable",
			message: expect.stringContaining("/nowhere/000-fc.npy"),
		});
		await keeper.close();
	});

	it("lie beside every layer of a finished recording", async () => {
		const folder = temporaryFolder();
		const clips = Array.from({ length: 12 }, (_, index) =>
			tone(folder, `${index}.wav`, index / 20),
		);
		const recording = await record({
			network: fakeNetwork(),
			probeSet: probeSetOf(clips),
			directory: join(folder, "store"),
			threads: 1,
		});
		for (const layer of recording.layers) {
			expect(existsSync(keptExemplarsPath(layer.path))).toBe(true);
			const kept = await openKeptExemplars(layer);
			const [first] = (await kept?.read(0, 1)) ?? [];
			await kept?.close();
			expect(first?.high.map(({ clip }) => clip).slice(0, 3)).toEqual([
				11, 10, 9,
			]);
			expect(first).toMatchObject({ nonFinite: 0, positive: 11 });
			expect(first?.p95).not.toBeNull();
		}
	});
});
