/** Ctrl-C: the first lets calls in flight end, the second drops them, the third (or an end that does not come) kills the process. */
import { createGracefulStop } from "../shared/graceful-stop.ts";
import { plural } from "./format.ts";

/** How long the end of everything may take once it is dropped, milliseconds. */
const PATIENCE = 1000;

/** `interrupt` handles SIGINT and SIGTERM. `say` gets what people are told about it, a line at a time. */
export function createInterrupt(say: (line: string) => void): {
	readonly signal: AbortSignal;
	readonly interrupt: () => void;
} {
	const work = new AbortController();
	const drop = new AbortController();
	const kill = (): void => {
		// The default action of the signal: at once, where process.exit would wait for threads that are inside the runtime.
		process.off("SIGINT", interrupt);
		process.kill(process.pid, "SIGINT");
	};
	const interrupt = (): void => {
		if (drop.signal.aborted) {
			kill();
			return;
		}
		if (work.signal.aborted) {
			drop.abort();
			setTimeout(kill, PATIENCE).unref();
			return;
		}
		const stop = createGracefulStop({ drop: drop.signal });
		work.abort(stop);
		// By then every call has heard of it.
		setImmediate(() => {
			const calls = stop.waitedFor();
			say(
				calls === 0
					? "interrupted: what was answered is stored (press Ctrl-C again to stop at once)"
					: `interrupted: finishing ${plural(calls, "call")}; press Ctrl-C again to stop at once`,
			);
		});
	};
	return { signal: work.signal, interrupt };
}
