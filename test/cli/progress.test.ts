/** Progress on stderr where it is no terminal: lines. */
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { createProgress } from "../../src/cli/progress.ts";

/** The lines for reports of `[milliseconds, stage, done, total]`. */
function linesOf(
	reports: readonly (readonly [number, string, number, number | null])[],
): string[] {
	const stream = new PassThrough();
	let time = 0;
	const { onProgress } = createProgress({ stream, now: () => time });
	for (const [at, stage, done, total] of reports) {
		time = at;
		onProgress({ stage, done, total });
	}
	return String(stream.read() ?? "")
		.trimEnd()
		.split("\n");
}

it("a stage has a line at its start, every five seconds, and at its end", () => {
	expect(
		linesOf([
			[0, "record", 0, 9],
			[4999, "record", 1, 9],
			[5000, "record", 2, 9],
			[9000, "record", 3, 9],
			[10_000, "record", 4, 9],
			[11_000, "record", 9, 9],
		]),
	).toEqual([
		"record: started, 9 to do",
		"record: 2/9 (5.0 s, 0.40/s, 17.5 s left)",
		"record: 4/9 (10.0 s, 0.40/s, 12.5 s left)",
		"record: 9/9 (11.0 s)",
	]);
});

it("an end that is reported twice is one line, and a stage that begins again says so", () => {
	expect(
		linesOf([
			[0, "embeddings", 24, 24],
			[600, "embeddings", 24, 24],
			[700, "embeddings", 1, 72],
			[1700, "embeddings", 72, 72],
			[1800, "embeddings", 48, 48],
			[1900, "embeddings", 48, 48],
		]),
	).toEqual([
		"embeddings: started, 24 to do",
		"embeddings: 24/24 (0.0 s)",
		"embeddings: started, 72 to do",
		"embeddings: 72/72 (1.0 s)",
		"embeddings: started, 48 to do",
		"embeddings: 48/48 (0.0 s)",
	]);
});

it("the rate is of what this call did, and there is none before something is done", () => {
	expect(
		linesOf([
			[0, "record", 100, 1300],
			[5000, "record", 100, 1300],
			[10_000, "record", 200, 1300],
			[130_000, "record", 1300, 1300],
		]),
	).toEqual([
		"record: started, 1300 to do",
		"record: 100/1300 (5.0 s)",
		"record: 200/1300 (10.0 s, 10/s, 1 min 50 s left)",
		"record: 1300/1300 (2 min 10 s)",
	]);
});

it("nothing to do, and no known end", () => {
	expect(linesOf([[0, "traces", 0, 0]])).toEqual(["traces: started, 0 to do"]);
	expect(
		linesOf([
			[0, "rows", 0, null],
			[6000, "rows", 10, null],
		]),
	).toEqual(["rows: started", "rows: 10 (6.0 s, 1.7/s)"]);
});
