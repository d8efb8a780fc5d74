/** The two published networks that are shipped: against NumPy, librosa and onnxruntime for Python, and against what is known of them. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { computeFrontEnd } from "../../../src/network/front-ends/front-end.ts";
import {
	loadNetwork,
	type TapSession,
	type TargetNetwork,
} from "../../../src/network/load.ts";
import published from "../../fixtures/network/front-ends/published.json" with {
	type: "json",
};
import { demoClip } from "./clips.ts";

function shipped(name: string): string {
	return fileURLToPath(
		new URL(`../../../config/networks/${name}.yaml`, import.meta.url),
	);
}

type DemoClip = {
	readonly clip: string;
	readonly label: string;
	readonly attributes: {
		readonly group?: string;
		readonly style?: string;
		readonly pitch_midi?: number;
	};
};
const clips: readonly DemoClip[] = readFileSync(
	new URL("../../../demo/probe-set.jsonl", import.meta.url),
	"utf8",
)
	.trim()
	.split("\n")
	.map((line) => JSON.parse(line));

/** Mean over the rows of a clip, `[units]` per layer. */
async function activations(
	network: TargetNetwork,
	taps: TapSession,
	clip: string,
): Promise<Record<string, Float64Array>> {
	const { features, rows } = computeFrontEnd(
		network.frontEnd,
		await demoClip(clip),
		clip,
	);
	const outputs = await taps.run(features, rows);
	return Object.fromEntries(
		network.layers.map(({ name, units }) => {
			const means = new Float64Array(units);
			const values = outputs[name] as Float32Array;
			for (const [i, value] of values.entries())
				means[i % units] = (means[i % units] as number) + value / rows;
			return [name, means];
		}),
	);
}

/** Relative to the layer's largest reference value, so that zeros are held to it too. */
function difference(
	values: Float64Array | undefined,
	expected: readonly number[],
): number {
	const scale = Math.max(...expected.map(Math.abs));
	return Math.max(
		...expected.map(
			(v, i) => Math.abs(v - (values?.[i] ?? Number.NaN)) / scale,
		),
	);
}

describe.each([
	["crepe-tiny", "crepe", 1e-4],
	["musicnn-mtt", "musicnn", 1e-4],
] as const)("%s", (descriptor, key, tolerance) => {
	it("gives the reference values of every layer on five clips", async () => {
		const network = await loadNetwork({ descriptor: shipped(descriptor) });
		const taps = await network.openTaps({ threads: 1 });
		try {
			let layersSeen = 0;
			for (const [clip, entry] of Object.entries(published[key])) {
				const means = await activations(network, taps, clip);
				for (const { name, tensor } of network.layers) {
					const expected = (entry.layers as Record<string, number[]>)[tensor];
					if (expected === undefined) continue;
					layersSeen += 1;
					expect(difference(means[name], expected)).toBeLessThan(tolerance);
				}
			}
			expect(layersSeen).toBe(5 * (key === "crepe" ? 7 : 4));
		} finally {
			await taps.close();
		}
	});
});

describe("crepe-tiny", () => {
	it("has the reference frames", async () => {
		const { frontEnd } = await loadNetwork({
			descriptor: shipped("crepe-tiny"),
			layers: ["pitch"],
		});
		for (const [clip, entry] of Object.entries(published.crepe)) {
			const { features, rows } = computeFrontEnd(
				frontEnd,
				await demoClip(clip),
				clip,
			);
			expect([rows, features.length / rows]).toEqual(entry.frames);
			for (const [i, value] of entry.frame_20_first_8.entries())
				expect(features[20 * 1024 + i]).toBeCloseTo(value, 5);
		}
	});

	it("names 632 units in seven layers, no classes, and the pitch as output", async () => {
		const network = await loadNetwork({ descriptor: shipped("crepe-tiny") });
		expect(network.layers.map(({ name, units }) => [name, units])).toEqual([
			["conv1", 128],
			["conv2", 16],
			["conv3", 16],
			["conv4", 16],
			["conv5", 32],
			["conv6", 64],
			["pitch", 360],
		]);
		expect(network.classes).toBeNull();
		expect(network.outputLayer).toBe("pitch");
	});

	it("is within 50 cents of the note for 69 of 77 single notes, up to octaves for 75", async () => {
		const network = await loadNetwork({
			descriptor: shipped("crepe-tiny"),
			layers: ["pitch"],
		});
		const taps = await network.openTaps({ threads: 2 });
		const notes = clips.filter(
			({ attributes: { group, style, pitch_midi } }) =>
				group === "instrument" &&
				(style === "note" || style === "repeat") &&
				typeof pitch_midi === "number" &&
				pitch_midi > 0,
		);
		const cents: number[] = [];
		for (const { clip, attributes } of notes) {
			const { pitch } = await activations(network, taps, clip);
			const strongest = pitch?.indexOf(Math.max(...pitch)) ?? 0;
			const hertz = 10 * 2 ** ((1997.3794084376191 + 20 * strongest) / 1200);
			const note = 440 * 2 ** (((attributes.pitch_midi ?? 0) - 69) / 12);
			cents.push(1200 * Math.log2(hertz / note));
		}
		await taps.close();
		const octave = (c: number): number =>
			Math.abs(c - 1200 * Math.round(c / 1200));
		expect({
			single_notes: cents.length,
			within_50_cents: cents.filter((c) => Math.abs(c) < 50).length,
			within_50_cents_of_an_octave: cents.filter((c) => octave(c) < 50).length,
		}).toEqual(published.pitch_check);
	});
});

