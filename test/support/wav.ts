/** Sounds made in the test: 16-bit mono WAV files. */
import { writeFileSync } from "node:fs";

/** Encodes samples in [-1, 1) as 16-bit mono WAV. */
function wavBytes(samples: ArrayLike<number>, sampleRate = 16_000): Buffer {
	const data = Buffer.alloc(44 + samples.length * 2);
	data.write("RIFF", 0, "latin1");
	data.writeUInt32LE(36 + samples.length * 2, 4);
	data.write("WAVEfmt ", 8, "latin1");
	data.writeUInt32LE(16, 16);
	data.writeUInt16LE(1, 20);
	data.writeUInt16LE(1, 22);
	data.writeUInt32LE(sampleRate, 24);
	data.writeUInt32LE(sampleRate * 2, 28);
	data.writeUInt16LE(2, 32);
	data.writeUInt16LE(16, 34);
	data.write("data", 36, "latin1");
	data.writeUInt32LE(samples.length * 2, 40);
	for (let i = 0; i < samples.length; i += 1)
		data.writeInt16LE(
			Math.max(
				-32768,
				Math.min(32767, Math.round((samples[i] as number) * 32768)),
			),
			44 + i * 2,
		);
	return data;
}

/** A sine of `hertz`, amplitude 0.5. */
export function sine(
	hertz: number,
	seconds: number,
	sampleRate = 16_000,
): Float32Array {
	return Float32Array.from(
		{ length: Math.round(seconds * sampleRate) },
		(_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / sampleRate),
	);
}

export function writeWav(
	path: string,
	samples: ArrayLike<number>,
	sampleRate = 16_000,
): void {
	writeFileSync(path, wavBytes(samples, sampleRate));
}
