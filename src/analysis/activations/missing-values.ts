/** Numbers that stand for "none": they must not count as measurements. */

/** A value that stands for "not known" and was taken out of an attribute. */
export type ExcludedValue = {
	readonly value: number;
	/** Clips that have it. */
	readonly clips: number;
	readonly reason: "zero_frequency" | "far_outside" | "declared_missing";
};

/** How far outside: this many times the whole range of the other values. */
const far = 3;

/**
 * The values of an attribute that stand for a missing measurement. `declared` replaces guessing: exactly these are missing (may be empty).
 * Otherwise two rules, each of them narrow, because a true value that is dropped is as wrong as a false one that is kept:
 * - `zero_frequency`: 0 in an attribute in hertz: no sound has it, pitch trackers write it for "no pitch";
 * - `far_outside`: one value that several clips share, more than three times the range of all other values away from them
 *   (-999 among decibels; not -1 among shares in [0, 1]). The others have at least three distinct values.
 */
export function missingValues(
	name: string,
	values: readonly number[],
	declared: readonly number[] | undefined,
): readonly ExcludedValue[] {
	const counts = new Map<number, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	if (declared !== undefined)
		return [...new Set(declared)]
			.sort((a, b) => a - b)
			.flatMap((value) => {
				const clips = counts.get(value);
				return clips === undefined
					? []
					: [{ value, clips, reason: "declared_missing" as const }];
			});
	const zeros = counts.get(0);
	const excluded: ExcludedValue[] = [];
	if (zeros !== undefined && isFrequency(name)) {
		excluded.push({ value: 0, clips: zeros, reason: "zero_frequency" });
		counts.delete(0);
	}
	const sorted = [...counts.keys()].sort((a, b) => a - b);
	for (const value of [sorted[0], sorted.at(-1)]) {
		const clips = value === undefined ? undefined : counts.get(value);
		if (value === undefined || clips === undefined || clips < 2) continue;
		const others = sorted.filter((other) => other !== value);
		const [low, high] = [others[0], others.at(-1)];
		if (low === undefined || high === undefined || others.length < 3) continue;
		const distance = value < low ? low - value : value - high;
		if (distance > far * (high - low))
			excluded.push({ value, clips, reason: "far_outside" });
	}
	return excluded;
}

/** Whether a name says that its values are frequencies: `f0_hz`, `centroidHz`, `pitch (kHz)`. */
export function isFrequency(name: string): boolean {
	return /(?:^|[^a-z])k?hz(?:$|[^a-z])/i.test(
		name.replace(/([a-z])(k?H)/g, "$1_$2"),
	);
}
