import {
	mkdtemp,
	open,
	readFile,
	rm,
	truncate,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	npyBytes,
	npyHeader,
	parseNpyHeader,
	readNpyHeader,
} from "../../src/shared/npy.ts";
import { openNpyMatrix } from "../../src/shared/npy-matrix.ts";

type Golden = Record<
	string,
	{ readonly shape: number[]; readonly file: string }
>;
const golden = JSON.parse(
	await readFile(new URL("../fixtures/npy/npy.json", import.meta.url), "utf8"),
) as Golden;

function file(name: string): Buffer {
	return Buffer.from(golden[name]?.file ?? "", "base64");
}

let directory: string;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), "npy-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function saved(name: string, bytes: Uint8Array): Promise<string> {
	const path = join(directory, `${name}.npy`);
	await writeFile(path, bytes);
	return path;
}

const ours = [
	"2x3",
	"vector",
	"scalar",
	"empty rows",
	"many axes",
	"15 axes",
	"14 axes",
	"wide",
];

describe("npyHeader and npyBytes", () => {
	it.each(ours)("writes the bytes numpy.save writes: %s", (name) => {
		const expected = file(name);
		const { dataOffset } = parseNpyHeader(expected, name);
		const data = new Float32Array(
			new Uint8Array(expected.subarray(dataOffset)).buffer,
		);
		const shape = golden[name]?.shape ?? [];
		expect(Buffer.from(npyBytes(data, shape))).toEqual(expected);
	});

	it("aligns the data to 64 bytes for every shape", () => {
		fc.assert(
			fc.property(
				fc.array(fc.nat({ max: 2 ** 31 }), { maxLength: 12 }),
				(shape) => {
					const header = npyHeader({ shape, type: "float32" });
					expect(header.length % 64).toBe(0);
					expect(parseNpyHeader(header, "file")).toEqual({
						shape,
						type: "float32",
						dataOffset: header.length,
					});
				},
			),
		);
	});

	it("refuses lengths that are not lengths and data that does not fit", () => {
		expect(() => npyHeader({ shape: [2, -1], type: "float32" })).toThrow(
			"Expected each length of `shape` to be an integer from 0 and up, got `-1`",
		);
		expect(() => npyBytes(new Float32Array(5), [2, 3])).toThrow(
			"Expected `data` to have 6 values for shape (2, 3), got `5`",
		);
	});
});

describe("parseNpyHeader", () => {
	it("reads version 2", () => {
		expect(parseNpyHeader(file("version 2"), "two").shape).toEqual([2, 3]);
	});

	it.each([
		[
			"float64",
			"f.npy cannot be used: expected little-endian float32 ('<f4') in C order, got '<f8' in C order",
		],
		[
			"fortran",
			"f.npy cannot be used: expected little-endian float32 ('<f4') in C order, got '<f4' in Fortran order",
		],
		[
			"big-endian",
			"f.npy cannot be used: expected little-endian float32 ('<f4') in C order, got '>f4' in C order",
		],
	])("refuses %s", (name, message) => {
		expect(() => parseNpyHeader(file(name), "f.npy")).toThrowError(
			expect.objectContaining({ code: "npy_unsupported", message }),
		);
	});

	it("refuses other files and cut headers", () => {
		expect(() =>
			parseNpyHeader(Buffer.from("PK\x03\x04zipzipzip"), "a.npz"),
		).toThrowError(
			expect.objectContaining({
				code: "npy_invalid",
				message:
					'a.npz is not an .npy file: expected it to start with \\x93NUMPY, got "PK\\u0003\\u0004zi"',
			}),
		);
		expect(() =>
			parseNpyHeader(file("2x3").subarray(0, 40), "cut.npy"),
		).toThrowError(expect.objectContaining({ code: "npy_truncated" }));
		const nonsense = Buffer.from(file("2x3"));
		nonsense.write("sharp", nonsense.indexOf("shape"));
		expect(() => parseNpyHeader(nonsense, "odd.npy")).toThrowError(
			expect.objectContaining({ code: "npy_invalid" }),
		);
	});
});

describe("openNpyMatrix", () => {
	it("reads rows by offset, bit for bit", async () => {
		const path = await saved("rows", file("2x3"));
		const matrix = await openNpyMatrix(path);
		expect([matrix.rows, matrix.columns]).toEqual([2, 3]);
		expect([...(await matrix.readRows(1, 1))]).toEqual([
			Number.NaN,
			Number.POSITIVE_INFINITY,
			Math.fround(-3.25e-7),
		]);
		const all = await matrix.readRows(0, 2);
		expect(Object.is(all[1], -0)).toBe(true);
		expect(all.length).toBe(6);
		expect((await matrix.readRows(2, 0)).length).toBe(0);
		expect(() => matrix.readRows(1, 2)).toThrow(
			`Expected rows within 0 to 1 of ${path}, got \`1\` to \`2\``,
		);
		await matrix.close();
	});

	it("reads rows at once into what it is given, as long as they are there", async () => {
		const path = await saved("sync", file("2x3"));
		const matrix = await openNpyMatrix(path);
		const target = new Float32Array(8).fill(7);
		matrix.readRowsSync(0, 2, target.subarray(1));
		expect([...target.slice(1, 7)]).toEqual([...(await matrix.readRows(0, 2))]);
		expect([target[0], target[7]]).toEqual([7, 7]);
		expect(() => matrix.readRowsSync(1, 2, target)).toThrow(
			`Expected rows within 0 to 1 of ${path}, got \`1\` to \`2\``,
		);
		await truncate(path, 150);
		expect(() => matrix.readRowsSync(0, 2, target)).toThrowError(
			expect.objectContaining({
				code: "npy_truncated",
				message:
					"an .npy file became shorter while it was read: expected 24 bytes at 128, got 22",
			}),
		);
		await matrix.close();
	});

	it("reads the header of an open file", async () => {
		const handle = await open(await saved("header", file("version 2")), "r");
		expect((await readNpyHeader(handle, "header")).shape).toEqual([2, 3]);
		await handle.close();
	});

	it("refuses missing, cut and one-axis files", async () => {
		await expect(
			openNpyMatrix(join(directory, "none.npy")),
		).rejects.toMatchObject({ code: "npy_missing", name: "DataError" });
		const cut = await saved("cut", file("2x3").subarray(0, -1));
		await expect(openNpyMatrix(cut)).rejects.toMatchObject({
			code: "npy_truncated",
			message: `${cut} is cut short: expected 152 bytes for shape (2, 3), got 151`,
		});
		await expect(
			openNpyMatrix(await saved("vector", file("vector"))),
		).rejects.toMatchObject({ code: "npy_shape" });
		await expect(
			openNpyMatrix(await saved("empty", new Uint8Array())),
		).rejects.toMatchObject({ code: "npy_invalid" });
	});
});
