/** Complex FFT of any length: Stockham's self-sorting algorithm with butterflies of 4, 2 and odd primes. */

export type ComplexVector = {
	readonly re: Float64Array;
	readonly im: Float64Array;
};

/**
 * A function that transforms `length` complex numbers: X[k] = sum_n x[n] exp(-2 pi i k n / length), no scaling. `length` from 1 up.
 * The arrays passed in are used as working memory; the result is valid until the next call. A prime factor p costs p^2 per butterfly:
 * lengths made of 2, 3 and 5 are fast, a large prime is not.
 */
export function complexFft(
	length: number,
): (re: Float64Array, im: Float64Array) => ComplexVector {
	const passes = planPasses(length);
	const otherRe = new Float64Array(length);
	const otherIm = new Float64Array(length);
	return (re, im) => {
		let from: ComplexVector = { re, im };
		let to: ComplexVector = { re: otherRe, im: otherIm };
		for (const pass of passes) {
			if (pass.radix === 4) radix4(pass, from, to);
			else if (pass.radix === 2) radix2(pass, from, to);
			else radixOdd(pass, from, to);
			[from, to] = [to, from];
		}
		return from;
	};
}

/** One pass: `groups` butterflies of `radix` numbers for each of `stride` interleaved transforms. */
type Pass = {
	readonly radix: number;
	readonly groups: number;
	readonly stride: number;
	/** exp(-2 pi i p k / (groups radix)) at p * radix + k. */
	readonly cosines: Float64Array;
	readonly sines: Float64Array;
	/** exp(-2 pi i j k / radix) at j * radix + k. */
	readonly rootCosines: Float64Array;
	readonly rootSines: Float64Array;
};

function planPasses(length: number): readonly Pass[] {
	if (!Number.isInteger(length) || length < 1)
		throw new RangeError(
			`Expected \`length\` to be an integer from 1 up, got \`${length}\``,
		);
	const passes: Pass[] = [];
	let remaining = length;
	let stride = 1;
	for (const radix of factors(length)) {
		const groups = remaining / radix;
		const twiddle = (index: number): number =>
			(-2 * Math.PI * Math.floor(index / radix) * (index % radix)) / remaining;
		const root = (index: number): number =>
			(-2 * Math.PI * ((Math.floor(index / radix) * (index % radix)) % radix)) /
			radix;
		const table = (size: number, value: (index: number) => number) =>
			Float64Array.from({ length: size }, (_, index) => value(index));
		passes.push({
			radix,
			groups,
			stride,
			cosines: table(remaining, (index) => Math.cos(twiddle(index))),
			sines: table(remaining, (index) => Math.sin(twiddle(index))),
			rootCosines: table(radix * radix, (index) => Math.cos(root(index))),
			rootSines: table(radix * radix, (index) => Math.sin(root(index))),
		});
		remaining = groups;
		stride *= radix;
	}
	return passes;
}

/** 4s, then at most one 2, then odd primes ascending. */
function factors(length: number): number[] {
	const found: number[] = [];
	let rest = length;
	for (let factor = 4; rest > 1; ) {
		if (rest % factor === 0) {
			found.push(factor);
			rest /= factor;
		} else factor = factor === 4 ? 2 : factor === 2 ? 3 : factor + 2;
	}
	return found;
}

function radix2(pass: Pass, from: ComplexVector, to: ComplexVector): void {
	const { groups, stride, cosines, sines } = pass;
	const half = groups * stride;
	for (let p = 0; p < groups; p += 1) {
		const wr = cosines[2 * p + 1] as number;
		const wi = sines[2 * p + 1] as number;
		for (let q = 0; q < stride; q += 1) {
			const a = q + stride * p;
			const b = a + half;
			const ar = from.re[a] as number;
			const ai = from.im[a] as number;
			const br = from.re[b] as number;
			const bi = from.im[b] as number;
			const out = q + stride * 2 * p;
			to.re[out] = ar + br;
			to.im[out] = ai + bi;
			const dr = ar - br;
			const di = ai - bi;
			to.re[out + stride] = dr * wr - di * wi;
			to.im[out + stride] = dr * wi + di * wr;
		}
	}
}

function radix4(pass: Pass, from: ComplexVector, to: ComplexVector): void {
	const { groups, stride, cosines, sines } = pass;
	const { re: xr, im: xi } = from;
	const { re: yr, im: yi } = to;
	const quarter = groups * stride;
	for (let p = 0; p < groups; p += 1) {
		const w1r = cosines[4 * p + 1] as number;
		const w1i = sines[4 * p + 1] as number;
		const w2r = cosines[4 * p + 2] as number;
		const w2i = sines[4 * p + 2] as number;
		const w3r = cosines[4 * p + 3] as number;
		const w3i = sines[4 * p + 3] as number;
		for (let q = 0; q < stride; q += 1) {
			const a = q + stride * p;
			const b = a + quarter;
			const c = b + quarter;
			const d = c + quarter;
			const sumAcR = (xr[a] as number) + (xr[c] as number);
			const sumAcI = (xi[a] as number) + (xi[c] as number);
			const difAcR = (xr[a] as number) - (xr[c] as number);
			const difAcI = (xi[a] as number) - (xi[c] as number);
			const sumBdR = (xr[b] as number) + (xr[d] as number);
			const sumBdI = (xi[b] as number) + (xi[d] as number);
			// -i (b - d)
			const turnedR = (xi[b] as number) - (xi[d] as number);
			const turnedI = (xr[d] as number) - (xr[b] as number);
			const out = q + stride * 4 * p;
			yr[out] = sumAcR + sumBdR;
			yi[out] = sumAcI + sumBdI;
			const y1r = difAcR + turnedR;
			const y1i = difAcI + turnedI;
			yr[out + stride] = y1r * w1r - y1i * w1i;
			yi[out + stride] = y1r * w1i + y1i * w1r;
			const y2r = sumAcR - sumBdR;
			const y2i = sumAcI - sumBdI;
			yr[out + 2 * stride] = y2r * w2r - y2i * w2i;
			yi[out + 2 * stride] = y2r * w2i + y2i * w2r;
			const y3r = difAcR - turnedR;
			const y3i = difAcI - turnedI;
			yr[out + 3 * stride] = y3r * w3r - y3i * w3i;
			yi[out + 3 * stride] = y3r * w3i + y3i * w3r;
		}
	}
}

/** A plain transform of `radix` numbers per butterfly. */
function radixOdd(pass: Pass, from: ComplexVector, to: ComplexVector): void {
	const { radix, groups, stride, cosines, sines } = pass;
	const { rootCosines, rootSines } = pass;
	for (let p = 0; p < groups; p += 1)
		for (let q = 0; q < stride; q += 1)
			for (let k = 0; k < radix; k += 1) {
				let sumR = 0;
				let sumI = 0;
				for (let j = 0; j < radix; j += 1) {
					const at = q + stride * (p + groups * j);
					const r = from.re[at] as number;
					const i = from.im[at] as number;
					const c = rootCosines[j * radix + k] as number;
					const s = rootSines[j * radix + k] as number;
					sumR += r * c - i * s;
					sumI += r * s + i * c;
				}
				const wr = cosines[p * radix + k] as number;
				const wi = sines[p * radix + k] as number;
				const out = q + stride * (radix * p + k);
				to.re[out] = sumR * wr - sumI * wi;
				to.im[out] = sumR * wi + sumI * wr;
			}
}
