/** How much of what the network hears is padding, from what its front end makes of clips of these lengths. */
import { setImmediate } from "node:timers/promises";
import { throwIfInterrupted } from "../../errors.ts";
import type { LongOptions } from "../../types.ts";
import type { NetworkNeeds } from "./judge-clips.ts";

/** Different lengths that are tried: a front end takes up to a tenth of a second for one. */
const MOST_LENGTHS = 200;

export type PaddingSummary = {
	/** Clips the numbers are of: all usable ones, or, of more than 200 different lengths, 200 spread evenly over the clips sorted by length. */
	readonly clips: number;
	/** Of these, clips too short to fill one network input. */
	readonly unfilled: number;
	/** Mean over these clips of the share of their inputs that is padding, in [0, 1). A clip that is repeated to fill an input is no padding. */
	readonly share: number;
};

/**
 * `lengths`: samples of each clip at the rate of the front end, from its fewest up. Null without any. InterruptedError.
 */
export async function measurePadding(
	options: LongOptions & {
		readonly lengths: readonly number[];
		readonly inputsOf: NonNullable<NetworkNeeds["waveform"]>["inputsOf"];
	},
): Promise<PaddingSummary | null> {
	const { inputsOf, signal, onProgress } = options;
	const lengths = spread([...options.lengths].sort((a, b) => a - b));
	if (lengths.length === 0) return null;
	const known = new Map<number, { rows: number; padding: number }>();
	const total = new Set(lengths).size;
	let unfilled = 0;
	let sum = 0;
	for (const length of lengths) {
		let inputs = known.get(length);
		if (inputs === undefined) {
			// Lets an interrupt through.
			await setImmediate();
			throwIfInterrupted(signal);
			const { rows, padding } = inputsOf(length);
			inputs = { rows, padding };
			known.set(length, inputs);
			onProgress?.({ stage: "measure padding", done: known.size, total });
		}
		if (inputs.rows === 1 && inputs.padding > 0) unfilled += 1;
		sum += inputs.padding;
	}
	return { clips: lengths.length, unfilled, share: sum / lengths.length };
}

function spread(sorted: readonly number[]): readonly number[] {
	if (new Set(sorted).size <= MOST_LENGTHS) return sorted;
	return Array.from(
		{ length: MOST_LENGTHS },
		(_, index) =>
			sorted[
				Math.floor(((index + 0.5) * sorted.length) / MOST_LENGTHS)
			] as number,
	);
}
