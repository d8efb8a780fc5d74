/** Which process holds a lock, and whether it still runs. */
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

const ownerSchema = z.strictObject({
	pid: z.int(),
	/** When that process started, as its system counts; a process id that is used again does not hold the lock. Null: not known. */
	started: z.string().nullable(),
	host: z.string(),
	/** Where its process id means the same process: one boot of one machine, or one container of it. */
	place: z.string(),
	/** Two locks are never the same text. */
	nonce: z.string(),
});

export type Owner = z.infer<typeof ownerSchema>;

/** The owner of a new lock. */
export function thisProcess(): Owner {
	return {
		pid: process.pid,
		started: startOf(process.pid),
		host: hostname(),
		place: place(),
		nonce: randomUUID(),
	};
}

/** Its process id means that process here too. */
export function isNear(owner: Owner): boolean {
	return owner.place === place();
}

/** Undefined: still being written, or cut short by a crash. */
export function parseOwner(text: string): Owner | undefined {
	try {
		return ownerSchema.parse(JSON.parse(text));
	} catch {
		return undefined;
	}
}

/** A process that `isNear` still runs. */
export function isAlive(owner: Owner): boolean {
	try {
		process.kill(owner.pid, 0);
	} catch (error) {
		// EPERM: it runs, as somebody else.
		if (!hasCode(error, "EPERM")) return false;
	}
	const started = startOf(owner.pid);
	return (
		owner.started === null || started === null || owner.started === started
	);
}

/** Host, boot and process id namespace; the host alone where there is no /proc. */
function place(): string {
	let system = "";
	try {
		const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
		system = `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
	} catch {
		// Not Linux.
	}
	return `${hostname()} ${system}`.trim();
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

function hasCode(error: unknown, code: string): boolean {
	return error instanceof Error && "code" in error && error.code === code;
}
