/** Times of work done in turns, and the table that compares them. */
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

export type Measured = {
	/** Milliseconds of each round. */
	readonly wall: number[];
	/** Milliseconds of processor time of each round, all threads. */
	readonly cpu: number[];
};

/** Runs the works in turns, `rounds` times each after one that is not counted. */
export async function measureInterleaved<
	const Works extends readonly (() => Promise<void>)[],
>(
	rounds: number,
	works: Works,
): Promise<{ readonly [K in keyof Works]: Measured }> {
	const results = works.map((): Measured => ({ wall: [], cpu: [] }));
	for (let round = -1; round < rounds; round += 1)
		for (const [index, work] of works.entries()) {
			const cpu = process.cpuUsage();
			const start = performance.now();
			await work();
			const wall = performance.now() - start;
			const { user, system } = process.cpuUsage(cpu);
			if (round < 0) continue;
			results[index]?.wall.push(wall);
			results[index]?.cpu.push((user + system) / 1000);
		}
	// One result for each work, in their order.
	return results as { readonly [K in keyof Works]: Measured };
}

const best = (values: readonly number[]): number => Math.min(...values);
const median = (values: readonly number[]): number =>
	[...values].sort((a, b) => a - b)[values.length >> 1] as number;

/** Best and median per clip, wall and processor time, and the ratio of each to the first row. */
export function ratioTable(
	clips: number,
	rows: readonly (readonly [string, Measured])[],
): string {
	const width = Math.max(...rows.map(([label]) => label.length));
	const columns = rows.map(([label, { wall, cpu }]) => ({
		label,
		figures: [best(wall), median(wall), best(cpu), median(cpu)].map(
			(value) => value / clips,
		),
	}));
	const head = ["best", "median", "cpu best", "cpu median"];
	const reference = columns[0]?.figures ?? [];
	return [
		`${"".padEnd(width)}  ${head.map((text) => text.padStart(18)).join("")}`,
		...columns.map(
			({ label, figures }) =>
				`${label.padEnd(width)}  ${figures
					.map((value, index) =>
						`${value.toFixed(2)} (${(value / (reference[index] as number)).toFixed(3)}x)`.padStart(
							18,
						),
					)
					.join("")}`,
		),
	].join("\n");
}

/** Peak of this process's resident memory. Linux hands the parent's peak on in getrusage, so its own figure is read where there is one. */
export function peakMegabytes(): number {
	try {
		const status = readFileSync("/proc/self/status", "utf8");
		return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) / 1024;
	} catch {
		return process.resourceUsage().maxRSS / 1024;
	}
}