describe("musicnn-mtt", () => {
	it("has the reference patches", async () => {
		const { frontEnd } = await loadNetwork({
			descriptor: shipped("musicnn-mtt"),
			layers: ["tags"],
		});
		for (const [clip, entry] of Object.entries(published.musicnn)) {
			const { features, rows, padding } = computeFrontEnd(
				frontEnd,
				await demoClip(clip),
				clip,
			);
			expect(rows).toBe(1);
			// The demo's clips last 2 s of the 2.99 s.
			expect(padding).toBeCloseTo(1 - 32_000 / 47_872, 6);
			for (const [i, value] of entry.patch_frame_40_first_8.entries())
				expect(features[40 * 96 + i]).toBeCloseTo(value, 5);
			const mean = features.reduce((sum, v) => sum + v, 0) / features.length;
			expect(mean).toBeCloseTo(entry.patch_mean, 5);
		}
	});

	it("names 1,003 units in ten layers and 50 tags", async () => {
		const network = await loadNetwork({ descriptor: shipped("musicnn-mtt") });
		expect(network.layers.map(({ name, units }) => [name, units])).toEqual([
			["timbral.0", 204],
			["timbral.1", 204],
			["temporal.0", 51],
			["temporal.1", 51],
			["temporal.2", 51],
			["middle.0", 64],
			["middle.1", 64],
			["middle.2", 64],
			["dense", 200],
			["tags", 50],
		]);
		expect(network.classes).toHaveLength(50);
		expect(network.outputLayer).toBe("tags");
	});

	it("prefers what is known of its tags: cello to violin for `violin`, the drill for `woman`", async () => {
		const network = await loadNetwork({
			descriptor: shipped("musicnn-mtt"),
			layers: ["tags"],
		});
		const taps = await network.openTaps({ threads: 2 });
		const tags = ["guitar", "flute", "violin", "drums", "woman"] as const;
		const wanted = new Set(
			tags.flatMap((tag) => Object.keys(published.tag_top_classes[tag])),
		);
		const means: Record<string, Record<string, number>> = {};
		for (const { clip, label } of clips.filter((c) => wanted.has(c.label))) {
			const result = await activations(network, taps, clip);
			const count = clips.filter((other) => other.label === label).length;
			for (const tag of tags) {
				const unit = network.classes?.indexOf(tag) ?? -1;
				const ofTag = means[tag] ?? {};
				means[tag] = ofTag;
				ofTag[label] =
					(ofTag[label] ?? 0) + (result.tags?.[unit] ?? Number.NaN) / count;
			}
		}
		await taps.close();
		for (const tag of tags) {
			const ofTag = means[tag] ?? {};
			const expected = published.tag_top_classes[tag];
			for (const [label, mean] of Object.entries(expected))
				expect(Math.abs((ofTag[label] ?? Number.NaN) - mean)).toBeLessThan(
					1e-3,
				);
			const best = Object.keys(ofTag).sort(
				(a, b) => (ofTag[b] ?? 0) - (ofTag[a] ?? 0),
			);
			expect(best.slice(0, 4)).toEqual(Object.keys(expected));
		}
		expect(means.violin?.cello).toBeGreaterThan(means.violin?.violin ?? 1);
	});
});
