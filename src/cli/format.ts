/** Numbers and tables for people. */

/** `1 clip`, `2 clips`, `3,072 neurons`. */
export function plural(count: number, noun: string): string {
	return `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;
}

/** A share in [0, 1] as `93.8 %`; a missing one as its reason. */
export function percent(share: number | null, reason = "not defined"): string {
	return share === null ? `none (${reason})` : `${(share * 100).toFixed(1)} %`;
}

/** US dollars as `0.0123 USD`; null as `unknown`. */
export function usd(dollars: number | null): string {
	if (dollars === null) return "unknown";
	if (dollars === 0) return "0 USD";
	return dollars < 0.0001
		? "under 0.0001 USD"
		: `${dollars.toLocaleString("en-GB", { minimumFractionDigits: 4, maximumFractionDigits: 4 })} USD`;
}

/** Seconds as `4.2 s`, `3 min 20 s` or `2 h 5 min`. */
export function duration(seconds: number): string {
	if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
	const minutes = Math.round(seconds / 60);
	return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `512 B`, `1.5 kB`, `2.3 GB`: powers of 1000. */
export function bytes(count: number): string {
	const units = ["B", "kB", "MB", "GB", "TB"];
	let value = count;
	let unit = 0;
	while (value >= 999.95 && unit < units.length - 1) {
		value /= 1000;
		unit += 1;
	}
	return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
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

/** Texts come from files and models: nothing in them may steer the terminal. */
export function printable(text: string): string {
	return text.replace(/[^\P{C}\n]/gu, "\u{FFFD}");
}

/** An argument as it can be pasted into a shell: quoted when it has to be. */
export function shellWord(word: string): string {
	return /^[\p{L}\p{N}_@%+=:,./~-]+$/u.test(word)
		? word
		: `'${word.replaceAll("'", "'\\''")}'`;
}
