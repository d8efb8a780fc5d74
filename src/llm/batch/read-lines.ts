/** Lines of JSON from a response, as they arrive: a file of results can have hundreds of megabytes. */

/** Thrown when a download ends, or stops, before its last line is whole. */
export class CutDownloadError extends Error {}

/** A line as it came, and what it says; `value` is undefined when it is no JSON. */
export type JsonLine = { readonly line: string; readonly value: unknown };

/**
 * Each line; empty ones are left out. Throws CutDownloadError when nothing arrives for `idleSeconds`, the connection breaks, or the end is
 * no JSON: a line that is not whole was cut.
 */
export async function* readJsonLines(
	response: Response,
	options: { readonly idleSeconds: number; readonly signal: AbortSignal },
): AsyncGenerator<JsonLine> {
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
			rest = lines.pop() ?? "";
			for (const line of lines)
				if (line.trim() !== "") yield { line, value: parse(line) };
			if (!chunk.done) continue;
			if (rest.trim() === "") return;
			const value = parse(rest);
			if (value === undefined)
				throw new CutDownloadError("the last line is not whole");
			yield { line: rest, value };
			return;
		}
	} finally {
		// Also when the caller stops early: the connection is not kept for the rest.
		await reader.cancel().catch(() => undefined);
	}
}

function parse(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
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
