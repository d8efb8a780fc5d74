/** The config: every field with its unit, range and default. The only place where defaults are. */
import { z } from "zod";
import type { ModuleName } from "../types.ts";
import { count, text } from "./fields.ts";
import { PRESET_NAMES } from "./presets.ts";
import { budget, prices } from "./sections/budget.ts";
import { caption } from "./sections/caption.ts";
import { embeddings } from "./sections/embeddings.ts";
import { languageModel } from "./sections/language-model.ts";
import {
	closedSet,
	exemplars,
	summarize,
	summaryCalibration,
} from "./sections/method.ts";
import { probeSet } from "./sections/probe-set.ts";
import { recording } from "./sections/recording.ts";
import { report } from "./sections/report.ts";
import { triage } from "./sections/triage.ts";

/** In pipeline order. */
export const MODULE_NAMES = [
	"closed-set",
	"summarize",
	"summary-calibration",
	"open-set-extraction",
] as const satisfies readonly ModuleName[];

const layers = z
	.array(text)
	.default([])
	.describe(
		'Layers to dissect: names of the descriptor or globs ("layer.*.output.dense"). Default: all of the descriptor.',
	);

const modules = z
	.array(z.enum(MODULE_NAMES))
	.min(1)
	.default([...MODULE_NAMES])
	.describe(
		"Modules to run, a later one needs the earlier ones of its chain: summarize, summary-calibration, open-set-extraction. Default: all four.",
	);

/** As written in YAML: paths relative to the file. Cross-field rules are in rules.ts. */
export const configSchema = z
	.strictObject({
		network: text.describe(
			"The target network: its descriptor (a YAML file), a manifest of imported activations (a .json file, see docs/import.md), or a shipped one (demo, demo-random, crepe-tiny, musicnn-mtt).",
		),
		preset: z
			.enum(PRESET_NAMES)
			.default("default")
			.describe(
				"Values for fields that the file does not set: paper (closed set by captions, calibration threshold 0.9, sentences of 6 words and more, no triage), release (the paper's released code: threshold 0.5, 6 words, pooling first, no triage), default. On the command line, --set preset=paper wins over the file. Default: default.",
			),
		layers,
		pooling: z
			.enum(["mean", "max", "first", "p95", "firing"])
			.nullable()
			.default(null)
			.describe(
				"Pooling of every layer but the output layer, in place of the descriptor's: mean, max, first, p95, firing. Default: the descriptor's.",
			),
		probeSet,
		caption,
		labels: z
			.enum(["classes", "own"])
			.default("classes")
			.describe(
				"What the labels of the clips are: classes (those of the network: a label that is none of them is refused), or own (other names, as for a tagger on somebody else's clips). Default: classes.",
			),
		conceptSet: text.describe("The concepts of module A, one a line."),
		store: text
			.default(".audio-dissect")
			.describe(
				"Folder of the database and the recordings. Default: .audio-dissect.",
			),
		prompts: text
			.nullable()
			.default(null)
			.describe(
				"Folder with prompts that replace the shipped ones of the same name. Default: none.",
			),
		modules,
		exemplars,
		closedSet,
		summarize,
		summaryCalibration,
		triage,
		languageModel,
		budget,
		prices,
		embeddings,
		textAudio: text
			.nullable()
			.default(null)
			.describe(
				"Text-audio encoder for closedSet.method tab and triage.clarity audio: the YAML file that names its two ONNX files, as docs/closed-set.md explains. Default: none.",
			),
		recording,
		report,
		seed: count(0, 2 ** 32 - 1)
			.default(0)
			.describe(
				"Seed of everything random, a whole number from 0 to 4294967295. Default: 0.",
			),
	})
	.describe("Config of audio-dissect.");

/** Every field has its value; paths still as written. */
export type ConfigValues = z.output<typeof configSchema>;

/** JSON Schema of the YAML file, for editors. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
	return z.toJSONSchema(configSchema, { io: "input" });
}
