/** Progress on stderr: a bar with rate and time left on a terminal, plain lines elsewhere. */
import { Presets, SingleBar } from "cli-progress";
import pc from "picocolors";
import type { OnProgress, Progress } from "../types.ts";
import { duration } from "./format.ts";

export type ProgressDisplay = {
	readonly onProgress: OnProgress;
	/** Ends the bar of the current stage; call before printing anything else. */
	finish(): void;
};

/** Anything with `write`; `isTTY` decides between bar and lines. */
export type ProgressStream = NodeJS.WritableStream & {
	readonly isTTY?: boolean;
};

/** `now`: milliseconds of a monotonic clock. `quiet`: nothing is printed. */
export function createProgress(options: {
	readonly stream: ProgressStream;
	readonly now: () => number;
	readonly quiet?: boolean;
}): ProgressDisplay {
	if (options.quiet === true) return { onProgress: () => {}, finish: () => {} };
	return options.stream.isTTY === true
		? barProgress(options.stream, options.now)
		: lineProgress(options.stream, options.now);
}

function barProgress(
	stream: ProgressStream,
	now: () => number,
): ProgressDisplay {
	let bar: SingleBar | undefined;
	let stage: string | undefined;
	let start = { time: 0, done: 0 };
	const finish = (): void => {
		bar?.stop();
		bar = undefined;
		stage = undefined;
	};
	return {
		onProgress: ({ stage: name, done, total }) => {
			const time = now();
			if (name !== stage) {
				finish();
				stage = name;
				start = { time, done };
				bar = new SingleBar(
					{
						stream,
						format: `${pc.bold(name.padEnd(22))} ${pc.cyan("{bar}")} {value}/{total}  {rate}/s  {eta_formatted} left`,
						barsize: 24,
						hideCursor: true,
						etaBuffer: 50,
					},
					Presets.shades_classic,
				);
				bar.start(total ?? done, done, { rate: "-" });
			}
			const rate = rateSince(start, { time, done });
			bar?.setTotal(total ?? done);
			bar?.update(done, { rate: rate === null ? "-" : rateText(rate) });
		},
		finish,
	};
}

/** Where a stage was at a time, in milliseconds. */
type Moment = { readonly time: number; readonly done: number };

/** Per second; null when nothing was done yet. */
function rateSince(start: Moment, now: Moment): number | null {
	const seconds = (now.time - start.time) / 1000;
	return seconds > 0 && now.done > start.done
		? (now.done - start.done) / seconds
		: null;
}

function rateText(rate: number): string {
	return rate < 10 ? rate.toPrecision(2) : rate.toFixed(0);
}

/** One line when a stage starts (again), at most one every five seconds, with the rate and the time left, and one when it ends. */
function lineProgress(
	stream: ProgressStream,
	now: () => number,
): ProgressDisplay {
	let seen: Progress | undefined;
	let printed = { done: -1, at: 0 };
	let start = { time: 0, done: 0 };
	const print = ({ stage, done, total }: Progress, time: number): void => {
		const rate = rateSince(start, { time, done });
		const facts = [
			duration((time - start.time) / 1000),
			...(done === total || rate === null ? [] : [`${rateText(rate)}/s`]),
			...(done === total || rate === null || total === null
				? []
				: [`${duration((total - done) / rate)} left`]),
		];
		stream.write(
			`${stage}: ${done}${total === null ? "" : `/${total}`} (${facts.join(", ")})\n`,
		);
		printed = { done, at: time };
	};
	return {
		onProgress: (progress) => {
			const time = now();
			const { stage, done, total } = progress;
			const starts = seen?.stage !== stage || done < seen.done;
			seen = progress;
			if (starts) {
				start = { time, done };
				printed = { done: -1, at: time };
				stream.write(
					`${stage}: started${total === null ? "" : `, ${total} to do`}\n`,
				);
				if (total === 0) return;
			}
			// The end may be reported more than once.
			const ends = done === total && printed.done !== done;
			if (ends || time - printed.at >= 5000) print(progress, time);
		},
		finish: () => {
			seen = undefined;
		},
	};
}
