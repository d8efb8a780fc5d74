/** How a clip that is longer or shorter than a network's input becomes rows. */

export type WindowPlan = {
	/** Where each row starts, in samples or frames of the clip; at least one. */
	readonly starts: readonly number[];
	/** Share of the clip in no row, in [0, 1). */
	readonly unheard: number;
	/** Share of the rows that lies beyond the clip's end, in [0, 1). */
	readonly padding: number;
	/** Of each row the samples or frames that are the clip's, from 1 up. */
	readonly lengths: readonly number[];
};

/** Share of a window below which what is left at the end of a clip gets no window of its own. */
const NEGLIGIBLE = 0.1;

/**
 * Rows of `window` samples (or frames) of a clip of `length`, `length` from 1 up. `cut`: the first window only. `windows`: one every `hop`
 * (default: side by side). A clip shorter than one window is one padded row. What is left behind the last whole window:
 * `align` (default): from a tenth of a window on it is heard by a further window that ends with the clip, so nothing is padded and some is heard twice;
 * `pad`: from half a hop on it starts a further window, which is padded; `drop`: it is not heard.
 */
export function planWindows(options: {
	readonly length: number;
	readonly window: number;
	readonly hop?: number;
	readonly long: "cut" | "windows";
	readonly leftover?: "align" | "pad" | "drop";
}): WindowPlan {
	const { length, window, long } = options;
	const { hop = window, leftover = "align" } = options;
	const whole = length < window ? 0 : 1 + Math.floor((length - window) / hop);
	const starts = [0];
	if (long === "windows")
		for (let index = 1; index < whole; index += 1) starts.push(index * hop);
	const left = length - (starts.at(-1) as number) - window;
	if (long === "windows" && left > 0) {
		if (leftover === "align" && left >= NEGLIGIBLE * window)
			starts.push(length - window);
		if (leftover === "pad" && left >= hop / 2) starts.push(whole * hop);
	}
	const end = (starts.at(-1) as number) + window;
	const beyond = Math.max(0, end - length);
	return {
		starts,
		unheard: Math.max(0, length - end) / length,
		padding: beyond / (window * starts.length),
		lengths: starts.map((start) => Math.min(window, length - start)),
	};
}
