/**
 * One process per unfinished recording: a file that names its writer, `lock.N`, touched every few seconds while it is held. The lock of a process
 * that has ended is taken over by whoever makes `lock.N+1`, and only one can: a file of a name is made once.
 */
import { randomUUID } from "node:crypto";
import {
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pauseFor } from "node:timers/promises";
import { StoreError, throwIfInterrupted } from "../errors.ts";
import {
	isAlive,
	isNear,
	type Owner,
	parseOwner,
	thisProcess,
} from "./lock-owner.ts";

/** The lock is touched so often, in milliseconds. */
const BEAT = 5_000;
/** A lock that was not touched for so long is a dead process's, when its process cannot be looked at from here. */
const DEAD_AFTER = 60_000;
const LOOK_AGAIN = 1_000;

const LOCK_NAME = /^lock\.(\d+)$/;

export type LockOptions = {
	readonly signal?: AbortSignal | undefined;
	/** Waits so many milliseconds. */
	readonly pause?: (milliseconds: number) => Promise<void>;
};

/**
 * Takes the lock of the recording in `directory` (which is made) and returns its release. The lock of a process of this machine that has ended is taken
 * over at once; that of another machine or container once it has not been touched for a minute, which is waited for.
 * Throws StoreError `recording_locked` when a running process has it; InterruptedError when the signal fires while waiting.
 */
export async function lockRecording(
	directory: string,
	options: LockOptions = {},
): Promise<() => void> {
	mkdirSync(directory, { recursive: true });
	/** Keys of locks whose processes have ended. */
	const dead = new Set<string>();
	for (;;) {
		const held = locksIn(directory).filter(({ key }) => !dead.has(key));
		const [first] = held;
		if (first === undefined) {
			const release = claim(directory, dead);
			if (release !== undefined) return release;
		} else if (await hasEnded(directory, first, options)) dead.add(first.key);
	}
}

type Lock = {
	readonly number: number;
	readonly path: string;
	/** Changes when the lock is touched or another one takes its name. */
	readonly key: string;
	readonly text: string;
	/** When it was touched last, by the clock of the file system. */
	readonly touched: number;
};

/** A file that goes meanwhile is not there. */
function locksIn(directory: string): Lock[] {
	return readdirSync(directory).flatMap((name) => {
		const number = LOCK_NAME.exec(name)?.[1];
		const path = join(directory, name);
		const lock = number === undefined ? undefined : readLock(path);
		return lock === undefined
			? []
			: [
					{
						...lock,
						number: Number(number),
						path,
						key: `${number} ${lock.touched} ${lock.text}`,
					},
				];
	});
}

function readLock(path: string): Pick<Lock, "text" | "touched"> | undefined {
	try {
		return {
			text: readFileSync(path, "utf8"),
			touched: statSync(path).mtimeMs,
		};
	} catch (error) {
		if (hasCode(error, "ENOENT")) return undefined;
		throw error;
	}
}

/** Makes the lock that follows those of dead processes. Undefined when somebody else was quicker. */
function claim(
	directory: string,
	dead: ReadonlySet<string>,
): (() => void) | undefined {
	const before = locksIn(directory);
	if (before.some(({ key }) => !dead.has(key))) return undefined;
	const number = Math.max(0, ...before.map((lock) => lock.number)) + 1;
	const path = join(directory, `lock.${number}`);
	const text = JSON.stringify(thisProcess());
	try {
		writeFileSync(path, text, { flag: "wx" });
	} catch (error) {
		if (hasCode(error, "EEXIST")) return undefined;
		throw error;
	}
	// Between looking and making, others may have come and gone, and the numbers started anew: all that is there must be known to be dead.
	const others = locksIn(directory).filter((lock) => lock.number !== number);
	if (others.some(({ key }) => !dead.has(key))) {
		rmSync(path, { force: true });
		return undefined;
	}
	for (const lock of others) rmSync(lock.path, { force: true });
	return holdLock(path, text);
}

function holdLock(path: string, text: string): () => void {
	const beat = setInterval(() => {
		try {
			// The same bytes: the file system's own clock then says when. A file that is gone stays gone.
			if (readLock(path)?.text === text)
				writeFileSync(path, text, { flag: "r+" });
		} catch {
			// Taken over while this process was stopped, or the disk is gone: the next write says so.
		}
	}, BEAT);
	beat.unref();
	return () => {
		clearInterval(beat);
		if (readLock(path)?.text === text) rmSync(path, { force: true });
	};
}

/** True: its process has ended. False: it is gone or another one meanwhile. Throws `recording_locked`. */
async function hasEnded(
	directory: string,
	lock: Lock,
	{ signal, pause = (milliseconds) => pauseFor(milliseconds) }: LockOptions,
): Promise<boolean> {
	const owner = parseOwner(lock.text);
	if (owner !== undefined && isNear(owner)) {
		if (isAlive(owner)) throw lockedError(directory, lock.path, owner);
		return true;
	}
	for (;;) {
		throwIfInterrupted(signal);
		const now = readLock(lock.path);
		if (now === undefined || now.text !== lock.text) return false;
		if (now.touched > lock.touched)
			throw lockedError(directory, lock.path, owner);
		if (timeIn(directory) - now.touched >= DEAD_AFTER) return true;
		await pause(LOOK_AGAIN);
	}
}

/** By the clock of the file system, which may be another machine's. */
function timeIn(directory: string): number {
	const probe = join(directory, `lock.time-${randomUUID()}`);
	try {
		writeFileSync(probe, "");
		return statSync(probe).mtimeMs;
	} finally {
		rmSync(probe, { force: true });
	}
}

function lockedError(
	directory: string,
	path: string,
	owner: Owner | undefined,
): StoreError {
	const elsewhere = owner !== undefined && owner.host !== hostname();
	return new StoreError(
		`${directory} is being recorded by process ${owner?.pid ?? "unknown"}${elsewhere ? ` on ${owner.host}` : ""}`,
		{
			code: "recording_locked",
			hint: "Wait for it to end; what it has recorded is then served from disk.",
			evidence: { pid: owner?.pid ?? null, file: path },
		},
	);
}

function hasCode(error: unknown, code: string): boolean {
	return error instanceof Error && "code" in error && error.code === code;
}
