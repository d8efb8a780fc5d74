/** WebAssembly instructions as functions that nest: operands first, as the stack machine wants them. Opcodes: WebAssembly core specification 2.0, section 5.4. */

/** Bytes of instructions, in any nesting. */
export type Code = number | readonly Code[];

/** LEB128 of an integer from 0 to 2^32 - 1. */
export function unsigned(value: number): number[] {
	const bytes: number[] = [];
	let rest = value >>> 0;
	do {
		const low = rest & 0x7f;
		rest >>>= 7;
		bytes.push(rest === 0 ? low : low | 0x80);
	} while (rest !== 0);
	return bytes;
}

/** Signed LEB128 of an integer from -2^31 to 2^31 - 1. */
function signed(value: number): number[] {
	const bytes: number[] = [];
	let rest = value | 0;
	for (;;) {
		const low = rest & 0x7f;
		rest >>= 7;
		const last = (rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40);
		bytes.push(last ? low : low | 0x80);
		if (last) return bytes;
	}
}

const unary =
	(...opcode: readonly number[]) =>
	(a: Code): Code => [a, ...opcode];
const binary =
	(...opcode: readonly number[]) =>
	(a: Code, b: Code): Code => [a, b, ...opcode];
/** No promise about alignment: it is a hint only. `offset` in bytes. */
const load =
	(...opcode: readonly number[]) =>
	(address: Code, offset = 0): Code => [
		address,
		...opcode,
		0,
		...unsigned(offset),
	];
const store =
	(...opcode: readonly number[]) =>
	(address: Code, value: Code, offset = 0): Code => [
		address,
		value,
		...opcode,
		0,
		...unsigned(offset),
	];

export const i32 = {
	of: (value: number): Code => [0x41, ...signed(value)],
	load: load(0x28),
	store: store(0x36),
	ne: binary(0x47),
	ltU: binary(0x49),
	gtS: binary(0x4a),
	gtU: binary(0x4b),
	geU: binary(0x4f),
	ctz: unary(0x68),
	add: binary(0x6a),
	sub: binary(0x6b),
	mul: binary(0x6c),
	and: binary(0x71),
	xor: binary(0x73),
	shl: binary(0x74),
	shrS: binary(0x75),
	shrU: binary(0x76),
	wrap: unary(0xa7),
	bitsOf: unary(0xbc),
};

export const i64 = {
	of: (value: number): Code => [0x42, ...signed(value)],
	load: load(0x29),
	store: store(0x37),
	ltS: binary(0x53),
	popcnt: unary(0x7b),
	sub: binary(0x7d),
	and: binary(0x83),
	or: binary(0x84),
	xor: binary(0x85),
	shl: binary(0x86),
	extendS: unary(0xac),
	extendU: unary(0xad),
};

export const f32 = {
	of: (value: number): Code => [
		0x43,
		...new Uint8Array(Float32Array.of(value).buffer),
	],
	load: load(0x2a),
	store: store(0x38),
	lt: binary(0x5d),
	gt: binary(0x5e),
	ge: binary(0x60),
	add: binary(0x92),
	max: binary(0x97),
};

export const f64 = {
	of: (value: number): Code => [
		0x44,
		...new Uint8Array(Float64Array.of(value).buffer),
	],
	load: load(0x2b),
	store: store(0x39),
	abs: unary(0x99),
	sqrt: unary(0x9f),
	add: binary(0xa0),
	sub: binary(0xa1),
	mul: binary(0xa2),
	div: binary(0xa3),
	max: binary(0xa5),
	promote: unary(0xbb),
};

/** Prefix of the vector instructions. */
const SIMD = 0xfd;
const simd = (opcode: number): number[] => [SIMD, ...unsigned(opcode)];

/** Numbers of eight bytes for a shuffle of two vectors. */
const bytesFrom = (first: number): number[] =>
	Array.from({ length: 8 }, (_, byte) => first + byte);

export const v128 = {
	load: load(...simd(0)),
	/** A float64 in both lanes. */
	loadSplat: load(...simd(10)),
	/** Eight bytes, the rest zero. */
	loadHalf: load(...simd(93)),
	store: store(...simd(11)),
	and: binary(...simd(78)),
	or: binary(...simd(80)),
	/** 1 when a bit is set, else 0. */
	anyTrue: unary(...simd(83)),
	xor: binary(...simd(81)),
	/** The first eight bytes. */
	storeHalf: (address: Code, value: Code, offset = 0): Code => [
		address,
		value,
		...simd(91),
		0,
		...unsigned(offset),
		0,
	],
};

export const f64x2 = {
	splat: unary(...simd(20)),
	lane: (vector: Code, lane: 0 | 1): Code => [vector, ...simd(33), lane],
	/** Of the first two float32. */
	promote: unary(...simd(95)),
	/** To the first two float32. */
	demote: unary(...simd(94)),
	add: binary(...simd(240)),
	sub: binary(...simd(241)),
	mul: binary(...simd(242)),
	max: binary(...simd(245)),
};

export const f32x4 = {
	splat: unary(...simd(19)),
	lane: (vector: Code, lane: number): Code => [vector, ...simd(31), lane],
	lt: binary(...simd(67)),
	gt: binary(...simd(68)),
	ge: binary(...simd(70)),
	sub: binary(...simd(229)),
	max: binary(...simd(233)),
};

export const i64x2 = {
	ltS: binary(...simd(216)),
	/** The first lanes of two vectors, and the second. */
	firsts: (a: Code, b: Code): Code => [
		a,
		b,
		...simd(13),
		...bytesFrom(0),
		...bytesFrom(16),
	],
	seconds: (a: Code, b: Code): Code => [
		a,
		b,
		...simd(13),
		...bytesFrom(8),
		...bytesFrom(24),
	],
};

export const i16x8 = {
	/** Of two vectors of 32-bit integers, those that do not fit made to fit. */
	narrow: binary(...simd(133)),
	/** A bit per lane. */
	bitmask: unary(...simd(132)),
};

export const i32x4 = {
	lane: (vector: Code, lane: number): Code => [vector, ...simd(27), lane],
	sub: binary(...simd(177)),
};
