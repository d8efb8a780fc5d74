/** Lines of JSON from a response, as they arrive: a file of results can have hundreds of megabytes. */

/** Thrown when a download ends, or stops, before its last line is whole. */
export class CutDownloadError extends Error {}

/**
 * Parses each line; empty ones are left out. Throws CutDownloadError when nothing arrives for `idleSeconds`, the connection breaks, or
 * a line is no JSON: lines are written by the provider, so one that is not whole was cut.
 */
export async function* readJsonLines(
	response: Response,
	options: { readonly idleSeconds: number; readonly signal: AbortSignal },
): AsyncGenerator<unknown> {
	const { signal, idleSeconds } = options;
	const reader = response.body?.getReader();
	if (reader === undefined) return;
	const decoder = new TextDecoder();
	let rest = "";
	try {
		for (;;) {
			const chunk = await within(reader.read(), idleSeconds, signal);
			rest += decoder.decode(chunk.value, { stream: !chunk.done });
			const lines = rest.split("\n");
			rest = chunk.done ? "" : (lines.pop() ?? "");
			for (const line of lines) if (line.trim() !== "") yield parse(line);
			if (chunk.done) return;
		}
	} finally {
		// Also when the caller stops early: the connection is not kept for the rest.
		await reader.cancel().catch(() => undefined);
	}
}

function parse(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch (error) {
		throw new CutDownloadError("a line is not whole", { cause: error });
	}
}

async function within<T>(
	promise: Promise<T>,
	seconds: number,
	signal: AbortSignal,
): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	let stop: (() => void) | undefined;
	try {
		return await Promise.race([
			promise.catch((error: unknown) => {
				throw new CutDownloadError("the connection broke", { cause: error });
			}),
			new Promise<never>((_, reject) => {
				stop = () => reject(signal.reason);
				signal.addEventListener("abort", stop, { once: true });
				if (signal.aborted) stop();
				timer = setTimeout(
					() =>
						reject(new CutDownloadError(`nothing arrived for ${seconds} s`)),
					seconds * 1000,
				);
			}),
		]);
	} finally {
		clearTimeout(timer);
		if (stop !== undefined) signal.removeEventListener("abort", stop);
	}
}
