/** What differs between two texts, line by line, in the unified format. */

type Line = { readonly mark: " " | "-" | "+"; readonly text: string };

/** Lines shown around a change. */
const CONTEXT = 3;

/**
 * Unified diff without file headers: `@@ -first,count +first,count @@`, then lines marked ` `, `-`, `+`. Empty when the texts are equal.
 * A longest common subsequence of lines, in O(lines x lines): meant for files of up to a few thousand lines.
 */
export function lineDiff(from: string, to: string): string {
	const lines = alignLines(linesOf(from), linesOf(to));
	const near = lines.map(() => false);
	for (const [index, { mark }] of lines.entries())
		if (mark !== " ")
			near.fill(true, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
	const hunks: string[] = [];
	let before = 0;
	let after = 0;
	for (let start = 0; start < lines.length; ) {
		let end = start;
		while (end < lines.length && near[end] === near[start]) end += 1;
		const hunk = lines.slice(start, end);
		const removed = hunk.filter(({ mark }) => mark !== "+").length;
		const added = hunk.filter(({ mark }) => mark !== "-").length;
		if (near[start] === true)
			hunks.push(
				`@@ -${range(before, removed)} +${range(after, added)} @@`,
				...hunk.map(({ mark, text }) => `${mark}${text}`),
			);
		before += removed;
		after += added;
		start = end;
	}
	return hunks.join("\n");
}

/** As `diff -u` counts: the line before when there is none, the count left out when it is 1. */
function range(before: number, count: number): string {
	if (count === 0) return `${before},0`;
	return count === 1 ? String(before + 1) : `${before + 1},${count}`;
}

function linesOf(text: string): readonly string[] {
	if (text === "") return [];
	const lines = text.split("\n");
	return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** Removed lines come before the added ones that take their place. */
function alignLines(from: readonly string[], to: readonly string[]): Line[] {
	const width = to.length + 1;
	// shared[i * width + j]: lines that from[i..] and to[j..] have in common.
	const shared = new Uint32Array((from.length + 1) * width);
	const at = (i: number, j: number): number => shared[i * width + j] as number;
	for (let i = from.length - 1; i >= 0; i -= 1)
		for (let j = to.length - 1; j >= 0; j -= 1)
			shared[i * width + j] =
				from[i] === to[j]
					? at(i + 1, j + 1) + 1
					: Math.max(at(i + 1, j), at(i, j + 1));
	const lines: Line[] = [];
	let i = 0;
	let j = 0;
	while (i < from.length || j < to.length) {
		const old = from[i];
		const fresh = to[j];
		if (old !== undefined && old === fresh) {
			lines.push({ mark: " ", text: old });
			i += 1;
			j += 1;
		} else if (
			old !== undefined &&
			(fresh === undefined || at(i + 1, j) >= at(i, j + 1))
		) {
			lines.push({ mark: "-", text: old });
			i += 1;
		} else {
			lines.push({ mark: "+", text: fresh ?? "" });
			j += 1;
		}
	}
	return lines;
}
