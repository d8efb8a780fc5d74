/** Progress on stderr: a bar with rate and time left on a terminal, plain lines elsewhere. */
import { Presets, SingleBar } from "cli-progress";
import pc from "picocolors";
import type { OnProgress, Progress } from "../types.ts";

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
			const seconds = (time - start.time) / 1000;
			const rate =
				seconds > 0 ? ((done - start.done) / seconds).toFixed(0) : "-";
			bar?.setTotal(total ?? done);
			bar?.update(done, { rate });
		},
		finish,
	};
}

/** One line when a stage starts (again), at most one every five seconds, one when it ends. */
function lineProgress(
	stream: ProgressStream,
	now: () => number,
): ProgressDisplay {
	let seen: Progress | undefined;
	let printed = { done: -1, at: 0 };
	let stageStart = 0;
	const print = ({ stage, done, total }: Progress, time: number): void => {
		const seconds = (time - stageStart) / 1000;
		stream.write(
			`${stage}: ${done}${total === null ? "" : `/${total}`} (${seconds.toFixed(1)} s)\n`,
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
				stageStart = time;
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
