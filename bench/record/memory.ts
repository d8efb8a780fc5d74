/** Peak of this process's resident memory. */
import { readFileSync } from "node:fs";

/** In MB. Linux hands the parent's peak on in getrusage, so its own figure is read where there is one. */
export function peakMegabytes(): number {
	try {
		const status = readFileSync("/proc/self/status", "utf8");
		return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) / 1024;
	} catch {
		return process.resourceUsage().maxRSS / 1024;
	}
}
