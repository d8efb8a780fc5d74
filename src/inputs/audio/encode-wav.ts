/** Samples to a WAV file: mono, 16 bit, what every audio model takes. */

const HEADER_BYTES = 44;

/**
 * Encodes a mono signal as 16-bit PCM: sample x becomes round(32768 x), clipped to [-32768, 32767]. `sampleRate` in Hz.
 * The inverse of `decodeWav` up to half a step of 2^-15.
 */
export function encodeWav(
	signal: Float32Array,
	sampleRate: number,
): Uint8Array {
	const bytes = Buffer.alloc(HEADER_BYTES + 2 * signal.length);
	bytes.write("RIFF", 0, "latin1");
	bytes.writeUInt32LE(bytes.length - 8, 4);
	bytes.write("WAVEfmt ", 8, "latin1");
	bytes.writeUInt32LE(16, 16);
	bytes.writeUInt16LE(1, 20);
	bytes.writeUInt16LE(1, 22);
	bytes.writeUInt32LE(sampleRate, 24);
	bytes.writeUInt32LE(2 * sampleRate, 28);
	bytes.writeUInt16LE(2, 32);
	bytes.writeUInt16LE(16, 34);
	bytes.write("data", 36, "latin1");
	bytes.writeUInt32LE(2 * signal.length, 40);
	for (const [index, sample] of signal.entries())
		bytes.writeInt16LE(
			Math.max(-32768, Math.min(32767, Math.round(sample * 32768))),
			HEADER_BYTES + 2 * index,
		);
	return bytes;
}
