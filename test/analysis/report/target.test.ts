import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { report } from "../../../src/analysis/report/report.ts";
import { DataError, InterruptedError } from "../../../src/errors.ts";
import { neuronView, sourceOf } from "./fixture.ts";
import { contents, folderPerTest } from "./folder.ts";

const folder = folderPerTest();

describe("the folder of a report", () => {
	const store = sourceOf({ neurons: [neuronView({ high: [], low: [] })] });

	it("replaces an earlier report and an empty folder", async () => {
		const directory = join(folder(), "out");
		await mkdir(directory);
		await report({ store, run: "latest", directory });
		await writeFile(join(directory, "layers", "old.html"), "");
		await report({ store, run: "latest", directory });
		expect(await readdir(join(directory, "layers"))).toEqual([
			"01-layer.0.output.dense",
		]);
		expect(await readdir(folder())).toEqual(["out"]);
	});

	it.each([
		[
			"a folder of someone else",
			"got a folder without audio-dissect-report.json",
		],
		["a file", "got a file"],
		["a folder with a marker that is not ours", "got a folder without"],
	])("never touches %s", async (kind, message) => {
		const directory = join(folder(), "mine");
		if (kind === "a file") await writeFile(directory, "precious");
		else {
			await mkdir(directory);
			await writeFile(join(directory, "precious.txt"), "precious");
			if (kind.includes("marker"))
				await writeFile(
					join(directory, "audio-dissect-report.json"),
					'{"format":"other"}',
				);
		}
		const before = kind === "a file" ? null : await contents(directory);
		const failure = report({ store, run: "latest", directory });
		await expect(failure).rejects.toThrow(DataError);
		await expect(failure).rejects.toMatchObject({
			code: "report_directory_taken",
			message: expect.stringContaining(message),
		});
		if (before === null)
			expect(await readFile(directory, "utf8")).toBe("precious");
		else expect(await contents(directory)).toEqual(before);
		expect(await readdir(folder())).toEqual(["mine"]);
	});

	it("leaves the earlier report whole when interrupted", async () => {
		const directory = join(folder(), "out");
		await report({ store, run: "latest", directory });
		const before = await contents(directory);
		const controller = new AbortController();
		const failure = report({
			store,
			run: "latest",
			directory,
			signal: controller.signal,
			onProgress: () => controller.abort(),
		});
		await expect(failure).rejects.toThrow(InterruptedError);
		expect(await contents(directory)).toEqual(before);
		expect(await readdir(folder())).toEqual(["out"]);
	});

	it("says what is in the way when it cannot be written", async () => {
		await writeFile(join(folder(), "file"), "");
		await expect(
			report({
				store,
				run: "latest",
				directory: join(folder(), "file", "out"),
			}),
		).rejects.toMatchObject({
			name: "StoreError",
			code: "report_unwritable",
			message: expect.stringContaining(join(folder(), "file", "out")),
		});
	});

	it("clears what a killed process left, but nothing else", async () => {
		const directory = join(folder(), "out");
		const ours = join(folder(), "out.partial-999999999-abcdef");
		const other = join(folder(), "out.partial-999999999-notes");
		const alive = join(folder(), `out.partial-${process.pid}-abcdef`);
		for (const path of [ours, other, alive]) await mkdir(path);
		for (const path of [ours, alive])
			await writeFile(
				join(path, "audio-dissect-report.json"),
				'{"format":"audio-dissect report"}',
			);
		await report({ store, run: "latest", directory });
		expect((await readdir(folder())).sort()).toEqual(
			[directory, other, alive]
				.map((path) => path.slice(folder().length + 1))
				.sort(),
		);
	});
});
