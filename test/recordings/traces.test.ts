/** Time courses of chosen neurons, compared with the pooled recording they belong to. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { loadNetwork, type TargetNetwork } from "../../src/network/load.ts";
import { record } from "../../src/recordings/record.ts";
import {
	type Recording,
	readActivations,
} from "../../src/recordings/recording.ts";
import { readTraces } from "../../src/recordings/traces/read-traces.ts";
import { recordTraces } from "../../src/recordings/traces/record-traces.ts";
import { openNpyMatrix } from "../../src/shared/npy-matrix.ts";
import { convolutionModel } from "../onnx/small-models.ts";
import { root } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary-store.ts";
import { clipOf, probeSetOf, tone } from "./fake-network.ts";

const mean = (values: Float32Array): number =>
	values.reduce((sum, value) => sum + value, 0) / values.length;

describe("traces of the demo network", () => {
	const layer = "layer.2.intermediate.dense";
	let network: TargetNetwork;
	const names = readdirSync(join(root, "demo/clips")).sort().slice(0, 3);
	const clips = names.map((name) =>
		clipOf(join(root, "demo/clips", name), name),
	);
	beforeAll(async () => {
		network = await loadNetwork({
			descriptor: join(root, "config/networks/demo.yaml"),
			layers: [layer, "classifier"],
		});
	});
	const recorded = (): Promise<Recording> =>
		record({
			network,
			probeSet: probeSetOf(clips),
			directory: temporaryFolder(),
		});

	it("average to what was recorded, token by token", async () => {
		const recording = await recorded();
		const entries = await recordTraces({
			network,
			recording,
			neurons: new Map([
				[layer, [17, 3, 500]],
				["classifier", [5]],
			]),
			clips: [names[2] as string, names[0] as string],
		});
		expect(
			entries.map(({ clip, layer: at, units, rowShape, positions }) => ({
				clip,
				at,
				units,
				rowShape,
				positions,
			})),
		).toEqual(
			[names[2], names[0]].flatMap((clip) => [
				{
					clip,
					at: layer,
					units: [3, 17, 500],
					rowShape: [97],
					positions: 97,
				},
				{ clip, at: "classifier", units: [5], rowShape: [], positions: 1 },
			]),
		);
		for (const unit of [3, 17, 500]) {
			const pooled = await readActivations(recording.layers[0] as never, unit);
			const traces = await readTraces(recording, { layer, unit });
			expect(traces.map(({ clip }) => clip)).toEqual([names[2], names[0]]);
			for (const { clip, values } of traces)
				expect(mean(values)).toBeCloseTo(
					pooled[names.indexOf(clip)] as number,
					5,
				);
		}
		const logits = await readActivations(recording.layers[1] as never, 5);
		const [first] = await readTraces(
			recording,
			{ layer: "classifier", unit: 5 },
			[names[0] as string],
		);
		expect([...(first?.values ?? [])]).toEqual([logits[0]]);
		// A matrix numpy can map.
		const path = join(recording.directory, "traces", entries[0]?.file ?? "");
		const matrix = await openNpyMatrix(path);
		expect([matrix.rows, matrix.columns, matrix.type]).toEqual([
			3,
			97,
			"float32",
		]);
		await matrix.close();
	});

	it("are kept: asking again runs nothing, asking for more adds", async () => {
		const recording = await recorded();
		const neurons = new Map([["classifier", [1]]]);
		const one = [names[0] as string];
		await recordTraces({ network, recording, neurons, clips: one });
		const idle = {
			...network,
			openTraces: () => Promise.reject(new Error("not again")),
		};
		const again = { network: idle, recording, neurons, clips: one };
		expect(await recordTraces(again)).toHaveLength(1);
		await expect(recordTraces({ ...again, clips: names })).rejects.toThrow(
			"not again",
		);
		expect(
			await recordTraces({ ...again, network, clips: names }),
		).toHaveLength(3);
		expect(
			await readTraces(recording, { layer: "classifier", unit: 1 }),
		).toHaveLength(3);
		expect(
			await readTraces(recording, { layer: "classifier", unit: 2 }),
		).toEqual([]);
	});

	it("of two calls at a time one is told to wait, and nothing that is listed is lost", async () => {
		const recording = await recorded();
		const ask = (unit: number) =>
			recordTraces({
				network,
				recording,
				neurons: new Map([["classifier", [unit]]]),
			});
		const [first, second] = await Promise.allSettled([ask(1), ask(2)]);
		expect(first).toMatchObject({ status: "fulfilled" });
		expect(second).toMatchObject({
			status: "rejected",
			reason: { code: "recording_locked" },
		});
		await ask(2);
		const neuron = { layer: "classifier", unit: 1 };
		expect(await readTraces(recording, neuron)).toHaveLength(names.length);
		expect(await readTraces(recording, { ...neuron, unit: 2 })).toHaveLength(
			names.length,
		);
		expect(readdirSync(recording.directory)).not.toContain("lock.1");
	});

	it("of an interrupted call are listed, and not recorded again", async () => {
		const recording = await recorded();
		const neurons = new Map([["classifier", [1]]]);
		let runs = 0;
		const failing = (failAt: number): TargetNetwork => ({
			...network,
			openTraces: async (...options) => {
				const session = await network.openTraces(...options);
				return {
					...session,
					run: async (...rows) => {
						if (runs === failAt) throw new Error("power cut");
						runs += 1;
						return session.run(...rows);
					},
				};
			},
		});
		await expect(
			recordTraces({ network: failing(2), recording, neurons }),
		).rejects.toThrow("power cut");
		const entries = await recordTraces({
			network: failing(-1),
			recording,
			neurons,
		});
		expect(runs).toBe(names.length);
		expect(entries.map(({ clip }) => clip)).toEqual(names);
	});

	it("names what is not there", async () => {
		const recording = await recorded();
		const ask = (name: string, unit: number, clip = names[0] as string) =>
			recordTraces({
				network,
				recording,
				neurons: new Map([[name, [unit]]]),
				clips: [clip],
			});
		await expect(ask("clasifier", 0)).rejects.toMatchObject({
			code: "neuron_unknown",
			hint: 'did you mean "classifier"?',
		});
		await expect(ask("classifier", 48)).rejects.toMatchObject({
			code: "neuron_unknown",
			message:
				'"classifier#48" is no neuron: layer "classifier" has units 0 to 47',
		});
		await expect(ask("classifier", 0, "violin")).rejects.toMatchObject({
			code: "clip_unknown",
		});
	});
});

it("traces of a convolution have time and frequency, of several rows one after the other", async () => {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "net.onnx"), convolutionModel({ waveform: true }));
	writeFileSync(
		join(folder, "net.yaml"),
		`name: net
file: net.onnx
input: x
frontEnd: { kind: waveform, sampleRate: 16000, samples: 30 }
layers:
  - { name: conv, tensor: /conv/Conv_output_0, pooling: max }
`,
	);
	const network = await loadNetwork({ descriptor: join(folder, "net.yaml") });
	const clip = tone(folder, "tone.wav", 1, 90 / 16_000);
	const recording = await record({
		network,
		probeSet: probeSetOf([clip]),
		directory: folder,
	});
	await recordTraces({
		network,
		recording,
		neurons: new Map([["conv", [0, 3]]]),
	});
	const [trace] = await readTraces(recording, { layer: "conv", unit: 3 });
	expect(trace).toMatchObject({ rows: 3, rowShape: [4, 3] });
	expect(trace?.values).toHaveLength(36);
	const pooled = await readActivations(recording.layers[0] as never, 3);
	expect(Math.max(...(trace?.values ?? []))).toBeCloseTo(
		pooled[0] as number,
		6,
	);
	expect(
		JSON.parse(
			readFileSync(join(recording.directory, "traces", "index.json"), "utf8"),
		).traces,
	).toHaveLength(1);
});
