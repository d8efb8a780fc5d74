/** One clip on its way to rows: what is said about a clip that is not heard to its end. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { frontEndSchema } from "../../src/network/front-ends/schema.ts";
import { prepareClip } from "../../src/recordings/clip-worker.ts";
import { sha256 } from "../../src/shared/hash.ts";
import { sine, wavBytes } from "../support/wav.ts";

const folder = mkdtempSync(join(tmpdir(), "audio-dissect-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function prepare(spec: object, seconds: number) {
	const path = join(folder, "clip.wav");
	const bytes = wavBytes(sine(440, seconds));
	writeFileSync(path, bytes);
	const frontEnd = frontEndSchema.parse(spec);
	const reply = await prepareClip({
		id: "clip",
		path,
		hash: sha256(bytes),
		frontEnd,
	});
	if (reply.status !== "ok") throw new Error(reply.message);
	return reply;
}

describe("prepareClip", () => {
	const samples = { kind: "waveform", sampleRate: 16_000, samples: 16_000 };

	it("says how much of a clip a cut leaves out, and what hears all", async () => {
		const { rows, warnings } = await prepare({ ...samples, long: "cut" }, 4);
		expect(rows).toBe(1);
		expect(warnings).toEqual([
			{
				code: "clip_cut",
				message: `${join(folder, "clip.wav")} is longer than what the network takes: the last 75 % of it was not heard (frontEnd.long: windows hears all)`,
			},
		]);
	});

	it("says what does not fill a patch of musicnn", async () => {
		const { rows, warnings } = await prepare({ kind: "musicnn-mel" }, 5);
		expect(rows).toBe(1);
		expect(warnings).toEqual([
			expect.objectContaining({
				code: "clip_cut",
				message: expect.stringContaining("the last 40 % of it was not heard"),
			}),
		]);
	});

	it("says nothing where windows hear all, or less than a tenth is left out", async () => {
		const windows = await prepare(samples, 2.5);
		expect(windows).toMatchObject({ rows: 3, warnings: [] });
		const cut = await prepare({ ...samples, long: "cut" }, 1.05);
		expect(cut).toMatchObject({ rows: 1, warnings: [] });
	});
});
