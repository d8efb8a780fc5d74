/** CSV and TSV files, row by row with line numbers; a row that does not fit the header is a problem, never repaired. */
import { CsvError, type Parser, parse } from "csv-parse";
import { DataError } from "../../errors.ts";
import { type TextFileOptions, textPieces } from "../text-file.ts";
import type { Fields } from "./columns.ts";
import type { LineProblem } from "./manifest-line.ts";

export type CsvTable = {
	/** As in the header, trimmed. */
	readonly columns: readonly string[];
	/** The line a row starts on, counted from 1; blank lines are passed over. Reads the file: once. */
	readonly rows: () => AsyncGenerator<CsvRow, void, undefined>;
	/** Ends the reading; needed when `rows` is not read to its end. */
	readonly close: () => Promise<void>;
};

type CsvRow = { readonly line: number } & (
	| { readonly fields: Fields }
	| { readonly problem: LineProblem }
);

/**
 * Opens a table: fields separated by comma, semicolon or tab (whichever the header has most of; always tab in `.tsv` and `.tab`), quoted with
 * `"`, `""` inside quotes; with or without byte order mark, any line ends. Throws the errors of `textPieces`, and DataError `table_empty`,
 * `columns_invalid` (a column without name or twice), `table_invalid` (a quote that does not end in the header). Problems of rows:
 * `row_ragged`, and `row_quotes`, after which nothing more can be read.
 */
export async function openCsv(options: TextFileOptions): Promise<CsvTable> {
	const records = readRecords(options);
	const close = async (): Promise<void> => {
		await records.return();
	};
	const { path, kind } = options;
	try {
		const { value: header } = await records.next();
		if (header === undefined)
			throw new DataError(
				`the ${kind} ${path} is empty: expected a header with the names of the columns`,
				{
					code: "table_empty",
					hint: "Write the names of the columns in the first line, then a clip or caption a line.",
					evidence: { file: path },
				},
			);
		if ("problem" in header)
			throw new DataError(`${path}:${header.line}: ${header.problem.message}`, {
				code: "table_invalid",
				hint: QUOTES_HINT,
				evidence: { file: path },
			});
		const columns = header.record.map((name) => name.trim());
		checkHeader(columns, path);
		return { columns, rows: () => readRows(records, columns), close };
	} catch (error) {
		await close();
		throw error;
	}
}

const QUOTES_HINT =
	'A field with a comma, a line end or a quote is written in quotes, and a quote in it twice: "He said ""hi"".".';

async function* readRows(
	records: AsyncGenerator<CsvRecord, void, undefined>,
	columns: readonly string[],
): AsyncGenerator<CsvRow, void, undefined> {
	const indexes = new Map(columns.map((name, index) => [name, index]));
	for await (const read of records) {
		if ("problem" in read) {
			yield read;
			return;
		}
		const { record, line } = read;
		if (record.length === columns.length)
			yield {
				line,
				fields: (column) => {
					const index = indexes.get(column);
					return index === undefined ? undefined : record[index];
				},
			};
		else
			yield {
				line,
				problem: {
					code: "row_ragged",
					message: `expected ${columns.length} fields as in the header, got ${record.length}${record.length > columns.length ? " (a field with a separator in it must be in quotes)" : ""}`,
				},
			};
	}
}

type CsvRecord = { readonly line: number } & (
	| { readonly record: readonly string[] }
	| { readonly problem: LineProblem }
);

/** The records with the line they start on, blank ones left out; at most one problem, at the end. */
async function* readRecords(
	options: TextFileOptions,
): AsyncGenerator<CsvRecord, void, undefined> {
	const ready: CsvRecord[] = [];
	let lastLine = 0;
	let parser: Parser | undefined;
	const open = (delimiter: string): Parser => {
		const opened = parse({
			delimiter,
			record_delimiter: "\n",
			relax_column_count: true,
			skip_empty_lines: true,
			// Taken here and not from the stream, which drops what it holds when a later record is broken.
			on_record: (record: readonly string[], { lines }) => {
				lastLine = lines;
				const inside = record.reduce(
					(sum, field) => sum + field.split("\n").length - 1,
					0,
				);
				if (record.length > 1 || record[0]?.trim() !== "")
					ready.push({ record, line: lines - inside });
				return null;
			},
		});
		// Errors are seen where the text is written.
		opened.on("error", () => {});
		return opened.resume();
	};
	try {
		for await (const piece of textPieces(options)) {
			parser ??= open(delimiterOf(options.path, piece));
			// One kind of line end, so that lines inside quotes count as one each.
			const error = await feed(parser, piece.replace(/\r\n?/g, "\n"));
			yield* ready.splice(0);
			if (error !== null) {
				yield brokenRecord(error, lastLine);
				return;
			}
		}
		const error = parser === undefined ? null : await feed(parser, null);
		yield* ready.splice(0);
		if (error !== null) yield brokenRecord(error, lastLine);
	} finally {
		parser?.destroy();
	}
}

/** Parses a piece, or with null what is left at the end. Returns what is wrong with it. */
function feed(parser: Parser, piece: string | null): Promise<Error | null> {
	return new Promise((resolve) => {
		const done = (error?: Error | null): void => resolve(error ?? null);
		if (piece === null) {
			parser.once("error", done);
			parser.end(done);
		} else parser.write(piece, done);
	});
}

function brokenRecord(error: Error, lastLine: number): CsvRecord {
	if (!(error instanceof CsvError)) throw error;
	const isOpen = error.code === "CSV_QUOTE_NOT_CLOSED";
	const message = isOpen
		? "a quote is opened and never closed"
		: 'a quote stands where none may be: a field with quotes in it is quoted whole, and they are doubled ("")';
	return {
		// Of an open quote the parser only knows where the file ended.
		line:
			!isOpen && typeof error.lines === "number" ? error.lines : lastLine + 1,
		problem: {
			code: "row_quotes",
			message: `${message}; what follows was not read`,
		},
	};
}

function delimiterOf(path: string, text: string): string {
	if (/\.(tsv|tab)$/i.test(path)) return "\t";
	const header = (/^\s*([^\r\n]*)/.exec(text)?.[1] ?? "").replace(
		/"[^"]*"/g,
		"",
	);
	const counts = [",", "\t", ";"].map((mark) => ({
		mark,
		count: header.split(mark).length,
	}));
	return counts.reduce((best, one) => (one.count > best.count ? one : best))
		.mark;
}

function checkHeader(columns: readonly string[], path: string): void {
	const problems = columns.flatMap((name, index) => {
		const first = columns.indexOf(name);
		if (name === "") return [`column ${index + 1} has no name`];
		return first === index
			? []
			: [
					`columns ${first + 1} and ${index + 1} are both called ${JSON.stringify(name)}`,
				];
	});
	// The index that data frames write as the first column has no name; it is nobody's field.
	const real =
		columns[0] === "" && columns.length > 1 ? problems.slice(1) : problems;
	if (real.length > 0)
		throw new DataError(`the header of ${path}: ${real.join("; ")}`, {
			code: "columns_invalid",
			hint: "Give every column a name of its own.",
			evidence: { file: path, columns },
		});
}
