/** IEEE 754 half precision (binary16), which Node 20 has no array for: bits in a Uint16Array. */

/** Largest finite float16. */
export const LARGEST_FLOAT16 = 65_504;

const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

/**
 * The float16 nearest to each value, ties to even, as numpy's `astype('<f2')`: from 65,520 up an infinity, below 2^-25 a zero; the sign of a zero,
 * infinities and NaN are kept.
 */
export function toFloat16(values: Float32Array): Uint16Array {
	const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
	const halves = new Uint16Array(values.length);
	for (let i = 0; i < bits.length; i += 1)
		halves[i] = halfOf(bits[i] as number);
	return halves;
}

function halfOf(bits: number): number {
	const sign = (bits >>> 16) & 0x8000;
	const magnitude = bits & 0x7fffffff;
	if (magnitude > 0x7f800000) {
		// NaN: the top bits of its payload, never all zero.
		const payload = (magnitude >>> 13) & 0x3ff;
		return sign | 0x7c00 | (payload === 0 ? 1 : payload);
	}
	// 65,520 and up, infinity included.
	if (magnitude >= 0x477ff000) return sign | 0x7c00;
	if (magnitude >= 0x38800000) {
		// Normal: exponent 127 becomes 15; the mantissa loses 13 bits, ties to even.
		const rounded = magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1);
		return sign | (rounded >>> 13);
	}
	// Subnormal, in steps of 2^-24. Adding 0.5 puts the rounding where float32's own, ties to even, does it.
	word[0] = magnitude;
	single[0] = (single[0] as number) + 0.5;
	return sign | ((word[0] as number) - 0x3f000000);
}

let table: Float32Array | undefined;

/** The values of float16 bits; exact. */
export function fromFloat16(halves: Uint16Array): Float32Array {
	table ??= allValues();
	const values = new Float32Array(halves.length);
	for (let i = 0; i < halves.length; i += 1)
		values[i] = table[halves[i] as number] as number;
	return values;
}

/** The value of each of the 65,536 bit patterns. */
function allValues(): Float32Array {
	return Float32Array.from({ length: 65_536 }, (_, bits) => {
		const sign = bits & 0x8000 ? -1 : 1;
		const exponent = (bits >>> 10) & 0x1f;
		const mantissa = bits & 0x3ff;
		if (exponent === 0x1f)
			return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
		return exponent === 0
			? sign * mantissa * 2 ** -24
			: sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
	});
}
