import { spawnSync } from "node:child_process";
import {
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { lockRecording } from "../../src/recordings/lock.ts";
import { thisProcess } from "../../src/recordings/lock-owner.ts";
import { temporaryFolder } from "../support/temporary-store.ts";

const minutesAgo = (minutes: number): Date =>
	new Date(Date.now() - minutes * 60_000);

/** A lock file as another process left it. */
function leave(
	directory: string,
	owner: Partial<ReturnType<typeof thisProcess>>,
	name = "lock.1",
): string {
	mkdirSync(directory, { recursive: true });
	const path = join(directory, name);
	writeFileSync(path, JSON.stringify({ ...thisProcess(), ...owner }));
	return path;
}

const elsewhere = { pid: 1, host: "elsewhere", place: "elsewhere" };
const noPause = async (): Promise<void> => {
	throw new Error("waited");
};

describe("lockRecording", () => {
	it("keeps a second writer out until it is released", async () => {
		const directory = join(temporaryFolder(), "recording");
		const release = await lockRecording(directory);
		await expect(
			lockRecording(directory, { pause: noPause }),
		).rejects.toMatchObject({
			name: "StoreError",
			code: "recording_locked",
			message: `${directory} is being recorded by process ${process.pid}`,
		});
		release();
		(await lockRecording(directory))();
		expect(readdirSync(directory)).toEqual([]);
	});

	it("takes over the lock of a process that has ended, at once", async () => {
		const directory = temporaryFolder();
		const ended = spawnSync(process.execPath, ["-e", "0"]);
		leave(directory, { pid: ended.pid, started: "1" });
		const release = await lockRecording(directory, { pause: noPause });
		expect(readdirSync(directory)).toEqual(["lock.2"]);
		release();
		expect(readdirSync(directory)).toEqual([]);
	});

	it("lets one of many take it over", async () => {
		const directory = temporaryFolder();
		const old = leave(directory, elsewhere);
		utimesSync(old, minutesAgo(2), minutesAgo(2));
		const all = await Promise.allSettled(
			Array.from({ length: 8 }, () => lockRecording(directory)),
		);
		const statuses = all.map(({ status }) => status).sort();
		expect(statuses).toEqual(["fulfilled", ...Array(7).fill("rejected")]);
		expect(readdirSync(directory)).toEqual(["lock.2"]);
	});

	it.runIf(process.platform === "linux")(
		"takes over the lock of a process whose id is used again",
		async () => {
			const directory = temporaryFolder();
			leave(directory, { started: "1" });
			(await lockRecording(directory, { pause: noPause }))();
		},
	);

	it("takes over the lock of another machine or container, or one cut short, once it was not touched for a minute", async () => {
		const directory = temporaryFolder();
		for (const cutShort of [false, true]) {
			const lock = leave(directory, elsewhere);
			if (cutShort) writeFileSync(lock, '{"pid":');
			let waits = 0;
			const release = await lockRecording(directory, {
				pause: async () => {
					waits += 1;
					if (waits === 3) utimesSync(lock, minutesAgo(2), minutesAgo(2));
				},
			});
			expect(waits).toBe(3);
			release();
			expect(readdirSync(directory)).toEqual([]);
		}
	});

	it("refuses when the other machine touches it, and stops waiting at the caller's signal", async () => {
		const directory = temporaryFolder();
		const lock = leave(directory, elsewhere);
		const pause = async (): Promise<void> =>
			utimesSync(lock, minutesAgo(-1), minutesAgo(-1));
		await expect(lockRecording(directory, { pause })).rejects.toMatchObject({
			code: "recording_locked",
			message: `${directory} is being recorded by process 1 on elsewhere`,
		});
		const controller = new AbortController();
		await expect(
			lockRecording(directory, {
				signal: controller.signal,
				pause: async () => controller.abort(),
			}),
		).rejects.toMatchObject({ code: "interrupted" });
		expect(readdirSync(directory)).toEqual(["lock.1"]);
	});

	it("touches the lock while it is held, and never one that was taken over", async () => {
		vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
		onTestFinished(() => {
			vi.useRealTimers();
		});
		const directory = temporaryFolder();
		const release = await lockRecording(directory);
		const lock = join(directory, "lock.1");
		utimesSync(lock, minutesAgo(2), minutesAgo(2));
		vi.advanceTimersByTime(5_000);
		expect(statSync(lock).mtimeMs).toBeGreaterThan(Number(minutesAgo(1)));
		writeFileSync(lock, "another's");
		utimesSync(lock, minutesAgo(2), minutesAgo(2));
		vi.advanceTimersByTime(5_000);
		release();
		expect(readFileSync(lock, "utf8")).toBe("another's");
		expect(statSync(lock).mtimeMs).toBeLessThan(Number(minutesAgo(1)));
	});
});
