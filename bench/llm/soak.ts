/** The soak: a whole study against a server with faults, killed once and interrupted once; every phase is the command line in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { WIDTH } from "./query.ts";
import type { BenchServer } from "./start-server.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export type SoakPhase = {
	/** How it ended: exit code, or signal. */
	readonly end: number | NodeJS.Signals | null;
	readonly seconds: number;
	readonly requests: number;
	/** Good replies that left the server for a request that had been paid for, in this phase. */
	readonly paidTwice: number;
	/** Requests in flight on average, by Little's law: requests a second times the server's delay. */
	readonly inFlight: number;
	/** Resident set, MB: at a quarter of the phase, and its peak after that. */
	readonly memory: { readonly quarter: number; readonly peak: number };
	/** Processor milliseconds of a request, all threads. */
	readonly cpu: number;
	/** Seconds from the signal to the end; null: no signal. */
	readonly ending: number | null;
	/** Last line on stderr. */
	readonly said: string;
};

/** Milliseconds between two looks. */
const LOOK = 500;
/** Clock ticks of /proc a second. */
const TICKS = 100;

/** Runs `dissect` on `config`; `signal` is sent once the server has had `at` requests in all, or at `deadline` (milliseconds since the epoch; SIGINT). */
export async function soakPhase(options: {
	readonly config: string;
	readonly server: BenchServer;
	/** Milliseconds. */
	readonly delay: number;
	readonly stop: {
		readonly at: number;
		readonly signal: NodeJS.Signals;
	} | null;
	readonly deadline: number;
}): Promise<SoakPhase> {
	const { config, server, delay, stop, deadline } = options;
	const before = await server.statistics();
	const started = performance.now();
	const child = spawn(
		process.execPath,
		["--import", "tsx", main, "dissect", "--config", config, "--json"],
		{ stdio: ["ignore", "ignore", "pipe"] },
	);
	let said = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		said = text.trimEnd().split("\n").at(-1) ?? said;
	});
	const ended = new Promise<SoakPhase["end"]>((resolve) =>
		child.on("close", (code, signal) => resolve(signal ?? code)),
	);
	let end: SoakPhase["end"] | undefined;
	void ended.then((value) => {
		end = value;
	});
	const looks: { readonly memory: number; readonly cpu: number }[] = [];
	let signalled: number | null = null;
	while (end === undefined) {
		await Promise.race([
			ended,
			new Promise((resolve) => setTimeout(resolve, LOOK)),
		]);
		looks.push(...look(child));
		if (signalled !== null || end !== undefined) continue;
		const { requests } = await server.statistics();
		const late = Date.now() > deadline;
		if (!late && (stop === null || requests < stop.at)) continue;
		child.kill(late ? "SIGINT" : stop?.signal);
		signalled = performance.now();
	}
	const now = performance.now();
	const after = await server.statistics();
	const requests = after.requests - before.requests;
	const seconds = (now - started) / 1000;
	const quarter = Math.floor(looks.length / 4);
	return {
		end: end ?? null,
		seconds,
		requests,
		paidTwice: after.paidTwice - before.paidTwice,
		inFlight: Math.min(WIDTH, (requests / seconds) * (delay / 1000)),
		memory: {
			quarter: looks[quarter]?.memory ?? Number.NaN,
			peak: Math.max(...looks.slice(quarter).map(({ memory }) => memory)),
		},
		cpu: (looks.at(-1)?.cpu ?? Number.NaN) / requests,
		ending: signalled === null ? null : (now - signalled) / 1000,
		said,
	};
}

/** Resident set (MB) and processor time (milliseconds) of a process; nothing when it has ended. Linux only. */
function look({ pid }: ChildProcess): {
	readonly memory: number;
	readonly cpu: number;
}[] {
	try {
		const resident = /^VmRSS:\s+(\d+)/m.exec(
			readFileSync(`/proc/${pid}/status`, "utf8"),
		)?.[1];
		if (resident === undefined) return [];
		const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
			.replace(/^.*\) /, "")
			.split(" ");
		const ticks = Number(fields[11]) + Number(fields[12]);
		return [{ memory: Number(resident) / 1000, cpu: (1000 * ticks) / TICKS }];
	} catch {
		return [];
	}
}
