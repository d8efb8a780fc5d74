/** Tails of Student's t and Fisher's F, through the regularised incomplete beta function. */

/** Lanczos coefficients, g = 7 (Godfrey). */
const lanczos = [
	0.99999999999980993, 676.5203681218851, -1259.1392167224028,
	771.32342877765313, -176.61502916214059, 12.507343278686905,
	-0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function for x > 0.5; absolute error below 1e-12 in the range used here. */
function logGamma(x: number): number {
	const z = x - 1;
	let series = lanczos[0] as number;
	for (let i = 1; i < lanczos.length; i += 1)
		series += (lanczos[i] as number) / (z + i);
	const t = z + 7.5;
	return (
		0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series)
	);
}

/** Smallest term the continued fraction may divide by. */
const tiny = 1e-300;
const precision = 1e-15;

/**
 * Regularised incomplete beta function I_x(a, b) for a, b >= 0.5 and x in [0, 1] (DLMF 8.17.22, evaluated by Lentz's method).
 * Relative error below 1e-10 also far in the lower tail.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
	if (x <= 0) return 0;
	if (x >= 1) return 1;
	// The fraction converges fast below the mean; above it, the mirror image does.
	if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
	const front = Math.exp(
		logGamma(a + b) -
			logGamma(a) -
			logGamma(b) +
			a * Math.log(x) +
			b * Math.log1p(-x),
	);
	let c = 1;
	let d = guarded(1 - ((a + b) * x) / (a + 1));
	d = 1 / d;
	let fraction = d;
	for (let m = 1; m <= 1000; m += 1) {
		const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 / guarded(1 + even * d);
		c = guarded(1 + even / c);
		fraction *= d * c;
		const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / guarded(1 + odd * d);
		c = guarded(1 + odd / c);
		const step = d * c;
		fraction *= step;
		if (Math.abs(step - 1) < precision) break;
	}
	return (front * fraction) / a;
}

function guarded(value: number): number {
	return Math.abs(value) < tiny ? tiny : value;
}

/** P(|T| >= |t|) of Student's t with `degrees` > 0 degrees of freedom. */
export function studentTwoSided(t: number, degrees: number): number {
	if (!Number.isFinite(t)) return 0;
	return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** The t with P(|T| >= t) = 0.05: half width of a 95 % interval in standard errors. `degrees` from 1 and up. */
export function studentQuantile95(degrees: number): number {
	let low = 1.9;
	let high = 13;
	for (let step = 0; step < 60; step += 1) {
		const middle = (low + high) / 2;
		if (studentTwoSided(middle, degrees) > 0.05) low = middle;
		else high = middle;
	}
	return (low + high) / 2;
}

/** P(F >= f) of Fisher's F with `between` and `within` degrees of freedom. */
export function fisherUpper(
	f: number,
	between: number,
	within: number,
): number {
	if (!Number.isFinite(f)) return 0;
	if (f <= 0) return 1;
	return incompleteBeta(
		within / (within + between * f),
		within / 2,
		between / 2,
	);
}
