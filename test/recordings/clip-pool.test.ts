/** Clips over which a thread fails are tried once more, in another thread. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { openClipPool } from "../../src/recordings/clip-pool.ts";
import type { ClipRequest } from "../../src/recordings/clip-worker.ts";
import { temporaryFolder } from "../support/temporary-store.ts";

/** A thread that fails as the clip's id says, the first time or always; its warnings name its own thread. */
const SCRIPT = `
	import { existsSync, writeFileSync } from "node:fs";
	import { parentPort, threadId } from "node:worker_threads";
	parentPort.postMessage("ready");
	parentPort.on("message", ({ id, path }) => {
		const first = !existsSync(path);
		writeFileSync(path, String(threadId), { flag: "a" });
		const fails = id.endsWith("always") || (id.endsWith("once") && first);
		if (fails && id.startsWith("dies")) process.exit(3);
		parentPort.postMessage(
			fails
				? { status: "excluded", code: id.startsWith("bad") ? "audio_corrupt" : "unexpected", message: "out of memory" }
				: { status: "ok", features: new Float32Array(1), rows: 1, warnings: [{ code: "thread", message: String(threadId) }] },
		);
	});
`;

function open(size: number) {
	const folder = temporaryFolder();
	const script = join(folder, "worker.mjs");
	writeFileSync(script, SCRIPT);
	const pool = openClipPool(size, pathToFileURL(script));
	onTestFinished(() => pool.close());
	return (id: string) =>
		pool.prepare({
			id,
			path: join(folder, id),
			hash: "",
		} as Partial<ClipRequest> as ClipRequest);
}

describe("openClipPool", () => {
	for (const size of [1, 3])
		it(`uses a clip that fails once, and leaves out one that fails twice (${size} threads)`, async () => {
			const prepare = open(size);
			const replies = await Promise.all(
				["dies once", "dies always", "fails once", "fails always", "fine"].map(
					prepare,
				),
			);
			expect(replies).toMatchObject([
				{ status: "ok" },
				{
					status: "excluded",
					code: "decoder_crashed",
					message: expect.stringContaining("twice: its thread ended"),
				},
				{ status: "ok" },
				{ status: "excluded", code: "unexpected", message: "out of memory" },
				{ status: "ok" },
			]);
		});

	it("tries again in another thread, and takes a verdict about the bytes as it is", async () => {
		const prepare = open(1);
		const threadOf = async (id: string) => {
			const reply = await prepare(id);
			return reply.status === "ok" ? reply.warnings[0]?.message : reply.code;
		};
		const first = await threadOf("fine");
		expect(await threadOf("fails once")).not.toBe(first);
		expect(await threadOf("bad once")).toBe("audio_corrupt");
	});
});
