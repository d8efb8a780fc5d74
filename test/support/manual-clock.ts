/** A clock that moves only when told, with its timers: nothing sleeps. */
import type { LimitClock } from "../../src/llm/limits.ts";

export type ManualClock = LimitClock & {
	/** Moves on, calling back what falls due in order; promises settle in between. */
	advance(milliseconds: number): Promise<void>;
};

export function manualClock(): ManualClock {
	let time = 0;
	const timers = new Set<{ at: number; callback: () => void }>();
	return {
		now: () => time,
		after: (milliseconds, callback) => {
			const timer = { at: time + milliseconds, callback };
			timers.add(timer);
			return () => void timers.delete(timer);
		},
		advance: async (milliseconds) => {
			const end = time + milliseconds;
			for (;;) {
				await settled();
				const next = [...timers]
					.filter(({ at }) => at <= end)
					.sort((a, b) => a.at - b.at)[0];
				if (next === undefined) break;
				timers.delete(next);
				time = next.at;
				next.callback();
			}
			time = end;
			await settled();
		},
	};
}

/** Lets everything that can go on go on. */
export async function settled(): Promise<void> {
	for (let turn = 0; turn < 5; turn += 1)
		await new Promise((resolve) => setImmediate(resolve));
}
