/** Results of the published AND code: summaries, calibrations and predictions, in our field names. Problems are collected, not thrown. */
import { basename } from "node:path";
import type { Neuron, Side } from "../../../types.ts";
import {
	isObject,
	isText,
	listOf,
	neuronOf,
	shownValue,
} from "./json-values.ts";
import type { Report } from "./read-files.ts";

export type AndSummary = Neuron & {
	readonly side: Side;
	/** The language model's reply as it came. */
	readonly text: string;
};

export type AndCalibration = Neuron & {
	readonly calibrated: {
		/** What was left of the high summary. The file has neither the sentences that were struck nor the cosines. */
		readonly sentences: readonly {
			readonly text: string;
			readonly kept: true;
			readonly cosine: null;
		}[];
		/** What was left of the low summary: that code strikes on both sides. */
		readonly low: readonly string[];
	};
	/** Null before that code's word filters (`removal_*.json`). */
	readonly openSet: {
		readonly adjectives: readonly string[];
		/** Null: its language model was not asked. */
		readonly acousticAdjectives: readonly string[] | null;
		readonly nouns: readonly string[];
		readonly verbs: readonly string[];
		readonly prepositions: readonly string[];
		readonly captionLength: number | null;
	} | null;
};

export type AndPrediction = Neuron & {
	readonly closedSet: {
		/** By the file's name (`db-`, `tab-`) or shape; null when neither says. */
		readonly method: "db" | "tab" | "icl" | null;
		readonly function: string | null;
		/** Best first; the files have no scores. Empty for `icl`, whose file has the reply alone. */
		readonly ranked: readonly {
			readonly concept: string;
			readonly score: null;
		}[];
		/** The language model's reply as it came; null but for `icl`. */
		readonly reply: string | null;
	};
};

const SIDES: Readonly<Record<string, Side>> = { highly: "high", lowly: "low" };

/** Names of that code's similarity functions, and ours. */
const FUNCTIONS: Readonly<Record<string, string>> = {
	"cos-similarity": "cosine",
	cos_similarity_cubed: "cos-cubed",
	rank_reorder: "rank-reorder",
	wpmi: "wpmi",
	soft_wpmi: "soft-wpmi",
};

/**
 * A summary file: a list of objects with `target_layer`, `neuron_id`, `summary` and `discriminative_type` (`highly` or `lowly`). A neuron's side comes once.
 */
export function readAndSummaries(value: unknown, report: Report): AndSummary[] {
	return readEntries(value, report, (entry) => {
		const neuron = entryNeuron(entry);
		const side = SIDES[String(entry.discriminative_type)];
		const text = entry.summary;
		if (neuron === undefined || typeof text !== "string" || side === undefined)
			return "expected target_layer, neuron_id, summary (text) and discriminative_type (highly or lowly)";
		return [{ ...neuron, side, text }];
	});
}

/**
 * `calibration_*.json` (or `removal_*.json`): an object from `layer#unit` to `highly` and `lowly` (sentences) and, in the former, `adj_after_rbf`, `adj_after_rbf_llmf`,
 * `nouns`, `verbs`, `preps`, `caption_len`.
 */
export function readAndCalibrations(
	value: unknown,
	report: Report,
): AndCalibration[] {
	return readNeurons<AndCalibration>(value, report, (neuron, entry) => {
		const high = listOf(entry, "highly", isText);
		const low = listOf(entry, "lowly", isText);
		if (high === undefined || low === undefined)
			return "expected highly and lowly (lists of sentences)";
		const calibrated = {
			sentences: high.map((text) => ({
				text,
				kept: true as const,
				cosine: null,
			})),
			low,
		};
		if (!("adj_after_rbf" in entry))
			return [{ ...neuron, calibrated, openSet: null }];
		const words = (key: string): string[] | undefined =>
			key in entry ? listOf(entry, key, isText) : [];
		const adjectives = words("adj_after_rbf");
		const acoustic = words("adj_after_rbf_llmf");
		const [nouns, verbs, prepositions] = ["nouns", "verbs", "preps"].map(words);
		const length = entry.caption_len ?? null;
		if (
			adjectives === undefined ||
			acoustic === undefined ||
			nouns === undefined ||
			verbs === undefined ||
			prepositions === undefined ||
			(length !== null && typeof length !== "number")
		)
			return "expected adj_after_rbf, adj_after_rbf_llmf, nouns, verbs and preps (lists of words) and caption_len (a number)";
		const openSet = {
			adjectives,
			acousticAdjectives: "adj_after_rbf_llmf" in entry ? acoustic : null,
			nouns,
			verbs,
			prepositions,
			captionLength: length,
		};
		return [{ ...neuron, calibrated, openSet }];
	});
}

