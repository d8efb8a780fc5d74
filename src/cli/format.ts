/** Numbers and tables for people. */

/** `1 clip`, `2 clips`, `3,072 neurons`. */
export function plural(count: number, noun: string): string {
	return `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;
}

/** A share in [0, 1] as `93.8 %`; a missing one as its reason. */
export function percent(share: number | null, reason = "not defined"): string {
	return share === null ? `none (${reason})` : `${(share * 100).toFixed(1)} %`;
}

/** Seconds as `4.2 s` or `3 min 20 s`. */
export function duration(seconds: number): string {
	if (seconds < 60) return `${seconds.toFixed(1)} s`;
	return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Left-aligned columns, two spaces between them; numbers (all digits) right-aligned. */
export function table(
	header: readonly string[],
	rows: readonly (readonly string[])[],
): string {
	const widths = header.map((title, column) =>
		Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
	);
	const line = (row: readonly string[]): string =>
		widths
			.map((width, column) => {
				const cell = row[column] ?? "";
				return /^[\d,.]+$/.test(cell)
					? cell.padStart(width)
					: cell.padEnd(width);
			})
			.join("  ")
			.trimEnd();
	return [line(header), ...rows.map(line)].join("\n");
}
