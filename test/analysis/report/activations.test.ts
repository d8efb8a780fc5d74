/** The report's pages about activations, from a recording on disk to the text a reader sees. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clipTable } from "../../../src/analysis/activations/clip-table.ts";
import { neuronStatistics } from "../../../src/analysis/activations/neuron-statistics.ts";
import type { NeuronStatistics } from "../../../src/analysis/activations/statistics-types.ts";
import { attributeBins } from "../../../src/analysis/activations/tuning.ts";
import {
	type AttributeData,
	attributeSection,
	formatValue,
} from "../../../src/analysis/report/attribute-section.ts";
import { followedSection } from "../../../src/analysis/report/followed.ts";
import { labelSection } from "../../../src/analysis/report/label-section.ts";
import {
	addNeurons,
	emptySummary,
} from "../../../src/analysis/report/layer-activations.ts";
import {
	preferenceOf,
	preferenceText,
} from "../../../src/analysis/report/preference.ts";
import { report } from "../../../src/analysis/report/report.ts";
import { emptyTally } from "../../../src/analysis/report/tally.ts";
import { unitOrder } from "../../../src/analysis/report/unit-order.ts";
import type { RecordingClipView } from "../../../src/store/views.ts";
import {
	demoClips,
	demoTable,
	publishedUnits,
	writeRecording,
} from "../activations/fixture.ts";
import { clipView, neuronView, runView, sourceOf } from "./fixture.ts";
import { contents, folderPerTest } from "./folder.ts";

const folder = folderPerTest();
const options = { seed: 0, labelPermutations: 200, clipPermutations: 1000 };
const table = demoTable();
const compute = neuronStatistics(table, options);
const data: AttributeData = {
	table,
	attributes: new Map(
		table.attributes.map((attribute) => [
			attribute.name,
			{ attribute, bins: attributeBins(attribute.values) },
		]),
	),
};

function of(unit: readonly number[]): NeuronStatistics {
	const statistics = compute(3, Float32Array.from(unit));
	if (statistics === null) throw new Error("not finite");
	return statistics;
}

const violin = of(publishedUnits.musicnn_violin);
const textOf = (text: string): string =>
	text
		.replace(/<svg[\s\S]*?<\/svg>/g, "")
		.replace(/<[^>]+>/g, " ")
		.replace(/\s+/g, " ")
		.trim();

describe("labelSection", () => {
	it("shows that musicnn's violin prefers cello, and how sure that is", () => {
		const { text } = labelSection(violin, "violin");
		expect(textOf(text)).toContain(
			"named violin , prefers cello : 0.442 against 0.309 (difference 0.133, 95 % interval −0.019 to 0.286: 10 and 10 clips do not settle it) .",
		);
		expect(textOf(text)).toContain("cello 0.442 0.327 to 0.558 10");
		expect(textOf(text)).toContain("violin its class 0.309");
		expect(textOf(text)).toContain("37 labels between");
		expect(text).toContain('<tr class="own">');
		expect(text).not.toContain("style=");
		// Eleven labels with a picture, the others in the table below.
		expect(text.match(/<svg/g)).toHaveLength(11);
		expect(text.match(/<tr><th scope="row" dir="auto">/g)).toHaveLength(37);
	});

	it("keeps the unit's own class in sight when it is in the middle", () => {
		const { text } = labelSection(violin, "Rain");
		expect(text.match(/<svg/g)).toHaveLength(12);
		expect(text).toContain("its class");
	});

	it("says nothing of names where there are none", () => {
		expect(textOf(labelSection(violin, null).text)).not.toContain("named");
		const { text } = labelSection({ ...violin, labels: [] }, "violin");
		expect(text).toContain("No clip of the probe set has a label.");
	});
});

describe("preferenceOf", () => {
	it("is null when the unit is highest on its own name, however it is written", () => {
		expect(preferenceOf(violin, " CELLO")).toBeNull();
		expect(preferenceOf(violin, null)).toBeNull();
		expect(preferenceOf(null, "violin")).toBeNull();
	});

	it("says when no clip has the name", () => {
		const preference = preferenceOf(violin, "strings");
		if (preference === null) throw new Error("no preference");
		expect(preference.own).toBeNull();
		expect(textOf(preferenceText(preference).text)).toBe(
			"named strings , highest on cello : 0.442 (no clip has the label strings)",
		);
	});
});

describe("attributeSection", () => {
	it("shows the band a pitch unit answers to, which rho cannot see", () => {
		const unit = publishedUnits.crepe_220;
		const { text } = attributeSection(of(unit), Float32Array.from(unit), data);
		const seen = textOf(text);
		expect(seen).toContain(
			"Strongest: pitch_midi , not a slope but a band: highest around 67 .",
		);
		expect(seen).toContain("rho, which sees slopes only, is 0.03");
		expect(text.match(/<figure>/g)).toHaveLength(3);
		expect(text).toContain("pitch_midi, 120 clips: Spearman&#39;s rho 0.03");
		expect(seen).toContain("153 clips with 0 left out as missing");
		expect(text).toContain("f0_hz, logarithmic");
		expect(text).not.toContain("style=");
		expect(text.length).toBeLessThan(25_000);
	});

	it("says so when nothing is beyond chance, and when there is nothing", () => {
		const noise = Array.from({ length: 480 }, (_, clip) => (clip * 7919) % 997);
		const statistics = of(noise);
		const seen = textOf(
			attributeSection(statistics, Float32Array.from(noise), data).text,
		);
		expect(seen).toContain("No numeric attribute goes with it beyond chance");
		expect(
			attributeSection(
				{ ...statistics, attributes: [] },
				new Float32Array(0),
				data,
			).text,
		).toContain("The clips have no numeric attribute.");
	});

	it("draws thousands of clips as cells and says so", () => {
		const clips = demoClips();
		const many = clipTable(Array.from({ length: 10 }, () => clips).flat());
		const values = Float32Array.from(
			Array.from({ length: 10 }, () => publishedUnits.crepe_100).flat(),
		);
		const statistics = neuronStatistics(many, {
			...options,
			clipPermutations: 20,
		})(0, values);
		if (statistics === null) throw new Error("not finite");
		const { text } = attributeSection(statistics, values, {
			table: many,
			attributes: new Map(
				many.attributes.map((attribute) => [
					attribute.name,
					{ attribute, bins: attributeBins(attribute.values) },
				]),
			),
		});
		expect(text).toContain("darker cells hold more");
		expect(text.length).toBeLessThan(32_000);
	});

	it("writes values short", () => {
		expect([1148.55, 0.989, 20, 1, 0, -0.5].map(formatValue)).toEqual([
			"1149",
			"0.989",
			"20",
			"1",
			"0",
			"−0.5",
		]);
	});
});

describe("a layer", () => {
	it("is summarised by what labels tell and by the attributes most neurons go with", () => {
		const both = addNeurons(
			addNeurons(emptySummary, [violin, null], () => "violin"),
			[of(publishedUnits.crepe_220)],
			() => null,
		);
		expect(both).toMatchObject({ neurons: 2, named: 1 });
		expect(both.preferences.map(({ unit }) => unit)).toEqual([3]);
		expect(both.strongest.get("pitch_midi")).toBe(1);
		const layer = {
			name: "pitch",
			units: 2,
			pooling: "mean" as const,
			folder: "layers/01-pitch",
			position: 0,
			hasPage: () => true,
		};
		const overview = { layer, tally: emptyTally, clearest: null };
		const section = followedSection([{ ...overview, activations: both }]);
		if (section === false) throw new Error("no section");
		expect(textOf(section.text)).toContain("pitch 67 %");
		expect(textOf(section.text)).toContain("pitch_midi 50 %");
		expect(
			followedSection([
				{ ...overview, activations: null },
				{ ...overview, activations: emptySummary },
			]),
		).toBe(false);
	});

	it("is in order when peaks follow unit numbers, and not when they do not", () => {
		const clips = Array.from({ length: 240 }, (_, clip) => ({
			label: null,
			sourceRecording: null,
			attributes: { pitch: clip },
		}));
		const ramp = neuronStatistics(clipTable(clips), options);
		const bump = (unit: number, centre: number) =>
			ramp(
				unit,
				Float32Array.from(clips, (_, clip) =>
					Math.exp(-(((clip - centre) / 15) ** 2)),
				),
			);
		const order = unitOrder(
			Array.from({ length: 30 }, (_, unit) => bump(unit, 230 - unit * 7)),
		);
		expect(order?.attribute).toBe("pitch");
		expect(order?.rho).toBeLessThan(-0.98);
		expect(order?.units).toHaveLength(30);
		expect(
			unitOrder(
				Array.from({ length: 30 }, (_, unit) => bump(unit, (unit * 97) % 240)),
			),
		).toBeNull();
		expect(unitOrder([null])).toBeNull();
	});
});

describe("report", () => {
	const name = "layer.0.output.dense";
	const clips: readonly RecordingClipView[] = demoClips().map(
		(clip, index) => ({
			...clipView({ id: `clip ${index}` }),
			label: clip.label,
			attributes: clip.attributes,
			sourceRecording: null,
		}),
	);
	const run = () =>
		runView({
			recording: { id: "33", path: join(folder(), "recording") },
			network: {
				hash: "11",
				name: "musicnn",
				descriptor: { classes: ["violin", "cello"], output: name },
			},
			layers: [{ name, units: 4, pooling: "mean" }],
		});
	const neurons = [0, 1, 3].map((unit) =>
		neuronView({ unit, high: [], low: [] }),
	);
	const write = async (to: string): Promise<Map<string, string>> => {
		const directory = join(folder(), to);
		await report({
			store: sourceOf({ run: run(), neurons, clips }),
			run: "latest",
			directory,
		});
		return new Map(
			[...(await contents(directory))].map(([file, text]) => [
				file,
				Buffer.from(text, "latin1").toString("utf8"),
			]),
		);
	};

	it("says it on the neuron's page, in the layer's table and on the start page, the same bytes every time", async () => {
		const broken = publishedUnits.crepe_100.map((value, clip) =>
			clip === 0 ? Number.NaN : value,
		);
		await writeRecording(join(folder(), "recording"), {
			[name]: [
				publishedUnits.musicnn_violin,
				publishedUnits.musicnn_violin,
				publishedUnits.crepe_220,
				broken,
			],
		});
		const files = await write("a");
		const page = (file: string): string =>
			textOf(files.get(file) ?? `no ${file}`);
		const neuron = page(`layers/01-${name}/neuron-0.html`);
		expect(neuron).toContain("named violin , prefers cello : 0.442");
		expect(neuron).toContain("Against attributes");
		// Named cello and highest on cello.
		expect(page(`layers/01-${name}/neuron-1.html`)).not.toContain("prefers");
		expect(page(`layers/01-${name}/neuron-3.html`)).toContain(
			"Not shown: its activations are not finite on every clip.",
		);
		expect(page(`layers/01-${name}/index.html`)).toContain(
			"cello 0.442 named violin 0.309",
		);
		const start = page("index.html");
		expect(start).toContain(
			"1 of 2 output units with a class name are highest on another label.",
		);
		expect(start).toContain(`${name}#0 named violin , prefers cello`);
		expect(files.get(`layers/01-${name}/neuron-0.html`)?.length).toBeLessThan(
			42_000,
		);
		expect(await write("b")).toEqual(files);
	});

	it("says on every page that the recording is gone, and is written all the same", async () => {
		const files = await write("gone");
		const path = join(folder(), "recording");
		const neuron = textOf(files.get(`layers/01-${name}/neuron-0.html`) ?? "");
		expect(neuron).toContain(
			`Not shown: there is no finished recording in ${path}`,
		);
		expect(files.get(`layers/01-${name}/index.html`)).not.toContain(
			"Highest label",
		);
		expect(files.get("index.html")).not.toContain("What activations go with");
	});

	it("says which file is missing when only one layer is", async () => {
		await writeRecording(join(folder(), "recording"), {
			[name]: [publishedUnits.musicnn_violin],
		});
		await rm(join(folder(), "recording", "0.npy"));
		expect(
			textOf((await write("cut")).get(`layers/01-${name}/neuron-0.html`) ?? ""),
		).toMatch(/Not shown: .*0\.npy cannot be opened/);
		await writeRecording(join(folder(), "recording"), { other: [[1]] });
		expect(
			textOf((await write("old")).get(`layers/01-${name}/neuron-0.html`) ?? ""),
		).toContain(`the recording has no layer ${name} any more`);
		await writeRecording(join(folder(), "recording"), {
			[name]: [[1, 2, 3]],
		});
		expect(
			textOf((await write("few")).get(`layers/01-${name}/neuron-0.html`) ?? ""),
		).toContain("0.npy has 1 units and 3 clips, expected 4 and 480");
	});

	it("says of each exemplar how much of it was padding, by the recording's columns", async () => {
		const [, , third, fourth] = clips;
		if (third === undefined || fourth === undefined) throw new Error("clips");
		const exemplar = (clip: RecordingClipView, rank: number) => ({
			rank,
			activation: 1,
			clip,
		});
		const rows = [0, 1, 2, 3].map(() => publishedUnits.crepe_220);
		const pageWith = async (
			to: string,
			padding: readonly (number | null)[] | undefined,
		): Promise<string> => {
			await writeRecording(
				join(folder(), "recording"),
				{ [name]: rows },
				padding,
			);
			const directory = join(folder(), to);
			await report({
				store: sourceOf({
					run: run(),
					neurons: [
						neuronView({
							unit: 0,
							high: [exemplar(third, 1)],
							low: [exemplar(fourth, 1)],
						}),
					],
					clips,
				}),
				run: "latest",
				directory,
			});
			const page = (await contents(directory)).get(
				`layers/01-${name}/neuron-0.html`,
			);
			return textOf(Buffer.from(page ?? "", "latin1").toString("utf8"));
		};
		const shares = clips.map((_, column) => (column === 2 ? 0.25 : 0));
		const page = await pageWith("padded", shares);
		expect(page.match(/of what the network heard is padding/g)).toHaveLength(1);
		expect(page).toContain(
			"25.0 % of what the network heard is padding clip 2",
		);
		expect(await pageWith("unknown", undefined)).not.toContain("padding");
		expect(await pageWith("another", [0.5, 0.5, 0.5])).not.toContain("padding");
	});

	it("takes the reader's word for what is missing", async () => {
		await writeRecording(join(folder(), "recording"), {
			[name]: [publishedUnits.crepe_220, publishedUnits.crepe_220, [], []].map(
				(row) => (row.length === 0 ? publishedUnits.crepe_220 : row),
			),
		});
		const directory = join(folder(), "declared");
		await report({
			store: sourceOf({ run: run(), neurons, clips }),
			run: "latest",
			directory,
			missingValues: { f0_hz: [] },
		});
		const text = (await contents(directory)).get(
			`layers/01-${name}/neuron-0.html`,
		);
		expect(text).not.toContain("left out as missing");
	});
});
