/** One process per unfinished recording: a file that names its writer. The lock of a process that has ended is taken over. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { StoreError } from "../errors.ts";

const ownerSchema = z.strictObject({
	pid: z.int(),
	/** When that process started, as its system counts; a process id that is used again does not hold the lock. Null: not known. */
	started: z.string().nullable(),
	host: z.string(),
});

type Owner = z.infer<typeof ownerSchema>;

/**
 * Takes the lock of the recording in `directory` (which is made) and returns its release.
 * Throws StoreError `recording_locked` when a running process has it, or one of another machine, which cannot be looked at from here.
 */
export function lockRecording(directory: string): () => void {
	mkdirSync(directory, { recursive: true });
	const path = join(directory, "lock");
	const self: Owner = {
		pid: process.pid,
		started: startOf(process.pid),
		host: hostname(),
	};
	const text = JSON.stringify(self);
	for (let attempt = 0; ; attempt += 1) {
		try {
			writeFileSync(path, text, { flag: "wx" });
			return () => rmSync(path, { force: true });
		} catch (error) {
			if (
				!(error instanceof Error && "code" in error && error.code === "EEXIST")
			)
				throw error;
		}
		const owner = readOwner(path);
		if (attempt > 10 || (owner !== undefined && isAlive(owner, self)))
			throw lockedError(directory, path, owner);
		rmSync(path, { force: true });
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
			hint: elsewhere
				? `Wait for it, or delete ${path} if that machine no longer works on it.`
				: "Wait for it to end; what it has recorded is then served from disk.",
			evidence: { pid: owner?.pid ?? null, file: path },
		},
	);
}

/** Undefined: gone meanwhile, or cut short by a crash. */
function readOwner(path: string): Owner | undefined {
	try {
		return ownerSchema.parse(JSON.parse(readFileSync(path, "utf8")));
	} catch {
		return undefined;
	}
}

function isAlive(owner: Owner, self: Owner): boolean {
	if (owner.host !== self.host) return true;
	try {
		process.kill(owner.pid, 0);
	} catch (error) {
		// EPERM: it runs, as somebody else.
		if (!(error instanceof Error && "code" in error && error.code === "EPERM"))
			return false;
	}
	const started = startOf(owner.pid);
	return (
		owner.started === null || started === null || owner.started === started
	);
}

/** Field 22 of /proc/PID/stat (clock ticks since boot); null where there is no /proc. */
function startOf(pid: number): string | null {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// The second field, the program's name, may contain spaces and parentheses.
		return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
	} catch {
		return null;
	}
}
