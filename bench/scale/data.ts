/** A made-up study of any size: clips with sounds and captions, and activations of which some follow a label and others say nothing. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadProbeSet } from "../../src/inputs/probe-set/probe-set.ts";
import { npyBytes } from "../../src/shared/npy.ts";
import { packageFile } from "../../src/shared/package.ts";
import { seededRandom } from "../../src/shared/random.ts";
import type { Clip } from "../../src/types.ts";
import { wavBytes } from "../../test/support/wav.ts";

/** Units of a layer: those of the paper's network. */
const UNITS = 1536;
const ADDED = [
	"Far away.",
	"It is loud.",
	"The room is small.",
	"It is faint.",
];

type Random = () => number;

/** Mean 0, variance 1, bell-shaped enough. */
const bell = (random: Random): number =>
	(random() + random() + random() + random() - 2) * Math.sqrt(3);

/** What one unit answers to one clip: by its index it follows a label or two, is noise, or says nothing. */
function activation(
	unit: number,
	follows: number,
	label: number,
	random: Random,
): number {
	switch (unit % 64) {
		case 60:
			return 0;
		case 61:
			return 0.25;
		case 62:
			return random() < 0.1 ? Number.NaN : bell(random);
	}
	const kind = unit % 8;
	if (kind < 3) return bell(random) + (label === follows ? 3 : 0);
	if (kind === 3)
		return bell(random) + (label === follows || label === follows + 1 ? 2 : 0);
	return kind === 4 ? Math.max(0, bell(random) - 1) : bell(random);
}

/**
 * Writes `clips` clips and activations of `neurons` neurons, in layers of 1,536 and an output layer of one unit per label, and a config; returns its path.
 * The captions are the demo's, in turn, each time with other words.
 */
export async function writeScaleStudy(options: {
	readonly folder: string;
	readonly clips: number;
	readonly neurons: number;
}): Promise<string> {
	const { folder, neurons } = options;
	mkdirSync(join(folder, "clips"), { recursive: true });
	const demo = await loadProbeSet({
		manifest: packageFile("demo/probe-set.jsonl"),
	});
	const random = seededRandom(11);
	const clips = Array.from({ length: options.clips }, (_, index) => {
		// In turns over the labels, so that a small study has them all.
		const of = demo.clips[
			(index * 10 + Math.floor(index / 48)) % demo.clips.length
		] as Clip;
		const clip = `clips/${String(index).padStart(6, "0")}.wav`;
		writeFileSync(join(folder, clip), wavBytes(noiseOf(8000, random)));
		const round = Math.floor(index / demo.clips.length);
		const caption = `${of.captions[0]}${round === 0 ? "" : ` ${ADDED[round % ADDED.length]} Take ${round}.`}`;
		return {
			clip,
			caption,
			label: of.label as string,
			attributes: of.attributes,
		};
	});
	writeFileSync(
		join(folder, "probe-set.jsonl"),
		clips.map((clip) => `${JSON.stringify(clip)}\n`).join(""),
	);
	const labels = [...new Set(clips.map(({ label }) => label))].sort();
	const index = clips.map(({ label }) => labels.indexOf(label));
	const layers: { name: string; file: string; pooling: string }[] = [];
	const write = (
		name: string,
		units: number,
		pooling: string,
		value: (unit: number, clip: number) => number,
	): void => {
		const values = new Float32Array(clips.length * units);
		for (let at = 0; at < values.length; at += 1)
			values[at] = value(at % units, Math.floor(at / units));
		const file = `${name}.npy`;
		writeFileSync(join(folder, file), npyBytes(values, [clips.length, units]));
		layers.push({ name, file, pooling });
	};
	for (let left = neurons, layer = 0; left > 0; left -= UNITS, layer += 1)
		write(`layer.${layer}`, Math.min(UNITS, left), "mean", (unit, clip) =>
			activation(
				unit,
				(unit * 7 + layer) % labels.length,
				index[clip] as number,
				random,
			),
		);
	write(
		"output",
		labels.length,
		"none",
		(unit, clip) => bell(random) + (index[clip] === unit ? 4 : 0),
	);
	writeFileSync(
		join(folder, "activations.json"),
		JSON.stringify({
			format: "audio-dissect activations 1",
			name: "made-up",
			clips: clips.map(({ clip }) => clip),
			layers,
			output: { layer: "output", kind: "logits" },
			classes: labels,
		}),
	);
	const config = join(folder, "dissect.yaml");
	writeFileSync(
		config,
		JSON.stringify({
			network: "activations.json",
			probeSet: "probe-set.jsonl",
			conceptSet: packageFile("concepts/demo.txt"),
			store: "store",
		}),
	);
	return config;
}

/** Quiet noise, in [-1, 1). */
function noiseOf(samples: number, random: () => number): Float64Array {
	return Float64Array.from(
		{ length: samples },
		() => ((random() - 0.5) * 8000) / 32_768,
	);
}
