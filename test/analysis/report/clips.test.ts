import { readdir, readFile, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { report } from "../../../src/analysis/report/report.ts";
import { sha256 } from "../../../src/shared/hash.ts";
import { clipView, exemplarViews, neuronView, sourceOf } from "./fixture.ts";
import { folderPerTest, writeClip } from "./folder.ts";

const folder = folderPerTest();

describe("clips of a report", () => {
	it("are links, named by content, with the extension of the content", async () => {
		const clips = [
			await writeClip(folder(), "a.mp3", "fLaC"),
			await writeClip(folder(), "b.flac", "OggS"),
			await writeClip(folder(), "c", "ID3 with a long picture"),
			await writeClip(folder(), "d.wav", "who knows"),
		];
		const [flac] = clips;
		await symlink("a.mp3", join(folder(), "symbolic"));
		const high = exemplarViews(
			[5, 4, 3, 2, 1],
			[...clips, clipView({ ...flac, path: join(folder(), "symbolic") })],
		);
		const directory = join(folder(), "out");
		const { clips: count } = await report({
			store: sourceOf({ neurons: [neuronView({ high, low: [] })] }),
			run: "latest",
			directory,
		});
		expect(count).toBe(4);
		expect((await readdir(join(directory, "clips"))).sort()).toEqual(
			["flac", "ogg", "mp3", "audio"]
				.map(
					(extension, index) =>
						`${clips[index]?.hash.slice(0, 20)}.${extension}`,
				)
				.sort(),
		);
		expect((await stat(join(folder(), "a.mp3"))).nlink).toBe(2);
	});

	it("that are gone or have changed are named, not played", async () => {
		const changed = await writeClip(folder(), "changed.wav", "now");
		const high = exemplarViews(
			[2, 1],
			[
				{ ...changed, hash: sha256("then") },
				clipView({ path: join(folder(), "gone.wav") }),
			],
		);
		const directory = join(folder(), "out");
		const { clips } = await report({
			store: sourceOf({ neurons: [neuronView({ high, low: [] })] }),
			run: "latest",
			directory,
		});
		expect(clips).toBe(0);
		const text = await readFile(
			join(directory, "layers/01-layer.0.output.dense/neuron-17.html"),
			"utf8",
		);
		expect(text).toContain(
			"No audio: the file has changed since it was recorded",
		);
		expect(text).toContain(
			"No audio: the file is no longer where it was recorded",
		);
		expect(text).not.toContain("<audio");
	});
});
