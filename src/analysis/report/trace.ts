/** The course of a neuron's activation over the positions of one clip, as a small line. */
import type { Trace } from "../../recordings/traces/read-traces.ts";
import { formatActivation } from "./format.ts";
import { type Html, html } from "./html.ts";

const width = 240;
const height = 36;
/** More positions than this are drawn as means of neighbours. */
const mostPoints = 120;

/** Positions in the network's own order (time for most; for image-like tokens time runs fastest), rows of the clip one after the other. */
export function traceFigure(trace: Trace): Html {
	const values = [...trace.values].filter((value) => Number.isFinite(value));
	if (values.length < 2) return html``;
	const points = condensed(values);
	const low = Math.min(0, ...points);
	const high = Math.max(0, ...points);
	const span = high - low || 1;
	const y = (value: number): number =>
		Math.round((1 - (value - low) / span) * height * 10) / 10;
	const path = points
		.map((value, index) => {
			const x = Math.round((index / (points.length - 1)) * width * 10) / 10;
			return `${index === 0 ? "M" : "L"}${x} ${y(value)}`;
		})
		.join("");
	const extremes = `from ${formatActivation(Math.min(...values))} to ${formatActivation(Math.max(...values))}`;
	return html`<svg class="trace" viewBox="0 -1 ${width} ${height + 2}" preserveAspectRatio="none" role="img" aria-label="Activation over ${values.length} positions, ${extremes}"><path class="zero" d="M0 ${y(0)}H${width}"/><path class="line" d="${path}"/></svg>`;
}

/** At most `mostPoints` means of consecutive values. */
function condensed(values: readonly number[]): number[] {
	const points = Math.min(mostPoints, values.length);
	return Array.from({ length: points }, (_, point) => {
		const from = Math.floor((point * values.length) / points);
		const to = Math.floor(((point + 1) * values.length) / points);
		const some = values.slice(from, to);
		return some.reduce((sum, value) => sum + value, 0) / some.length;
	});
}
