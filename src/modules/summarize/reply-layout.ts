/** Tables and headings of a reply: rows become lines, and a heading ends with a colon, which makes it no statement. */

const row = /^\s*\|.*\|\s*$/u;
/** `| --- | :-: |` under a table's head. */
const rule = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/u;
const heading = /^\s*#{1,6}\s/u;
/** A line that is wholly bold and no numbered item. */
const bold = /^\s*(?:\*\*|__)(?!\s*\(?\d)[^*]+(?:\*\*|__)\s*$/u;
/** How a statement or a label ends, closing marks aside. */
const finished = /[.!?…:]["”’)*_]*\s*$/u;

/** The lines of a reply without the rules and heads of tables, cells in one line, headings marked as such. */
export function withoutLayout(lines: readonly string[]): string[] {
	return lines.flatMap((line, index) => {
		if (row.test(line))
			return rule.test(line) || rule.test(lines[index + 1] ?? "")
				? []
				: [cellsOf(line)];
		return isHeading(lines, index) ? [`${line.trim()}:`] : [line];
	});
}

/** The cells but for those that only number the row. */
function cellsOf(line: string): string {
	return line
		.split("|")
		.map((cell) => cell.trim())
		.filter((cell) => cell !== "" && !/^\d+\.?$/u.test(cell))
		.join(": ");
}

/** Something other than a heading stands under a heading: bold lines one under the other are statements. */
function isHeading(lines: readonly string[], index: number): boolean {
	const line = lines[index] ?? "";
	if (finished.test(line)) return false;
	if (heading.test(line)) return true;
	if (!bold.test(line)) return false;
	const next = lines.find((other, at) => at > index && other.trim() !== "");
	return next !== undefined && !bold.test(next);
}
