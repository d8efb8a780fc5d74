import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	afterEach,
	beforeEach,
	describe,
	expect,
	it,
	onTestFinished,
	vi,
} from "vitest";
import type { DissectionError } from "../../src/errors.ts";
import { record } from "../../src/recordings/record.ts";
import {
	type Recording,
	readActivations,
} from "../../src/recordings/recording.ts";
import { selectExemplars } from "../../src/recordings/select-exemplars.ts";
import { sha256 } from "../../src/shared/hash.ts";
import { sine, writeWav } from "../support/wav.ts";
import {
	type FakeNetwork,
	fakeNetwork,
	probeSetOf,
	tone,
} from "./fake-network.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "audio-dissect-record-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clip = (name: string, amplitude: number) => tone(folder, name, amplitude);

function expectSameFiles(one: Recording, other: Recording): void {
	for (const [index, layer] of one.layers.entries())
		expect(
			readFileSync(layer.path).equals(
				readFileSync((other.layers[index] as { path: string }).path),
			),
		).toBe(true);
}

const amplitudes = [0.2, 0.9, 0.5, 0.7, 0.1, 0.3, 0.8];

describe("record", () => {
	it("asks whether to begin before it works, and not when it is done", async () => {
		const options = {
			network: fakeNetwork(),
			probeSet: probeSetOf([clip("a.wav", 0.5)]),
			directory: folder,
		};
		const refused = new Error("not now");
		await expect(
			record({ ...options, beforeRecording: () => Promise.reject(refused) }),
		).rejects.toBe(refused);
		expect(readdirSync(folder)).toEqual(["a.wav"]);
		const asked = vi.fn(async () => {});
		await record({ ...options, beforeRecording: asked });
		await record({ ...options, beforeRecording: asked });
		expect(asked).toHaveBeenCalledTimes(1);
	});

	it("holds every clip's activations, neuron-major, in probe-set order", async () => {
		const clips = amplitudes.map((amplitude, index) =>
			clip(`${index}.wav`, amplitude),
		);
		const recording = await record({
			network: fakeNetwork(),
			probeSet: probeSetOf(clips),
			directory: folder,
			batchSize: 3,
		});
		expect(recording.clips.map(({ id }) => id)).toEqual(
			clips.map(({ id }) => id),
		);
		const [a, b] = recording.layers;
		const unit = await readActivations(a as never, 2);
		for (const [index, amplitude] of amplitudes.entries())
			expect(unit[index]).toBeCloseTo(3 * 0.5 * amplitude, 3);
		const squares = await readActivations(b as never, 0);
		expect(squares.length).toBe(7);
		for (const [index, amplitude] of amplitudes.entries())
			expect(squares[index]).toBeCloseTo((0.5 * amplitude) ** 2 / 2, 3);
		expect(readdirSync(recording.directory).sort()).toEqual([
			"000-a.exemplars.npy",
			"000-a.npy",
			"001-b.exemplars.npy",
			"001-b.npy",
			"plan.json",
			"recording.json",
		]);
	});

	it("is the same recording for the same inputs: nothing runs again", async () => {
		const probeSet = probeSetOf([clip("0.wav", 0.5)]);
		await record({ network: fakeNetwork(), probeSet, directory: folder });
		const again = fakeNetwork();
		await record({ network: again, probeSet, directory: folder });
		expect(again.runs).toEqual([]);
	});

	it("after an interruption recomputes the unfinished part only and gives the same bytes", async () => {
		const probeSet = probeSetOf(
			Array.from({ length: 70 }, (_, index) =>
				clip(`${index}.wav`, (index + 1) / 71),
			),
		);
		const undisturbed = await record({
			network: fakeNetwork(),
			probeSet,
			directory: join(folder, "one"),
		});

		const directory = join(folder, "two");
		await expect(
			record({
				network: fakeNetwork({ failAtRun: 40 }),
				probeSet,
				directory,
				threads: 1,
			}),
		).rejects.toThrow("power cut");
		const resumed = fakeNetwork();
		// Another batch size is asked for; the stored plan's is kept, as it may change the last bits. What was finished is on disk.
		const recording = await record({
			network: resumed,
			probeSet,
			directory,
			batchSize: 5,
		});
		expect(resumed.runs).toEqual(Array(30).fill(1));
		expect(recording.clipsPerRun).toBe(1);
		expectSameFiles(recording, undisturbed);
	});

	it("leaves bad clips out, says why, and keeps the columns of the others", async () => {
		const broken = { ...clip("broken.wav", 0.1), id: "broken" };
		writeFileSync(broken.path, "this is not audio");
		const silent = clip("silent.wav", 0);
		const clips = [
			clip("0.wav", 0.2),
			{ ...broken, hash: sha256(readFileSync(broken.path)) },
			silent,
			clip("1.wav", 0.4),
		];
		const recording = await record({
			network: fakeNetwork(),
			probeSet: probeSetOf(clips),
			directory: folder,
			batchSize: 2,
		});
		expect(recording.clips.map(({ id }) => id)).toEqual([
			"0.wav",
			"silent.wav",
			"1.wav",
		]);
		expect(recording.excluded.map(({ id, code }) => ({ id, code }))).toEqual([
			{ id: "broken", code: "audio_unrecognised" },
		]);
		expect(recording.warnings.map(({ id, code }) => ({ id, code }))).toEqual([
			{ id: "silent.wav", code: "clip_silent" },
		]);
		const values = await readActivations(recording.layers[0] as never, 0);
		expect([...values].map((value) => value.toFixed(2))).toEqual([
			"0.10",
			"0.00",
			"0.20",
		]);
	});

	it("stops when a clip changes under it, and concludes nothing about the clip", async () => {
		const changed = clip("0.wav", 0.2);
		writeWav(changed.path, sine(200, 0.1));
		const failure = await record({
			network: fakeNetwork(),
			probeSet: probeSetOf([changed]),
			directory: folder,
		}).catch((error: unknown) => error as DissectionError);
		expect(failure).toMatchObject({
			code: "clip_changed",
			message: expect.stringContaining(
				"0.wav changed while it was being recorded",
			),
		});
	});

	it("lets no second writer into the same recording", async () => {
		const probeSet = probeSetOf([clip("0.wav", 0.5), clip("1.wav", 0.2)]);
		const start = () =>
			record({ network: fakeNetwork(), probeSet, directory: folder });
		const [first, second] = await Promise.allSettled([start(), start()]);
		expect([first?.status, second?.status].sort()).toEqual([
			"fulfilled",
			"rejected",
		]);
		const refused = first?.status === "rejected" ? first : second;
		expect(refused).toMatchObject({ reason: { code: "recording_locked" } });
		await start();
	});

	it("refuses a probe set without a usable clip", async () => {
		const broken = clip("broken.wav", 0.1);
		writeFileSync(broken.path, "this is not audio");
		const probeSet = probeSetOf([
			{ ...broken, hash: sha256(readFileSync(broken.path)) },
		]);
		await expect(
			record({ network: fakeNetwork(), probeSet, directory: folder }),
		).rejects.toMatchObject({ code: "no_usable_clips" });
	});

	it("stops at the caller's signal and keeps the clips it has", async () => {
		const probeSet = probeSetOf(
			Array.from({ length: 70 }, (_, index) => clip(`${index}.wav`, 0.5)),
		);
		const controller = new AbortController();
		const run = record({
			network: fakeNetwork(),
			probeSet,
			directory: folder,
			threads: 1,
			signal: controller.signal,
			onProgress: ({ done }) => done === 40 && controller.abort(),
		});
		await expect(run).rejects.toMatchObject({ code: "interrupted" });
		const directory = readdirSync(folder).find(
			(name) => !name.endsWith(".wav"),
		) as string;
		expect(readdirSync(join(folder, directory, "parts", "0"))).toEqual([
			"000000000.part",
			"000000032.part",
		]);
		expect(readdirSync(join(folder, directory)).sort()).toEqual([
			"parts",
			"plan.json",
		]);
		const resumed = fakeNetwork();
		await record({ network: resumed, probeSet, directory: folder });
		expect(resumed.runs.length).toBeLessThanOrEqual(30);
	});

	it("writes a part after five seconds at most, at the end of an inference, and the bytes do not depend on it", async () => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
		onTestFinished(() => {
			vi.useRealTimers();
		});
		const probeSet = probeSetOf(
			Array.from({ length: 11 }, (_, index) =>
				clip(`${index}.wav`, (index + 1) / 12),
			),
		);
		const batch = { probeSet, batchSize: 2, threads: 1 };
		const directory = join(folder, "slow");
		const slow = fakeNetwork({
			failAtRun: 5,
			onRun: () => vi.advanceTimersByTime(2_000),
		});
		await expect(
			record({ ...batch, network: slow, directory }),
		).rejects.toThrow("power cut");
		const [id] = readdirSync(directory);
		const parts = join(directory, id ?? "", "parts", "0");
		const names = readdirSync(parts);
		expect(names.length).toBeGreaterThan(1);
		for (const name of names) expect(Number.parseInt(name, 10) % 2).toBe(0);
		// One that is damaged is computed again.
		const damaged = join(parts, names[0] ?? "");
		writeFileSync(damaged, readFileSync(damaged).subarray(0, -1));
		const made = await record({
			...batch,
			network: fakeNetwork(),
			directory,
		});
		const fresh = await record({
			...batch,
			network: fakeNetwork(),
			directory: join(folder, "fast"),
		});
		expectSameFiles(made, fresh);
	});

	it("records again when a layer file is gone or of another size, or a file about it is no JSON", async () => {
		const probeSet = probeSetOf([clip("0.wav", 0.5), clip("1.wav", 0.2)]);
		const make = (network: FakeNetwork) =>
			record({ network, probeSet, directory: folder });
		const first = await make(fakeNetwork());
		const path = first.layers[1]?.path as string;
		const bytes = readFileSync(path);
		const damages: (() => void)[] = [
			() => rmSync(path),
			() => writeFileSync(path, bytes.subarray(0, -1)),
			() => writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(4)])),
			() => writeFileSync(join(first.directory, "recording.json"), '{"id":'),
			() => {
				rmSync(join(first.directory, "recording.json"));
				writeFileSync(join(first.directory, "plan.json"), "");
			},
		];
		for (const damage of damages) {
			damage();
			const network = fakeNetwork();
			const again = await make(network);
			expect(network.runs).toHaveLength(2);
			expect(again.clips).toHaveLength(2);
			expect(readFileSync(path).equals(bytes)).toBe(true);
		}
	});

	it("deletes what a process killed at the very end has left", async () => {
		const probeSet = probeSetOf([clip("0.wav", 0.5)]);
		const make = (network: FakeNetwork) =>
			record({ network, probeSet, directory: folder });
		const { directory } = await make(fakeNetwork());
		const files = readdirSync(directory);
		for (const name of ["parts/0", "taken/another-0"]) {
			mkdirSync(join(directory, name), { recursive: true });
			writeFileSync(join(directory, name, "000000000.part"), "left");
		}
		const network = fakeNetwork();
		await make(network);
		expect(network.runs).toHaveLength(0);
		expect(readdirSync(directory)).toEqual(files);
	});

	it("is not finished while a lost layer file is made again", async () => {
		const probeSet = probeSetOf([clip("0.wav", 0.5), clip("1.wav", 0.2)]);
		const first = await record({
			network: fakeNetwork(),
			probeSet,
			directory: folder,
		});
		rmSync(first.layers[1]?.path as string);
		const there: boolean[] = [];
		await record({
			network: fakeNetwork(),
			probeSet,
			directory: folder,
			onProgress: () =>
				there.push(existsSync(join(first.directory, "recording.json"))),
		});
		expect(new Set(there)).toEqual(new Set([false]));
	});

	it("names the folder when a file of the recording cannot be read", async () => {
		const probeSet = probeSetOf([clip("0.wav", 0.5)]);
		const make = () =>
			record({ network: fakeNetwork(), probeSet, directory: folder });
		const { directory } = await make();
		for (const name of ["recording.json", "plan.json"]) {
			rmSync(join(directory, name));
			mkdirSync(join(directory, name));
			await expect(make()).rejects.toMatchObject({
				name: "StoreError",
				code: "recording_corrupt",
				message: expect.stringContaining(`${directory} is damaged: ${name}`),
			});
			rmSync(join(directory, name), { recursive: true });
		}
	});
});

