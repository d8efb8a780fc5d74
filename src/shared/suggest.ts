/** "did you mean": the nearest known names to a misspelt one. */

/** Optimal string alignment distance (insert, delete, replace, swap of neighbours). */
export function editDistance(a: string, b: string): number {
	let beforePrevious: number[] = [];
	let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i += 1) {
		const current = [i];
		for (let j = 1; j <= b.length; j += 1) {
			const cost = a[i - 1] === b[j - 1] ? 0 : 1;
			let best = Math.min(
				(previous[j] as number) + 1,
				(current[j - 1] as number) + 1,
				(previous[j - 1] as number) + cost,
			);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
				best = Math.min(best, (beforePrevious[j - 2] as number) + 1);
			current.push(best);
		}
		beforePrevious = previous;
		previous = current;
	}
	return previous[b.length] as number;
}

/** A hint such as `did you mean "fc1"?`, or undefined when nothing known is near (a third of the length, or containment). */
export function didYouMean(
	name: string,
	known: Iterable<string>,
): string | undefined {
	const wanted = name.toLowerCase();
	let best: { name: string; distance: number } | undefined;
	for (const candidate of known) {
		const lower = candidate.toLowerCase();
		const contained =
			wanted.length >= 3 && (lower.includes(wanted) || wanted.includes(lower));
		const distance = contained
			? Math.abs(lower.length - wanted.length) / 100
			: editDistance(wanted, lower);
		const limit = Math.max(
			1,
			Math.floor(Math.max(wanted.length, lower.length) / 3),
		);
		if (distance <= limit && (best === undefined || distance < best.distance))
			best = { name: candidate, distance };
	}
	return best === undefined ? undefined : `did you mean "${best.name}"?`;
}
