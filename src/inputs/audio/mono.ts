/** Several channels to one, and whether anything can be heard in it. */

/**
 * Plain average of the channels, summed in float64. One channel is returned as it is, not copied.
 * Throws RangeError for no channels or channels of different length.
 */
export function toMono(channels: readonly Float32Array[]): Float32Array {
	const first = channels[0];
	if (first === undefined)
		throw new RangeError("Expected at least one channel, got 0");
	if (channels.some((channel) => channel.length !== first.length))
		throw new RangeError(
			`Expected channels of one length, got ${channels.map((channel) => channel.length).join(", ")}`,
		);
	if (channels.length === 1) return first;
	const sums = Float64Array.from(first);
	for (const channel of channels.slice(1))
		for (let i = 0; i < sums.length; i += 1)
			sums[i] = (sums[i] as number) + (channel[i] as number);
	return Float32Array.from(sums, (sum) => sum / channels.length);
}

/** Peak-to-peak range below which a signal counts as silent: one step of 16-bit audio. */
const SILENCE_RANGE = 2 ** -15;

/**
 * Whether a mono signal never moves by a 16-bit step (a constant offset is silence too). True for no samples.
 * Such a clip is kept with a warning `clip_silent`: all silent clips make the same activations.
 */
export function isSilent(signal: Float32Array): boolean {
	let lowest = Number.POSITIVE_INFINITY;
	let highest = Number.NEGATIVE_INFINITY;
	for (const sample of signal) {
		if (sample < lowest) lowest = sample;
		if (sample > highest) highest = sample;
		if (highest - lowest >= SILENCE_RANGE) return false;
	}
	return true;
}
