/** What a command works with: where it prints, its progress, and the signal of Ctrl-C. */
import { performance } from "node:perf_hooks";
import { createInterrupt } from "./interrupt.ts";
import { createProgress, type ProgressDisplay } from "./progress.ts";

export type GlobalOptions = {
	readonly json: boolean;
	readonly quiet: boolean;
	readonly debug: boolean;
};

export type Session = {
	readonly json: boolean;
	readonly progress: ProgressDisplay;
	/** Fires at the first Ctrl-C or SIGTERM: calls in flight may end, nothing more is begun. A second one drops them. Either way nothing committed is lost. */
	readonly signal: AbortSignal;
	/** ISO time, for the store. */
	readonly now: () => string;
	/** Monotonic milliseconds. */
	readonly clock: () => number;
	/** Data, on stdout. */
	print(text: string): void;
	/** The result: `value` as JSON with --json, else `text`. */
	result(value: unknown, text: () => string): void;
	/** A remark for people, on stderr. */
	note(text: string): void;
	close(): void;
};

export function openSession(options: GlobalOptions): Session {
	const progress = createProgress({
		stream: process.stderr,
		now: () => performance.now(),
		quiet: options.quiet,
	});
	const { signal, interrupt } = createInterrupt((text) => {
		progress.finish();
		process.stderr.write(`${text}\n`);
	});
	process.on("SIGINT", interrupt);
	process.on("SIGTERM", interrupt);
	const print = (text: string): void => {
		progress.finish();
		process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
	};
	return {
		json: options.json,
		progress,
		signal,
		now: () => new Date().toISOString(),
		clock: () => performance.now(),
		print,
		result: (value, text) =>
			print(options.json ? JSON.stringify(value, null, 2) : text()),
		note: (text) => {
			progress.finish();
			if (!options.quiet) process.stderr.write(`${text}\n`);
		},
		close: () => {
			process.off("SIGINT", interrupt);
			process.off("SIGTERM", interrupt);
			progress.finish();
		},
	};
}
