/** Builds WAV files byte by byte for the tests. */

export type WavOptions = {
	/** Interleaved integers of `bits` bits, signed (8 bits too). */
	readonly samples: readonly number[];
	readonly bits: 8 | 16 | 24 | 32;
	readonly channels?: number;
	readonly sampleRate?: number;
	/** Chunks between `fmt ` and `data`, as they are. */
	readonly between?: Uint8Array;
	/** What the `data` chunk says instead of its true size. */
	readonly dataSize?: number;
	readonly riffSize?: number;
};

export function makeWav(options: WavOptions): Uint8Array {
	const { samples, bits, channels = 1, sampleRate = 16000 } = options;
	const width = bits / 8;
	const data = Buffer.alloc(samples.length * width);
	for (const [index, sample] of samples.entries()) {
		if (bits === 8) data.writeUInt8(sample + 128, index);
		else data.writeIntLE(sample, index * width, width);
	}
	const format = Buffer.alloc(24);
	format.write("fmt ", 0, "latin1");
	format.writeUInt32LE(16, 4);
	format.writeUInt16LE(1, 8);
	format.writeUInt16LE(channels, 10);
	format.writeUInt32LE(sampleRate, 12);
	format.writeUInt32LE(sampleRate * channels * width, 16);
	format.writeUInt16LE(channels * width, 20);
	format.writeUInt16LE(bits, 22);
	const between = options.between ?? new Uint8Array();
	const head = Buffer.alloc(12);
	head.write("RIFF", 0, "latin1");
	head.writeUInt32LE(
		options.riffSize ?? 4 + 24 + between.length + 8 + data.length,
		4,
	);
	head.write("WAVE", 8, "latin1");
	const dataHead = Buffer.alloc(8);
	dataHead.write("data", 0, "latin1");
	dataHead.writeUInt32LE(options.dataSize ?? data.length, 4);
	return new Uint8Array(Buffer.concat([head, format, between, dataHead, data]));
}

/** A chunk without its padding byte. */
export function makeChunk(
	name: string,
	content: readonly number[],
): Uint8Array {
	const chunk = Buffer.alloc(8 + content.length);
	chunk.write(name, 0, "latin1");
	chunk.writeUInt32LE(content.length, 4);
	chunk.set(content, 8);
	return chunk;
}
