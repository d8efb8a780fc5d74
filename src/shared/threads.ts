/** How many threads an inference gets when nobody says. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** More than this gains little for one clip and takes cores from decoding and front ends. */
const MOST_THREADS = 8;

/**
 * Threads for one inference on this machine: its physical cores, as far as the process may use them, at most 8. A second hyperthread of a core adds
 * nothing to matrix products, which fill the core's vector units; more threads than cores are slower than one.
 * @example await network.openTaps({ threads: defaultThreads() })
 */
export function defaultThreads(): number {
	return threadsFor({
		available: availableParallelism(),
		physical: physicalCores(),
	});
}

/** The rule by itself. `physical` null: not known, then half of what is available counts as cores from four on. */
export function threadsFor(machine: {
	/** Logical processors the process may use. */
	readonly available: number;
	readonly physical: number | null;
}): number {
	const { available, physical } = machine;
	const cores = physical ?? (available >= 4 ? available >> 1 : available);
	return Math.max(1, Math.min(cores, available, MOST_THREADS));
}

/** Linux says it; Apple's processors have no hyperthreads. Null elsewhere. */
function physicalCores(): number | null {
	if (process.platform === "darwin" && process.arch === "arm64")
		return availableParallelism();
	if (process.platform !== "linux") return null;
	try {
		return coresOf(readFileSync("/proc/cpuinfo", "utf8"));
	} catch {
		// No /proc: the rule works without.
		return null;
	}
}

/** Distinct (physical id, core id) pairs of /proc/cpuinfo; null when it does not list them (as on arm64). */
export function coresOf(cpuinfo: string): number | null {
	const cores = new Set<string>();
	let socket = "0";
	for (const line of cpuinfo.split("\n")) {
		const [key = "", value = ""] = line.split(":").map((part) => part.trim());
		if (key === "physical id") socket = value;
		if (key === "core id") cores.add(`${socket}/${value}`);
	}
	return cores.size === 0 ? null : cores.size;
}
