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

/** One line when a stage starts, at most one every five seconds, one when it ends. */
function lineProgress(
	stream: ProgressStream,
	now: () => number,
): ProgressDisplay {
	let last: (Progress & { readonly printedAt: number }) | undefined;
	let stageStart = 0;
	const print = (progress: Progress): void => {
		const total = progress.total === null ? "" : `/${progress.total}`;
		const seconds = (now() - stageStart) / 1000;
		stream.write(
			`${progress.stage}: ${progress.done}${total} (${seconds.toFixed(1)} s)\n`,
		);
	};
	return {
		onProgress: (progress) => {
			const time = now();
			if (last?.stage !== progress.stage) {
				stageStart = time;
				last = { ...progress, printedAt: time };
				stream.write(
					`${progress.stage}: started${progress.total === null ? "" : `, ${progress.total} to do`}\n`,
				);
				if (progress.done !== progress.total || progress.total === 0) return;
			}
			const ended = progress.done === progress.total;
			if (ended || time - last.printedAt >= 5000) {
				print(progress);
				last = { ...progress, printedAt: time };
			}
		},
		finish: () => {
			last = undefined;
		},
	};
}
