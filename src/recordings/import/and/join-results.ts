/** Results of several files of the published AND code put together, a neuron a line. */
import type { Neuron } from "../../../types.ts";
import type { Report } from "./read-files.ts";
import type {
	AndCalibration,
	AndPrediction,
	AndSummary,
} from "./read-results.ts";

/** What a file says, with its path. */
export type FromFile<T> = T & { readonly file: string };

export type JoinedSummary = Neuron & {
	/** Null: no file has that side. */
	readonly summaryHigh: string | null;
	readonly summaryLow: string | null;
};

/** High and low summaries come in files of their own. A neuron's side that comes twice is a problem. */
export function joinSummaries(
	summaries: readonly FromFile<AndSummary>[],
	reporter: (file: string) => Report,
): JoinedSummary[] {
	const neurons = new Map<string, Neuron>();
	const texts = unique(summaries, reporter, ({ side }) => `${side} summary`);
	for (const { layer, unit } of summaries)
		neurons.set(`${layer}#${unit}`, { layer, unit });
	return [...neurons].map(([key, neuron]) => ({
		...neuron,
		summaryHigh: texts.get(`${key} high summary`)?.text ?? null,
		summaryLow: texts.get(`${key} low summary`)?.text ?? null,
	}));
}

/** In file order. A neuron that comes twice is a problem. */
export function joinCalibrations(
	calibrations: readonly FromFile<AndCalibration>[],
	reporter: (file: string) => Report,
): AndCalibration[] {
	return plain(unique(calibrations, reporter, () => "calibration"));
}

/** In file order. A neuron's method and function that come twice are a problem. */
export function joinPredictions(
	predictions: readonly FromFile<AndPrediction>[],
	reporter: (file: string) => Report,
): AndPrediction[] {
	return plain(
		unique(predictions, reporter, ({ closedSet }) =>
			["prediction by", closedSet.method, closedSet.function]
				.filter((part) => part !== null)
				.join(" "),
		),
	);
}

function plain<T>(items: ReadonlyMap<string, FromFile<T>>): T[] {
	return [...items.values()].map(({ file: _, ...item }) => item as T);
}

/** By `layer#unit what`. */
function unique<T extends FromFile<Neuron>>(
	items: readonly T[],
	reporter: (file: string) => Report,
	what: (item: T) => string,
): ReadonlyMap<string, T> {
	const found = new Map<string, T>();
	for (const item of items) {
		const { layer, unit, file } = item;
		const key = `${layer}#${unit} ${what(item)}`;
		const earlier = found.get(key);
		if (earlier === undefined) found.set(key, item);
		else
			reporter(file)(
				`"${layer}#${unit}": a ${what(item)} is there already${earlier.file === file ? "" : `, in ${earlier.file}`}`,
			);
	}
	return found;
}
