import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lockRecording } from "../../src/recordings/lock.ts";
import { temporaryFolder } from "../support/temporary-store.ts";

const refused = (directory: string): unknown => {
	try {
		lockRecording(directory);
	} catch (error) {
		return error;
	}
	return undefined;
};

describe("lockRecording", () => {
	it("keeps a second writer out until it is released", () => {
		const directory = join(temporaryFolder(), "recording");
		const release = lockRecording(directory);
		expect(refused(directory)).toMatchObject({
			name: "StoreError",
			code: "recording_locked",
			message: `${directory} is being recorded by process ${process.pid}`,
		});
		release();
		lockRecording(directory)();
		expect(existsSync(join(directory, "lock"))).toBe(false);
	});

	it("takes over the lock of a process that has ended", () => {
		const directory = temporaryFolder();
		const ended = spawnSync(process.execPath, ["-e", "0"]);
		const lock = join(directory, "lock");
		writeFileSync(
			lock,
			JSON.stringify({ pid: ended.pid, started: "1", host: hostname() }),
		);
		lockRecording(directory)();
		// Cut short by a crash.
		writeFileSync(lock, '{"pid":');
		lockRecording(directory)();
	});

	it.runIf(process.platform === "linux")(
		"takes over the lock of a process whose id is used again",
		() => {
			const directory = temporaryFolder();
			writeFileSync(
				join(directory, "lock"),
				JSON.stringify({ pid: process.pid, started: "1", host: hostname() }),
			);
			lockRecording(directory)();
		},
	);

	it("leaves the lock of another machine alone and says where it is", () => {
		const directory = join(temporaryFolder(), "there");
		mkdirSync(directory);
		writeFileSync(
			join(directory, "lock"),
			JSON.stringify({ pid: 1, started: null, host: "elsewhere" }),
		);
		expect(refused(directory)).toMatchObject({
			code: "recording_locked",
			message: `${directory} is being recorded by process 1 on elsewhere`,
			hint: expect.stringContaining(`delete ${join(directory, "lock")}`),
		});
	});
});
