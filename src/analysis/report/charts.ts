/** Bars as inline SVG. Sizes are attributes, never styles: the page's security policy allows no inline style. */
import { type Html, html } from "./html.ts";

const width = 120;
const height = 10;

export type Scale = { readonly low: number; readonly high: number };

/** The smallest scale that holds zero and every finite value. */
export function scaleOf(values: Iterable<number>): Scale {
	let low = 0;
	let high = 0;
	for (const value of values) {
		if (!Number.isFinite(value)) continue;
		low = Math.min(low, value);
		high = Math.max(high, value);
	}
	return { low, high };
}

/**
 * A bar from zero to `value`, with a line at zero when the scale has both signs and a stronger `marker` line.
 * Decorative: the number stands beside it in text, so it is hidden from screen readers.
 */
export function valueBar(options: {
	readonly value: number;
	readonly scale: Scale;
	readonly marker?: number | null;
	readonly tone: "high" | "low" | "score" | "muted";
}): Html {
	const { value, scale, marker, tone } = options;
	const at = (x: number): number => place(x, scale);
	const zero = at(0);
	const end = Number.isFinite(value) ? at(value) : zero;
	const left = Math.min(zero, end);
	// A value that is there is seen, however small.
	const least = value === 0 || !Number.isFinite(value) ? 0 : 1;
	const length = Math.max(Math.abs(end - zero), least);
	const twoSided = scale.low < 0 && scale.high > 0;
	return html`<svg class="bar" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="${width}" height="${height}"/><rect class="${tone}" x="${round(left)}" width="${round(length)}" height="${height}"/>${twoSided && html`<path class="zero" d="M${round(zero)} 0V${height}"/>`}${
		marker !== undefined &&
		marker !== null &&
		html`<path class="marker" d="M${round(at(marker))} 0V${height}"/>`
	}</svg>`;
}

export type Share = {
	readonly name: string;
	readonly count: number;
	/** A class of the stylesheet. */
	readonly tone: string;
};

/** Shares of a whole side by side; empty ones take no room. Its text alternative names every share. */
export function shareBar(shares: readonly Share[]): Html {
	const total = shares.reduce((sum, share) => sum + share.count, 0);
	const present = shares.filter((share) => share.count > 0);
	let x = 0;
	const parts = present.map((share) => {
		const length = (share.count / total) * width;
		const part = html`<rect class="${share.tone}" x="${round(x)}" width="${round(length)}" height="${height}"><title>${share.name}: ${share.count}</title></rect>`;
		x += length;
		return part;
	});
	const label =
		present.length === 0
			? "none"
			: present.map((share) => `${share.name} ${share.count}`).join(", ");
	return html`<svg class="bar" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="track" width="${width}" height="${height}"/>${parts}</svg>`;
}

function place(value: number, scale: Scale): number {
	const span = scale.high - scale.low;
	if (span === 0) return 0;
	const x = ((value - scale.low) / span) * width;
	return Math.min(width, Math.max(0, x));
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}
