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

/**
 * A hint such as `did you mean "fc1"?`, or undefined when nothing known is near (a third of the length, or containment). A name that is one edit away
 * comes before one that contains the wanted name or is contained in it, and that before any other; of equals the first.
 */
export function didYouMean(
	name: string,
	known: Iterable<string>,
): string | undefined {
	const wanted = name.toLowerCase();
	let best: { name: string; distance: number } | undefined;
	for (const candidate of known) {
		const distance = distanceTo(wanted, candidate.toLowerCase());
		if (
			best === undefined
				? distance < Number.POSITIVE_INFINITY
				: distance < best.distance
		)
			best = { name: candidate, distance };
	}
	return best === undefined ? undefined : `did you mean "${best.name}"?`;
}

/** Edits, a containment counted as more than one and less than two of them; Infinity: not near. */
function distanceTo(wanted: string, candidate: string): number {
	const edits = editDistance(wanted, candidate);
	const contained =
		Math.min(wanted.length, candidate.length) >= 3 &&
		(candidate.includes(wanted) || wanted.includes(candidate));
	const longer = Math.abs(candidate.length - wanted.length);
	// Of two names one edit away, "conv1" is meant by "conv" rather than "cone".
	if (contained) return edits <= 1 ? edits / 2 : 2 - 1 / (longer + 1);
	// Another index is rarely a slip of the finger: "sigmoid_3_2" is nearer to "sigmoid_3" than "sigmoid_2".
	if (edits === 1 && withoutIndices(wanted) === withoutIndices(candidate))
		return 2;
	const limit = Math.max(
		1,
		Math.floor(Math.max(wanted.length, candidate.length) / 3),
	);
	return edits <= limit ? edits : Number.POSITIVE_INFINITY;
}

/** With every index, as in `layer.11.fc1`, alike; the digit of "conv2d" is none. */
function withoutIndices(name: string): string {
	return name.replace(/\d+(?![a-z0-9])/g, "0");
}
