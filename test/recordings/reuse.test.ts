/** What finished recordings already hold is taken over, and never gives other bytes than recording anew. */
import {
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadNetwork } from "../../src/network/load.ts";
import { record } from "../../src/recordings/record.ts";
import type { Recording } from "../../src/recordings/recording.ts";
import { coverWith } from "../../src/recordings/reuse/cover.ts";
import type { HashedClip } from "../../src/types.ts";
import { root } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary-store.ts";
import {
	clipOf,
	type FakeNetwork,
	fakeNetwork,
	probeSetOf,
	tone,
} from "./fake-network.ts";

const tones = (folder: string, names: readonly number[]): HashedClip[] =>
	names.map((name) => tone(folder, `${name}.wav`, (name + 1) / 100));

/** Same layers, columns and bytes. */
function expectSame(one: Recording, other: Recording): void {
	expect(one.layers.map(({ name }) => name)).toEqual(
		other.layers.map(({ name }) => name),
	);
	expect(one.clips.map(({ id }) => id)).toEqual(
		other.clips.map(({ id }) => id),
	);
	for (const [index, layer] of one.layers.entries())
		expect(
			readFileSync(layer.path).equals(
				readFileSync((other.layers[index] as { path: string }).path),
			),
		).toBe(true);
}

async function recordIn(
	directory: string,
	network: FakeNetwork,
	clips: readonly HashedClip[],
): Promise<Recording> {
	return record({
		network,
		probeSet: probeSetOf(clips),
		directory,
		threads: 1,
	});
}

/** Records what is in the store first, then `network` over `clips`, and the latter in an empty store. */
async function afterOthers(
	others: readonly (readonly [FakeNetwork, readonly HashedClip[]])[],
	network: FakeNetwork,
	clips: readonly HashedClip[],
	folder: string,
): Promise<void> {
	const store = join(folder, "store");
	for (const [other, itsClips] of others)
		await recordIn(store, other, itsClips);
	const made = await recordIn(store, network, clips);
	const fresh = await recordIn(
		join(folder, "fresh"),
		fakeNetwork({ layers: network.layers.map(({ name }) => name) }),
		clips,
	);
	expectSame(made, fresh);
}

