/** Audio files of one name: an ambiguous caption is a problem, never the first file. */
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { importAndFiles } from "../../../../src/recordings/import/and/import-and.ts";

const folder = mkdtempSync(join(tmpdir(), "import-and-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content = ""): string {
	const path = join(folder, name);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, content);
	return path;
}

describe("importAndFiles", () => {
	const first = write("audio/fold1/a.wav");
	const second = write("audio/fold2/a.wav");
	write("audio/fold1/b.wav");
	write("audio/fold1/other.wav");
	write("audio/fold2/other.wav");
	const clips = join(folder, "audio");

	it("lists a captioned name that several files have, with their paths, and writes nothing", async () => {
		const captions = write(
			"both.json",
			JSON.stringify({ "a.wav": "A.", "b.wav": "" }),
		);
		const output = join(folder, "refused");
		await expect(
			importAndFiles({ captions, clips, output }),
		).rejects.toMatchObject({
			code: "and_invalid",
			evidence: {
				problems: [
					expect.stringContaining('"b.wav": expected a caption'),
					`${clips}: "a.wav" is ambiguous: expected one file of that name, got ${first}, ${second}`,
				],
			},
		});
		expect(existsSync(output)).toBe(false);
	});

	it("finds audio by every ending that clips of a folder may have", async () => {
		const names = ["1.wav", "2.FLAC", "3.ogg", "4.oga", "5.mp3"];
		for (const name of names) write(`endings/${name}`);
		const captions = write(
			"endings.json",
			JSON.stringify(Object.fromEntries(names.map((name) => [name, "A."]))),
		);
		expect(
			await importAndFiles({
				captions,
				clips: join(folder, "endings"),
				output: join(folder, "found"),
			}),
		).toMatchObject({ clips: 5, withoutAudio: [] });
	});

	it("lets names that nothing is said about be", async () => {
		const captions = write("one.json", JSON.stringify({ "b.wav": "B." }));
		const output = join(folder, "taken");
		expect(await importAndFiles({ captions, clips, output })).toMatchObject({
			clips: 1,
			withoutCaption: ["a.wav", "other.wav"],
		});
	});
});