describe("selectExemplars", () => {
	it("streams the ranked clips of every unit", async () => {
		const probeSet = probeSetOf(
			amplitudes.map((amplitude, index) => clip(`${index}.wav`, amplitude)),
		);
		const recording = await record({
			network: fakeNetwork(),
			probeSet,
			directory: folder,
		});
		const neurons = [];
		for await (const block of selectExemplars({
			layer: recording.layers[0] as never,
			count: 2,
		}))
			neurons.push(...block);
		expect(neurons.map(({ neuron }) => neuron)).toEqual(
			[0, 1, 2].map((unit) => ({ layer: "a", unit })),
		);
		expect(neurons[1]?.high.map(({ clip: column }) => column)).toEqual([1, 6]);
		expect(neurons[1]?.low.map(({ clip: column }) => column)).toEqual([4, 0]);
	});

	it("passes on a damaged recording", async () => {
		const probeSet = probeSetOf([clip("0.wav", 0.5), clip("1.wav", 0.2)]);
		const recording = await record({
			network: fakeNetwork(),
			probeSet,
			directory: folder,
		});
		const layer = recording.layers[0] as {
			path: string;
			name: string;
			units: number;
		};
		writeFileSync(layer.path, readFileSync(layer.path).subarray(0, 130));
		const all = async () => {
			for await (const block of selectExemplars({ layer, count: 1 }))
				void block;
		};
		await expect(all()).rejects.toThrow("cut short");
	});
});
