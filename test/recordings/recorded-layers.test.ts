import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
	readRecordedLayers,
	readRecordedPadding,
} from "../../src/recordings/recorded-layers.ts";
import { temporaryFolder } from "../support/temporary-store.ts";

describe("readRecordedPadding", () => {
	it("gives the share of every column; nothing when the recording does not say", async () => {
		const directory = temporaryFolder();
		for (const [padding, expected] of [
			[
				[0.5, null, 0],
				[0.5, null, 0],
			],
			[null, []],
			[undefined, []],
		]) {
			await writeFile(
				join(directory, "recording.json"),
				JSON.stringify({ layers: [], padding }),
			);
			expect(await readRecordedPadding(directory)).toEqual(expected);
		}
	});
});

describe("readRecordedLayers", () => {
	it("gives names, units and absolute paths, whatever else the file says", async () => {
		const directory = temporaryFolder();
		await writeFile(
			join(directory, "recording.json"),
			JSON.stringify({
				id: "1",
				later: true,
				layers: [
					{ name: "a", units: 2, file: "0.npy", later: 1 },
					{ name: "a@max", units: 2, file: "1.npy" },
				],
			}),
		);
		expect(await readRecordedLayers(directory)).toEqual([
			{ name: "a", units: 2, path: join(directory, "0.npy") },
			{ name: "a@max", units: 2, path: join(directory, "1.npy") },
		]);
	});

	it("says that there is none, or that it is broken", async () => {
		const directory = temporaryFolder();
		await expect(readRecordedLayers(directory)).rejects.toMatchObject({
			name: "DataError",
			code: "recording_missing",
			message: expect.stringContaining(
				`there is no finished recording in ${directory}`,
			),
		});
		for (const text of ["{", '{"layers":[{"name":1}]}']) {
			await writeFile(join(directory, "recording.json"), text);
			await expect(readRecordedLayers(directory)).rejects.toMatchObject({
				name: "DataError",
				code: "recording_invalid",
			});
		}
	});
});
