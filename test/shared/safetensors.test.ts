import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openNpyMatrix } from "../../src/shared/npy-matrix.ts";
import { openSafetensorsMatrix } from "../../src/shared/safetensors.ts";
import { temporaryFolder } from "../support/temporary-store.ts";

const fixture = (name: string) =>
	fileURLToPath(new URL(`../fixtures/import/${name}`, import.meta.url));
/** Written by safetensors 0.x from the tensor that numpy saved as fc.npy. */
const file = fixture("types.safetensors");

async function read(name: string): Promise<Float32Array> {
	const matrix = await openSafetensorsMatrix(file, name);
	const values = await matrix.readRows(0, matrix.rows);
	await matrix.close();
	return values;
}

describe("openSafetensorsMatrix", () => {
	it("reads F32, F16, BF16 and F64", async () => {
		const npy = await openNpyMatrix(fixture("activations/fc.npy"));
		const expected = await npy.readRows(0, 12);
		await npy.close();
		expect(await read("fc")).toEqual(expected);
		expect(await read("double")).toEqual(expected);
		for (const [name, digits] of [
			["half", 2 ** -11],
			["brain", 2 ** -8],
		] as const)
			for (const [index, value] of (await read(name)).entries()) {
				const exact = expected[index] as number;
				expect(Math.abs(value - exact)).toBeLessThanOrEqual(
					Math.abs(exact) * digits,
				);
			}
	});

	it("reads rows by offset", async () => {
		const matrix = await openSafetensorsMatrix(file, "fc");
		expect([matrix.rows, matrix.columns]).toEqual([12, 3]);
		const all = await matrix.readRows(0, 12);
		expect(await matrix.readRows(5, 2)).toEqual(all.subarray(15, 21));
		await expect(matrix.readRows(11, 2)).rejects.toThrow(
			"Expected rows within 0 to 11",
		);
		await matrix.close();
	});

	it("names what is wrong", async () => {
		await expect(openSafetensorsMatrix(file, "fd")).rejects.toMatchObject({
			code: "safetensors_unknown",
			hint: 'did you mean "fc"?',
		});
		await expect(openSafetensorsMatrix(file, "whole")).rejects.toMatchObject({
			code: "safetensors_unsupported",
			message: `tensor "whole" of ${file} holds I64: expected F32, F16, BF16 or F64`,
		});
		await expect(openSafetensorsMatrix(file, "flat")).rejects.toMatchObject({
			code: "safetensors_shape",
		});
		const folder = temporaryFolder();
		const damaged = (name: string, bytes: Uint8Array): string => {
			const path = join(folder, name);
			writeFileSync(path, bytes);
			return path;
		};
		const bytes = readFileSync(file);
		for (const [name, content, code] of [
			["cut", bytes.subarray(0, -300), "safetensors_truncated"],
			["short", bytes.subarray(0, 4), "safetensors_invalid"],
			["text", Buffer.from("this is not safetensors"), "safetensors_invalid"],
		] as const)
			await expect(
				openSafetensorsMatrix(damaged(name, content), "half"),
			).rejects.toMatchObject({ code });
		await expect(
			openSafetensorsMatrix(join(folder, "none"), "fc"),
		).rejects.toMatchObject({ code: "safetensors_missing" });
	});
});
