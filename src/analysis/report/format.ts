/** Numbers as a reader wants them: enough digits, a true minus sign, and a word where there is no number. */

const minus = "\u2212";

/** `digits` decimals: `0.613`, `−0.040`. Zero has no sign; non-finite numbers are named. */
export function formatFixed(value: number, digits: number): string {
	if (!Number.isFinite(value)) return formatNonFinite(value);
	const text = Math.abs(value).toFixed(digits);
	return value < 0 && Number(text) !== 0 ? minus + text : text;
}

/** A similarity or cosine: three decimals. */
export function formatScore(value: number): string {
	return formatFixed(value, 3);
}

/** Four significant digits for any magnitude: `3.142`, `−0.06281`, `1.204e5`. Activations have no natural scale. */
export function formatActivation(value: number): string {
	if (!Number.isFinite(value)) return formatNonFinite(value);
	if (value === 0) return "0";
	const size = Math.abs(value);
	const text =
		size >= 1e-4 && size < 1e5
			? size.toPrecision(4)
			: size.toExponential(3).replace("e+", "e").replace("e-", `e${minus}`);
	return value < 0 ? minus + text : text;
}

/** A fraction in [0, 1] as per cent with one decimal: `84.0 %` (no-break space). */
export function formatPercent(fraction: number): string {
	return `${formatFixed(fraction * 100, 1)}\u00A0%`;
}

/** A whole number with thin spaces between thousands: `3 120`. */
export function formatCount(count: number): string {
	return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202F");
}

/** `1 clip`, `480 clips`. */
export function countOf(
	count: number,
	singular: string,
	plural = `${singular}s`,
): string {
	return `${formatCount(count)}\u00A0${count === 1 ? singular : plural}`;
}

/** Milliseconds as a duration: `85 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min`. */
export function formatDuration(milliseconds: number): string {
	const space = "\u00A0";
	if (milliseconds < 999.5) return `${Math.round(milliseconds)}${space}ms`;
	const seconds = milliseconds / 1000;
	if (seconds < 59.95) return `${seconds.toFixed(1)}${space}s`;
	const whole = Math.round(seconds);
	const two = (value: number): string => String(value).padStart(2, "0");
	if (whole < 3600)
		return `${Math.floor(whole / 60)}${space}min${space}${two(whole % 60)}${space}s`;
	const minutes = Math.round(whole / 60);
	return `${Math.floor(minutes / 60)}${space}h${space}${two(minutes % 60)}${space}min`;
}

/** The first letter large. */
export function capitalised(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function formatNonFinite(value: number): string {
	if (Number.isNaN(value)) return "not a number";
	return value > 0 ? "∞" : `${minus}∞`;
}
