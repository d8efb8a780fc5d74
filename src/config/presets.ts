/** Presets: values for fields that a config does not set itself (spec of the method, section 12). */
import { isMapping } from "./overrides.ts";

export const PRESET_NAMES = ["default", "paper", "release"] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

type Fields = { readonly [key: string]: unknown };

/** Settings of the paper and of its released code, never the faults of the latter. What is not here has its default. */
export const PRESETS: Readonly<Record<PresetName, Fields>> = {
	default: {},
	paper: {
		closedSet: {
			method: "db",
			function: "auto",
			conceptScores: "softmax",
			conceptTemplate: null,
		},
		exemplars: { count: 5 },
		summarize: { minWords: 6 },
		summaryCalibration: { method: "embeddings", threshold: 0.9 },
		triage: { enabled: false },
	},
	release: {
		pooling: "first",
		exemplars: { count: 5 },
		summarize: { minWords: 6 },
		summaryCalibration: { method: "embeddings", threshold: 0.5 },
		triage: { enabled: false },
	},
};

/** `value` with the fields of its preset that it does not set. A preset nobody knows changes nothing: the schema says so. */
export function withPreset(value: Fields): { [key: string]: unknown } {
	return fill(value, presetOf(value.preset));
}

/** The fields of a preset over those of `value`: for one that is asked for on the command line. */
export function overwrittenByPreset(
	value: Fields,
	preset: unknown,
): { [key: string]: unknown } {
	return { ...fill(presetOf(preset), value), preset };
}

function presetOf(name: unknown): Fields {
	const known = PRESET_NAMES.find((preset) => preset === name);
	return known === undefined ? {} : PRESETS[known];
}

/** `first` wins; sections are filled field by field, an empty section (null) whole. */
function fill(first: Fields, second: Fields): { [key: string]: unknown } {
	const filled: { [key: string]: unknown } = { ...second, ...first };
	for (const [key, other] of Object.entries(second)) {
		const own = first[key];
		if (!isMapping(other)) continue;
		if (isMapping(own)) filled[key] = fill(own, other);
		else if (own === null) filled[key] = other;
	}
	return filled;
}
