/** Tables: separators, quotes, line ends, and every row that does not fit by its line. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openCsv } from "../../../src/inputs/probe-set/csv.ts";
import { testFolder } from "./folder.ts";

const folder = testFolder();

async function read(
	content: string | Uint8Array,
	name = "t.csv",
	otherwise?: "windows-1252",
) {
	const csv = await openCsv({
		path: folder.write(name, content),
		kind: "table",
		codes: { missing: "missing", encoding: "encoding" },
		otherwise,
	});
	const rows: unknown[] = [];
	for await (const row of csv.rows())
		rows.push(
			"problem" in row
				? [row.line, row.problem.code]
				: [row.line, ...csv.columns.map(row.fields)],
		);
	return { columns: csv.columns, rows };
}

describe("openCsv", () => {
	it.each([
		["comma", "a,b\n1,2\n", "t.csv"],
		["semicolon", "a;b\n1;2\n", "t.csv"],
		["tab in .csv", "a\tb\n1\t2\n", "t.csv"],
		["tab in .tsv, with commas", "a\tb\n1\t2\n", "t.tsv"],
		["byte order mark", "\uFEFFa,b\n1,2", "t.csv"],
		["CRLF", "a,b\r\n1,2\r\n", "t.csv"],
		["CR", "a,b\r1,2\r", "t.csv"],
		["quotes and spaces in the header", '"a", b\n1,2\n', "t.csv"],
	])("%s", async (_name, text, file) => {
		expect(await read(text.replace('"a", b', '"a",b '), file)).toEqual({
			columns: ["a", "b"],
			rows: [[2, "1", "2"]],
		});
	});

	it.each(["\n", "\r\n"])(
		"rows have the line they start on, with line ends %j inside quotes and blank lines between",
		async (end) => {
			const text = ["a,b", '"x', 'y",1', "", "2,3", '"""q"",",', "  ", "4,5"];
			expect((await read(text.join(end))).rows).toEqual([
				[2, "x\ny", "1"],
				[5, "2", "3"],
				[6, '"q",', ""],
				[8, "4", "5"],
			]);
		},
	);

	it("ragged rows are problems and the others are read", async () => {
		expect((await read("a,b\n1\n2,3\n4,5,6\n7,8")).rows).toEqual([
			[2, "row_ragged"],
			[3, "2", "3"],
			[4, "row_ragged"],
			[5, "7", "8"],
		]);
	});

	it.each([
		['a,b\n1,2\n3,"4\n5,6\n', 3],
		['a,b\n1,2\n3,"4"x\n5,6\n', 3],
		['a,b\n1,2\n3,4"x\n5,6\n', 3],
	])("a quote out of place ends the reading: %j", async (text, line) => {
		expect((await read(text)).rows).toEqual([
			[2, "1", "2"],
			[line, "row_quotes"],
		]);
	});

	it.each([
		["", "table_empty", "is empty"],
		["\n \n", "table_empty", "is empty"],
		["a,,b\n", "columns_invalid", "column 2 has no name"],
		["a,b,a\n", "columns_invalid", 'columns 1 and 3 are both called "a"'],
		['"a,b\n1,2\n', "table_invalid", ":1: a quote is opened and never closed"],
	])("%j is refused", async (text, code, words) => {
		await expect(read(text)).rejects.toMatchObject({
			code,
			message: expect.stringContaining(words),
		});
	});

	it("a data frame's index, a first column without a name, is nobody's field", async () => {
		expect((await read(",a\n0,x\n")).columns).toEqual(["", "a"]);
	});

	it("other encodings are refused with their line, or read when one is expected", async () => {
		const latin = Buffer.from("a,b\n1,2\n3,caf\xe9\n", "latin1");
		await expect(read(latin)).rejects.toMatchObject({
			code: "encoding",
			message: expect.stringContaining("other bytes in line 3"),
		});
		expect((await read(latin, "t.csv", "windows-1252")).rows).toEqual([
			[2, "1", "2"],
			[3, "3", "café"],
		]);
		await expect(
			read(Buffer.from("\uFEFFa,b\n1,2\n", "utf16le")),
		).rejects.toMatchObject({ message: expect.stringContaining("UTF-16") });
	});

	it("a file of many pieces is read like one, the line of a broken byte included", async () => {
		const line = `${"é".repeat(50)},x\n`;
		const text = `a,b\n${line.repeat(10_000)}`;
		const { rows } = await read(text);
		expect(rows).toHaveLength(10_000);
		expect(rows.at(-1)).toEqual([10_001, "é".repeat(50), "x"]);
		await expect(
			read(Buffer.concat([Buffer.from(text), Buffer.of(0xff)])),
		).rejects.toMatchObject({
			message: expect.stringContaining("line 10002"),
		});
	});

	it("property: what is written in quotes comes back, on the right lines", async () => {
		const cell = fc
			.string({ unit: "grapheme", maxLength: 12 })
			.map((text) => text.replace(/\r\n?/g, "\n"));
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }),
				fc.constantFrom(",", ";", "\t"),
				fc.constantFrom("\n", "\r\n"),
				async (rows, mark, end) => {
					const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
					const text = [["a", "b"], ...rows]
						.map((row) => row.map(quoted).join(mark))
						.join(end);
					let line = 2;
					const expected = rows.map(([a, b]) => {
						const start = line;
						line += 1 + `${a}${b}`.split("\n").length - 1;
						return [start, a, b];
					});
					expect((await read(text)).rows).toEqual(expected);
				},
			),
			{ numRuns: 60 },
		);
	});
});
