/** Axes of a chart: from data to pixels, and the numbers that stand beside them. */

export type Axis = {
	/** Pixel of a value. */
	at(value: number): number;
	readonly ticks: readonly { readonly at: number; readonly text: string }[];
};

/**
 * An axis over finite values from `low` to `high` (positive for `log`), drawn from pixel `from` to pixel `to`. A range without width gets one.
 * Ticks are 1, 2 or 5 times a power of ten, at most about six.
 */
export function axis(options: {
	readonly low: number;
	readonly high: number;
	readonly from: number;
	readonly to: number;
	readonly scale: "linear" | "log";
}): Axis {
	const { from, to, scale } = options;
	const forward = scale === "log" ? Math.log : (value: number) => value;
	let low = forward(options.low);
	let high = forward(options.high);
	if (!(high > low)) {
		const margin = scale === "log" ? Math.LN2 : Math.max(Math.abs(low), 1) / 2;
		low -= margin;
		high += margin;
	}
	const at = (value: number): number =>
		from + ((forward(value) - low) / (high - low)) * (to - from);
	const ticks =
		scale === "log"
			? logTicks(Math.exp(low), Math.exp(high))
			: linearTicks(low, high);
	return {
		at,
		ticks: ticks.map((value) => ({
			at: Math.round(at(value)),
			text: tickText(value),
		})),
	};
}

function linearTicks(low: number, high: number): readonly number[] {
	const rough = (high - low) / 4;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step =
		power *
		([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ??
			10);
	const ticks: number[] = [];
	for (let place = Math.ceil(low / step); place * step <= high; place += 1)
		ticks.push(Number((place * step).toPrecision(12)));
	return ticks;
}

function logTicks(low: number, high: number): readonly number[] {
	const decades = Math.log10(high / low);
	const factors = decades > 4 ? [1] : decades > 2 ? [1, 3] : [1, 2, 5];
	const ticks: number[] = [];
	for (
		let power = Math.floor(Math.log10(low));
		power <= Math.log10(high);
		power += 1
	)
		for (const factor of factors) {
			const value = Number((factor * 10 ** power).toPrecision(12));
			if (value >= low && value <= high) ticks.push(value);
		}
	return ticks.length >= 2 ? ticks : linearTicks(low, high);
}

/** Short: `0.5`, `200`, `2k`, `1e−5`, with a true minus sign. */
function tickText(value: number): string {
	const size = Math.abs(value);
	const text =
		size !== 0 && (size >= 1e6 || size < 1e-3)
			? value.toExponential().replace("e+", "e")
			: size >= 1000
				? `${Number((value / 1000).toPrecision(6))}k`
				: String(Number(value.toPrecision(6)));
	return text.replaceAll("-", "\u2212");
}
