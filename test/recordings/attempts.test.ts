/** Clips that a finished recording left out are tried again when asked: the recording with more clips takes the old one's place. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { record } from "../../src/recordings/record.ts";
import { npyBytes } from "../../src/shared/npy.ts";
import { openNpyMatrix } from "../../src/shared/npy-matrix.ts";
import { temporaryFolder } from "../support/temporary-store.ts";
import { clipOf, fakeNetwork, probeSetOf, tone } from "./fake-network.ts";

describe("record with retryExcluded", () => {
	it("runs the clips that were left out, takes over the others, and is what record gives from then on", async () => {
		const folder = temporaryFolder();
		const directory = join(folder, "store");
		const clips = [1, 2, 3].map((name) =>
			tone(folder, `${name}.wav`, name / 10),
		);
		const probeSet = probeSetOf(clips);
		const whole = await record({
			network: fakeNetwork(),
			probeSet,
			directory,
			threads: 1,
		});
		// As if the decoder had crashed over the second clip.
		for (const { path, units } of whole.layers) {
			const matrix = await openNpyMatrix(path);
			const values = await matrix.readRows(0, units);
			await matrix.close();
			const kept = values.filter((_, index) => index % 3 !== 1);
			writeFileSync(path, npyBytes(kept, [units, 2]));
		}
		const file = join(whole.directory, "recording.json");
		const stored = JSON.parse(readFileSync(file, "utf8"));
		const crashed = {
			clip: 1,
			code: "decoder_crashed",
			message: "{path} crashed the decoder twice",
		};
		writeFileSync(
			file,
			JSON.stringify({
				...stored,
				columns: [0, 2],
				padding: [0, 0],
				excluded: [crashed],
			}),
		);

		const left = await record({ network: fakeNetwork(), probeSet, directory });
		expect(left.excluded).toMatchObject([{ code: "decoder_crashed" }]);
		const network = fakeNetwork();
		const again = await record({
			network,
			probeSet,
			directory,
			threads: 1,
			retryExcluded: true,
		});
		// Two that prove what is taken over, and the one that was left out.
		expect(network.runs).toHaveLength(3);
		expect(again.excluded).toEqual([]);
		expect(again.clips.map(({ id }) => id)).toEqual(clips.map(({ id }) => id));
		// Another recording: what was made from the old one stays true.
		expect(again.id).not.toBe(left.id);
		const idle = fakeNetwork();
		const later = await record({ network: idle, probeSet, directory });
		expect(later.id).toBe(again.id);
		const asked = { network: idle, probeSet, directory, retryExcluded: true };
		expect((await record(asked)).id).toBe(again.id);
		expect(idle.runs).toHaveLength(0);
	});

	it("leaves everything as it is when nothing more can be used", async () => {
		const folder = temporaryFolder();
		const directory = join(folder, "store");
		writeFileSync(join(folder, "bad.wav"), "this is not audio");
		const probeSet = probeSetOf([
			tone(folder, "1.wav", 0.1),
			clipOf(join(folder, "bad.wav"), "bad"),
		]);
		const options = { network: fakeNetwork(), probeSet, directory };
		const first = await record(options);
		const before = readdirSync(directory);
		const again = await record({ ...options, retryExcluded: true });
		expect(again).toEqual(first);
		expect(readdirSync(directory)).toEqual(before);
		expect(readdirSync(first.directory)).not.toContain("attempts.json");
	});
});
