/** CREPE's frames of the waveform, as torchcrepe makes them. */
import type { FrontEndRows } from "./rows.ts";
import type { CrepeFrames } from "./schema.ts";

export const CREPE_FRAME = 1024;
/** Zeros before and after the clip, so that frame t is centred on sample t * hop. */
const PADDING = CREPE_FRAME / 2;
/** Smallest deviation a frame is divided by. */
const DEVIATION_FLOOR = 1e-10;

/**
 * `[1024]` per row, 1 + floor(samples / hop) rows: row t is samples t * hop - 512 .. t * hop + 511 (zeros outside the clip), minus their mean,
 * over max(1e-10, standard deviation with n - 1). A nearly silent frame becomes noise at full level, as in the original.
 */
export function crepeFrames(
	spec: CrepeFrames,
	waveform: Float32Array,
): FrontEndRows {
	const rows = 1 + Math.floor(waveform.length / spec.hop);
	const features = new Float32Array(rows * CREPE_FRAME);
	for (let row = 0; row < rows; row += 1) {
		const from = row * spec.hop - PADDING;
		const frame = features.subarray(row * CREPE_FRAME, (row + 1) * CREPE_FRAME);
		frame.set(
			waveform.subarray(Math.max(0, from), from + CREPE_FRAME),
			Math.max(0, -from),
		);
		standardise(frame);
	}
	const lengths = new Array<number>(rows).fill(CREPE_FRAME);
	return { features, rows, unheard: 0, padding: 0, lengths };
}

function standardise(frame: Float32Array): void {
	let sum = 0;
	for (const value of frame) sum += value;
	const mean = sum / frame.length;
	let squares = 0;
	for (const value of frame) squares += (value - mean) ** 2;
	const deviation = Math.sqrt(squares / (frame.length - 1));
	const divisor = Math.max(DEVIATION_FLOOR, deviation);
	for (let i = 0; i < frame.length; i += 1)
		frame[i] = ((frame[i] as number) - mean) / divisor;
}
