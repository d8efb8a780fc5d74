/** Bounds a map that remembers: what was put in first goes first. */

/** Deletes the oldest entries of `known` until it has `most` at most (an integer from 0). */
export function forgetOldest(known: Map<unknown, unknown>, most: number): void {
	for (const oldest of known.keys()) {
		if (known.size <= most) break;
		known.delete(oldest);
	}
}
