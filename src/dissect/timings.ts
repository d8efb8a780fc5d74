/** Stored times are those of all calls together: a run that was resumed took as long as its parts. */
import { z } from "zod";
import type { Store } from "../store/store.ts";

const timingsSchema = z.record(z.string(), z.number()).nullable();

/** Seconds per stage that `run` took before; empty for a new one. */
export function earlierSeconds(
	store: Store,
	run: string,
): Readonly<Record<string, number>> {
	return timingsSchema.parse(store.readRun(run).timings) ?? {};
}

/** `seconds` with those of earlier calls added. */
export function allSeconds(
	before: Readonly<Record<string, number>>,
	seconds: Readonly<Record<string, number>>,
): Record<string, number> {
	return {
		...before,
		...Object.fromEntries(
			Object.entries(seconds).map(([stage, value]) => [
				stage,
				value + (before[stage] ?? 0),
			]),
		),
	};
}
