/** A scatter as inline SVG, small: points as one path; from 600 points on as cells shaded by how many points they hold. */
import { axis } from "./axis.ts";
import { type Html, html } from "./html.ts";

/** Above this many points cells are drawn instead. */
export const mostPoints = 600;

const width = 360;
const height = 210;
const frame = { left: 46, right: width - 8, top: 8, bottom: height - 38 };
const cell = 8;

/** Points a cell needs for its shade; the last shade whose least count is reached. */
const shades = [1, 2, 4, 8, 16];

/**
 * The picture. `x` and `y` have equal lengths and hold finite numbers only (positive on a log axis). `curve`: a line over the points, in x order.
 * `text`: what a reader who does not see it is told.
 */
export function scatter(options: {
	readonly x: readonly number[];
	readonly y: readonly number[];
	readonly xScale?: "linear" | "log";
	readonly yScale?: "linear" | "log";
	readonly xLabel: string;
	readonly yLabel: string;
	readonly curve?: readonly (readonly [number, number])[];
	readonly text: string;
}): Html {
	const { x, y, xScale = "linear", yScale = "linear", curve = [] } = options;
	const [left, right] = rangeOf(x);
	const [low, high] = rangeOf(y);
	const horizontal = axis({
		low: left,
		high: right,
		from: frame.left + 6,
		to: frame.right - 6,
		scale: xScale,
	});
	const vertical = axis({
		low,
		high,
		from: frame.bottom - 6,
		to: frame.top + 6,
		scale: yScale,
	});
	const places = new Float64Array(x.length);
	for (const [index, value] of x.entries())
		places[index] =
			Math.round(horizontal.at(value)) * row +
			Math.round(vertical.at(y[index] as number));
	places.sort();
	const line = curve
		.map(
			([atX, atY], index) =>
				`${index === 0 ? "M" : "L"}${Math.round(horizontal.at(atX))} ${Math.round(vertical.at(atY))}`,
		)
		.join("");
	const marks = `${horizontal.ticks.map(({ at }) => `M${at} ${frame.bottom}v4`).join("")}${vertical.ticks.map(({ at }) => `M${frame.left} ${at}h-4`).join("")}`;
	return html`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${options.text}"><path class="axes" d="M${frame.left} ${frame.top}V${frame.bottom}H${frame.right}${marks}"/>${
		places.length > mostPoints
			? cells(places)
			: html`<path class="dots" d="${dots(places)}"/>`
	}${line !== "" && html`<path class="curve" d="${line}"/>`}<g class="ticks">${horizontal.ticks.map(
		({ at, text }) =>
			html`<text x="${at}" y="${frame.bottom + 16}">${text}</text>`,
	)}<text x="${(frame.left + frame.right) / 2}" y="${height - 4}">${shortened(options.xLabel)}</text></g><g class="ticks side">${vertical.ticks.map(
		({ at, text }) =>
			html`<text x="${frame.left - 7}" y="${at + 4}">${text}</text>`,
	)}</g><text class="name" transform="translate(13 ${(frame.top + frame.bottom) / 2}) rotate(-90)">${shortened(options.yLabel)}</text></svg>`;
}

/** A place is one number, `x * row + y`, so that the engine's own sort puts them in order. */
const row = 1024;

/** Dots of no length with round ends. Relative moves keep it short; a dot that covers another exactly is drawn once. */
function dots(places: Float64Array): string {
	let [x, y] = [0, 0];
	let last = Number.NaN;
	let path = "";
	for (const place of places) {
		if (place === last) continue;
		last = place;
		const [nextX, nextY] = [Math.floor(place / row), place % row];
		const down = nextY - y;
		path += `m${nextX - x}${down < 0 ? "" : " "}${down}h0`;
		x = nextX;
		y = nextY;
	}
	return path;
}

function cells(places: Float64Array): Html {
	const counts = new Map<number, number>();
	for (const place of places) {
		const [x, y] = [Math.floor(place / row), place % row];
		const key = Math.floor(y / cell) * row + Math.floor(x / cell);
		counts.set(key, (counts.get(key) ?? 0) + 1);
	}
	const paths = shades.map(() => "");
	for (const [key, count] of [...counts].sort(([a], [b]) => a - b)) {
		const shade = shades.findLastIndex((least) => count >= least);
		paths[shade] +=
			`M${(key % row) * cell} ${Math.floor(key / row) * cell}h${cell}v${cell}h-${cell}z`;
	}
	return html`${paths.map((path, shade) => path !== "" && html`<path class="cell shade-${shade}" d="${path}"/>`)}`;
}

function rangeOf(values: readonly number[]): readonly [number, number] {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (const value of values) {
		if (value < low) low = value;
		if (value > high) high = value;
	}
	return low <= high ? [low, high] : [0, 1];
}

function shortened(text: string): string {
	return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