/**
 * Predictions: an object from `layer#unit` to `{ function: { prediction } }` (`db-*.json`, `tab-*.json`; the concepts, best first), or a list of objects with
 * `target_layer`, `neuron_id` and `response` (in-context). `file` gives the method.
 */
export function readAndPredictions(
	value: unknown,
	report: Report,
	file: string,
): AndPrediction[] {
	if (Array.isArray(value))
		return readEntries(value, report, (entry) => {
			const neuron = entryNeuron(entry);
			const reply = entry.response;
			if (neuron === undefined || typeof reply !== "string")
				return "expected target_layer, neuron_id and response (text)";
			const closedSet = {
				method: "icl" as const,
				function: null,
				ranked: [],
				reply,
			};
			return [{ ...neuron, closedSet }];
		});
	const prefix = /^(db|tab)-/.exec(basename(file))?.[1];
	const method = prefix === "db" || prefix === "tab" ? prefix : null;
	return readNeurons(value, report, (neuron, entry) => {
		const predictions = Object.entries(entry).map(([name, one]) => ({
			name: FUNCTIONS[name] ?? name,
			concepts: isObject(one) ? listOf(one, "prediction", isText) : undefined,
		}));
		if (
			predictions.length === 0 ||
			predictions.some(({ concepts }) => concepts === undefined)
		)
			return "expected similarity functions, each with prediction (a list of concepts)";
		return predictions.map(({ name, concepts = [] }) => ({
			...neuron,
			closedSet: {
				method,
				function: name,
				ranked: concepts.map((concept) => ({ concept, score: null })),
				reply: null,
			},
		}));
	});
}

/** Items of an object by `layer#unit`, or what was expected of one. */
function readNeurons<T>(
	value: unknown,
	report: Report,
	read: (neuron: Neuron, entry: Record<string, unknown>) => T[] | string,
): T[] {
	if (!isObject(value)) {
		report(`expected an object from layer#unit, got ${shownValue(value)}`);
		return [];
	}
	return Object.entries(value).flatMap(([key, entry]) => {
		const neuron = neuronOf(key);
		const items =
			neuron === undefined || !isObject(entry)
				? "expected layer#unit and an object"
				: read(neuron, entry);
		if (typeof items !== "string") return items;
		report(`"${key}": ${items}`);
		return [];
	});
}

/** Items of a list of objects, or what was expected of one. */
function readEntries<T>(
	value: unknown,
	report: Report,
	read: (entry: Record<string, unknown>) => T[] | string,
): T[] {
	if (!Array.isArray(value)) {
		report(`expected a list of objects, got ${shownValue(value)}`);
		return [];
	}
	return value.flatMap((entry: unknown, index) => {
		const items = isObject(entry) ? read(entry) : "expected an object";
		if (typeof items !== "string") return items;
		report(`entry ${index + 1}: ${items}`);
		return [];
	});
}

function entryNeuron(entry: Record<string, unknown>): Neuron | undefined {
	const { target_layer: layer, neuron_id: unit } = entry;
	return isText(layer) &&
		typeof unit === "number" &&
		Number.isInteger(unit) &&
		unit >= 0
		? { layer, unit }
		: undefined;
}
