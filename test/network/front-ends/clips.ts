/** Clips of the demo as waveforms. */
import { readFile } from "node:fs/promises";
import { decodeAudio } from "../../../src/inputs/audio/decode.ts";
import { toMono } from "../../../src/inputs/audio/mono.ts";

/** Mono samples of a clip of the demo, at the rate of the file (16 kHz). */
export async function demoClip(clip: string): Promise<Float32Array> {
	const url = new URL(`../../../demo/${clip}`, import.meta.url);
	const { channels } = await decodeAudio(await readFile(url), clip);
	return toMono(channels);
}

/** The signal `times` times in a row. */
export function repeated(signal: Float32Array, times: number): Float32Array {
	return Float32Array.from(
		{ length: signal.length * times },
		(_, i) => signal[i % signal.length] as number,
	);
}