describe("taking over from finished recordings", () => {
	it("added clips: only they are run, wherever they stand, besides three that prove it", async () => {
		const folder = temporaryFolder();
		const [first, ...rest] = tones(folder, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
		const network = fakeNetwork();
		await afterOthers(
			[[fakeNetwork(), rest.slice(0, 7)]],
			network,
			[first as HashedClip, ...rest.toReversed()],
			folder,
		);
		expect(network.runs).toHaveLength(3 + 3);
	});

	it("added layers: only they are run, in a session of their own", async () => {
		const folder = temporaryFolder();
		const clips = tones(folder, [0, 1, 2, 3, 4, 5]);
		const network = fakeNetwork({ layers: ["b", "c", "a"] });
		await afterOthers(
			[[fakeNetwork({ layers: ["a", "b"] }), clips]],
			network,
			clips,
			folder,
		);
		expect(network.sessions).toEqual([["b", "c", "a"], ["c"]]);
		// Three clips twice, then each once.
		expect(network.runs).toHaveLength(6 + 6);
	});

	it("fewer layers and fewer clips: nothing is run but the three", async () => {
		const folder = temporaryFolder();
		const clips = tones(folder, [0, 1, 2, 3, 4, 5]);
		const network = fakeNetwork({ layers: ["b"] });
		await afterOthers(
			[[fakeNetwork({ layers: ["a", "b"] }), clips]],
			network,
			clips.slice(1, 5),
			folder,
		);
		expect(network.runs).toHaveLength(3);
	});

	it("from several recordings, each with some of the clips and some of the layers", async () => {
		const folder = temporaryFolder();
		const clips = tones(folder, [0, 1, 2, 3, 4, 5, 6, 7]);
		await afterOthers(
			[
				[fakeNetwork({ layers: ["a"] }), clips.slice(0, 4)],
				[fakeNetwork({ layers: ["b", "c"] }), clips.slice(2, 6)],
				[fakeNetwork({ layers: ["c"] }), clips.slice(5)],
			],
			fakeNetwork({ layers: ["a", "b", "c"] }),
			clips,
			folder,
		);
	});

	it("not when the values come out differently now", async () => {
		const folder = temporaryFolder();
		const clips = tones(folder, [0, 1, 2, 3, 4]);
		const network = fakeNetwork();
		await afterOthers(
			[[fakeNetwork({ drift: 2 ** -24 }), clips.slice(0, 4)]],
			network,
			clips,
			folder,
		);
		expect(network.runs).toHaveLength(1 + clips.length + 2);
	});

	it("not from a recording with a layer file that is gone or cut short", async () => {
		const folder = temporaryFolder();
		const clips = tones(folder, [0, 1, 2, 3, 4]);
		for (const damage of [
			(path: string) => rmSync(path),
			(path: string) => writeFileSync(path, readFileSync(path).subarray(0, -1)),
		]) {
			const store = join(folder, "store");
			const source = await recordIn(store, fakeNetwork(), clips.slice(0, 4));
			damage(source.layers[0]?.path as string);
			const network = fakeNetwork();
			await recordIn(store, network, clips);
			expect(network.runs).toHaveLength(clips.length);
			rmSync(store, { recursive: true });
		}
	});

	it("not when one of the values of a clip that is tried is another one", async () => {
		const folder = temporaryFolder();
		const clips = tones(folder, [0, 1, 2, 3, 4]);
		const store = join(folder, "store");
		const source = await recordIn(store, fakeNetwork(), clips.slice(0, 3));
		const path = source.layers[0]?.path as string;
		const bytes = readFileSync(path);
		// The last unit's value of the last clip.
		bytes[bytes.length - 4] = (bytes[bytes.length - 4] as number) ^ 1;
		writeFileSync(path, bytes);
		const network = fakeNetwork();
		await recordIn(store, network, clips);
		expect(network.runs).toHaveLength(3 + clips.length);
	});

	it("not from layers that come out differently when tapped alone", async () => {
		const folder = temporaryFolder();
		const clips = tones(folder, [0, 1, 2, 3]);
		const network = fakeNetwork({
			layers: ["a", "b", "c"],
			driftWithLayers: 1,
		});
		await afterOthers(
			[[fakeNetwork({ layers: ["a", "b"] }), clips]],
			network,
			clips,
			folder,
		);
		expect(network.sessions.at(-1)).toEqual(["c"]);
		expect(network.runs.length).toBeGreaterThanOrEqual(6 + clips.length);
	});

	it("not when clips were run together", async () => {
		const folder = temporaryFolder();
		const clips = tones(folder, [0, 1, 2, 3]);
		const store = join(folder, "store");
		const network = fakeNetwork();
		await record({
			network: fakeNetwork(),
			probeSet: probeSetOf(clips.slice(0, 3)),
			directory: store,
			batchSize: 2,
		});
		await recordIn(store, network, clips);
		expect(network.runs).toHaveLength(4);
	});

	it("hands warnings on with the clip's present place, and tries bad clips again", async () => {
		const folder = temporaryFolder();
		const silent = tone(folder, "silent.wav", 0);
		writeFileSync(join(folder, "bad.wav"), "this is not audio");
		const bad = clipOf(join(folder, "bad.wav"), "bad");
		const store = join(folder, "store");
		await recordIn(store, fakeNetwork(), [
			silent,
			bad,
			...tones(folder, [0, 1]),
		]);
		mkdirSync(join(folder, "moved"));
		const moved = tone(join(folder, "moved"), "quiet.wav", 0);
		const recording = await recordIn(store, fakeNetwork(), [
			...tones(folder, [0, 2, 1]),
			bad,
			moved,
		]);
		expect(recording.warnings).toEqual([
			{
				id: "quiet.wav",
				code: "clip_silent",
				message: `${moved.path} is silent: no sample moves by a 16-bit step`,
			},
		]);
		expect(recording.excluded.map(({ id }) => id)).toEqual(["bad"]);
	});

	describe("an unfinished one", () => {
		/** A recording of `layers` that fails at the run, with parts of `batch` clips on disk. */
		async function unfinished(
			store: string,
			clips: readonly HashedClip[],
			options: Parameters<typeof fakeNetwork>[0] = {},
		): Promise<string> {
			const before = new Set(readdirSync(store));
			await expect(
				recordIn(store, fakeNetwork({ failAtRun: 5, ...options }), clips),
			).rejects.toThrow("power cut");
			return readdirSync(store).find((name) => !before.has(name)) as string;
		}

		it("serves what its parts hold, to other layers and other clips, and stays as it is", async () => {
			const folder = temporaryFolder();
			const store = join(folder, "store");
			mkdirSync(store);
			const clips = tones(folder, [0, 1, 2, 3, 4, 5, 6]);
			const other = await unfinished(store, clips, { layers: ["b", "a"] });
			const [first, ...rest] = clips.toReversed();
			const wanted = [...rest, first as HashedClip];
			const network = fakeNetwork({ layers: ["a", "c"] });
			const made = await recordIn(store, network, wanted);
			// Of the seven, five were on disk: they lack layer c only. Three prove it, twice.
			expect(network.sessions).toEqual([["a", "c"], ["c"]]);
			expect(network.runs).toHaveLength(6 + 5 + 2);
			expectSame(
				made,
				await recordIn(
					join(folder, "fresh"),
					fakeNetwork({ layers: ["a", "c"] }),
					wanted,
				),
			);
			expect(readdirSync(made.directory).sort()).toEqual([
				"000-a.exemplars.npy",
				"000-a.npy",
				"001-c.exemplars.npy",
				"001-c.npy",
				"plan.json",
				"recording.json",
			]);
			// The other one goes on where it was.
			expect(readdirSync(join(store, other)).sort()).toEqual([
				"parts",
				"plan.json",
			]);
			const resumed = fakeNetwork({ layers: ["b", "a"] });
			await recordIn(store, resumed, clips);
			expect(resumed.runs).toHaveLength(2);
		});

		it("serves a finished recording's lack only", async () => {
			const folder = temporaryFolder();
			const store = join(folder, "store");
			const clips = tones(folder, [0, 1, 2, 3, 4, 5, 6]);
			await recordIn(store, fakeNetwork(), clips.slice(0, 2));
			await unfinished(store, clips.slice(1, 6), { failAtRun: 4 });
			const network = fakeNetwork();
			const made = await recordIn(store, network, clips);
			const plan = JSON.parse(
				readFileSync(join(made.directory, "plan.json"), "utf8"),
			);
			expect(
				plan.sources.map(({ clips: taken }: { clips: number[] }) => taken),
			).toEqual([
				[0, 1],
				[2, 3, 4],
			]);
			expect(plan.jobs).toEqual([{ layers: [0, 1], clips: [5, 6] }]);
			expectSame(
				made,
				await recordIn(join(folder, "fresh"), fakeNetwork(), clips),
			);
		});

		it("serves nothing when its parts are damaged, or come out differently now", async () => {
			const folder = temporaryFolder();
			const store = join(folder, "store");
			mkdirSync(store);
			const clips = tones(folder, [0, 1, 2, 3, 4, 5]);
			const other = await unfinished(store, clips, { layers: ["b", "a"] });
			const parts = join(store, other, "parts", "0");
			const part = join(parts, readdirSync(parts)[0] as string);
			const bytes = readFileSync(part);
			writeFileSync(part, bytes.subarray(0, -1));
			const damaged = fakeNetwork();
			await recordIn(store, damaged, clips);
			expect(damaged.runs).toHaveLength(clips.length);
			rmSync(store, { recursive: true });

			mkdirSync(store);
			await unfinished(store, clips, { layers: ["b", "a"], drift: 2 ** -24 });
			const drifted = fakeNetwork();
			const made = await recordIn(store, drifted, clips);
			expect(drifted.runs).toHaveLength(3 + clips.length);
			expectSame(
				made,
				await recordIn(join(folder, "fresh"), fakeNetwork(), clips),
			);
		});

		it("serves an interrupted new one that goes on, after it is finished itself", async () => {
			const folder = temporaryFolder();
			const store = join(folder, "store");
			mkdirSync(store);
			const clips = tones(folder, [0, 1, 2, 3, 4, 5]);
			await unfinished(store, clips, { layers: ["b", "a"] });
			// Three that prove it, then the one that is new.
			await unfinished(store, clips.toReversed(), { failAtRun: 3 });
			await recordIn(store, fakeNetwork({ layers: ["b", "a"] }), clips);
			const network = fakeNetwork();
			const made = await recordIn(store, network, clips.toReversed());
			expect(network.runs).toHaveLength(1);
			expectSame(
				made,
				await recordIn(
					join(folder, "fresh"),
					fakeNetwork(),
					clips.toReversed(),
				),
			);
		});
	});

	it("hands on how much of a clip is padding, from finished and unfinished ones", async () => {
		const folder = temporaryFolder();
		const store = join(folder, "store");
		// Of 1,600 samples: all, all (the rest fills no second input), half, a quarter.
		const clips = [0.1, 0.125, 0.05, 0.025].map((seconds, index) =>
			tone(folder, `${index}.wav`, (index + 1) / 10, seconds),
		);
		const expected = [0, 0, 0.5, 0.75];
		const first = await recordIn(store, fakeNetwork(), clips.slice(0, 2));
		expect(first.padding).toEqual(expected.slice(0, 2));
		const network = fakeNetwork({ failAtRun: 2, layers: ["b", "a"] });
		await expect(recordIn(store, network, clips.slice(1))).rejects.toThrow(
			"power cut",
		);
		const made = await recordIn(store, fakeNetwork(), clips.toReversed());
		expect(made.padding).toEqual(expected.toReversed());
		// An older recording does not say.
		const file = join(made.directory, "recording.json");
		const { padding: _, ...older } = JSON.parse(readFileSync(file, "utf8"));
		writeFileSync(file, JSON.stringify(older));
		const again = await recordIn(store, fakeNetwork(), clips.toReversed());
		expect(again.padding).toEqual([null, null, null, null]);
	});

	it("starts anew when a recording it relied on is deleted half-way", async () => {
		const folder = temporaryFolder();
		const clips = tones(folder, [0, 1, 2, 3, 4, 5]);
		const store = join(folder, "store");
		await recordIn(store, fakeNetwork(), clips.slice(0, 3));
		const [source] = readdirSync(store);
		await expect(
			recordIn(store, fakeNetwork({ failAtRun: 4 }), clips),
		).rejects.toThrow("power cut");
		rmSync(join(store, source as string), { recursive: true });
		const network = fakeNetwork();
		const made = await recordIn(store, network, clips);
		expect(network.runs).toHaveLength(clips.length);
		expectSame(
			made,
			await recordIn(join(folder, "fresh"), fakeNetwork(), clips),
		);
	});

	it("gives the bytes of a fresh recording with a real network, for clips and layers", async () => {
		const folder = temporaryFolder();
		const descriptor = join(root, "config/networks/demo.yaml");
		const names = readdirSync(join(root, "demo/clips")).sort().slice(0, 9);
		const clips = names.map((name) =>
			clipOf(join(root, "demo/clips", name), name),
		);
		const load = (layers: readonly string[]) =>
			loadNetwork({ descriptor, layers });
		const store = join(folder, "store");
		const settings = { threads: 2 };
		await record({
			...settings,
			network: await load(["layer.1.*", "classifier"]),
			probeSet: probeSetOf(clips.slice(0, 6)),
			directory: store,
		});
		const network = await load(["layer.0.*", "layer.1.*", "classifier"]);
		const probeSet = probeSetOf(clips.toReversed());
		const made = await record({
			...settings,
			network,
			probeSet,
			directory: store,
		});
		const plan = JSON.parse(
			readFileSync(join(made.directory, "plan.json"), "utf8"),
		);
		expect(plan.sources).toHaveLength(1);
		expect(plan.jobs).toHaveLength(2);
		expectSame(
			made,
			await record({
				threads: 1,
				network,
				probeSet,
				directory: join(folder, "fresh"),
			}),
		);
	});
});

describe("coverWith", () => {
	it("takes every value exactly once, from a source that has it or from one job", () => {
		const names = ["A", "B", "C"];
		fc.assert(
			fc.property(
				fc.array(
					fc.record({
						layers: fc.subarray(names),
						clips: fc.uniqueArray(fc.nat({ max: 7 })),
					}),
					{ maxLength: 4 },
				),
				fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 1 }),
				(held, wanted) => {
					const clipHashes = wanted.map(String);
					const { sources, jobs } = coverWith({
						addresses: names,
						clipHashes,
						sources: held.map(({ layers, clips }, index) => ({
							directory: String(index),
							files: new Map(layers.map((layer) => [layer, layer])),
							columns: new Map(
								clips.map((clip, column) => [String(clip), column]),
							),
							padding: new Map(),
							warnings: new Map(),
						})),
					});
					const times = new Map<string, number>();
					const add = (layer: number, clip: number): void => {
						const key = `${layer}/${clip}`;
						times.set(key, (times.get(key) ?? 0) + 1);
					};
					for (const { directory, layers, clips, columns } of sources) {
						const source = held[Number(directory)] as (typeof held)[number];
						for (const [index, clip] of clips.entries()) {
							expect(source.clips[columns[index] as number]).toBe(wanted[clip]);
							for (const { layer, file } of layers) {
								expect(source.layers).toContain(file);
								expect(names[layer]).toBe(file);
								add(layer, clip);
							}
						}
					}
					for (const { layers, clips } of jobs)
						for (const clip of clips ?? wanted.keys())
							for (const layer of layers) {
								add(layer, clip);
								// Nothing is run that a source holds.
								expect(
									held.some(
										(source) =>
											source.layers.includes(names[layer] as string) &&
											source.clips.includes(wanted[clip] as number),
									),
								).toBe(false);
							}
					expect(times.size).toBe(names.length * wanted.length);
					expect([...times.values()].every((count) => count === 1)).toBe(true);
				},
			),
		);
	});
});
