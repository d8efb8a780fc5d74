/** Opens a session on an edited graph: its bytes are handed over, its external weights stay where they are. */
import { dirname } from "node:path";
import type { Graph } from "./read-graph.ts";
import { openSession } from "./session.ts";
import type { OnnxSession, Provider } from "./tensor.ts";

/** `bytes` (an edit of `graph`) are moved to the worker. Rejects as `openSession` does. */
export function openGraph(options: {
	readonly graph: Graph;
	readonly bytes: Uint8Array;
	readonly threads: number;
	readonly provider?: Provider | undefined;
	readonly signal?: AbortSignal | undefined;
}): Promise<OnnxSession> {
	const { graph, bytes, threads, provider, signal } = options;
	return openSession({
		model: bytes,
		threads,
		provider,
		file: graph.path,
		externalDataDirectory:
			graph.externalFiles.length > 0 ? dirname(graph.path) : undefined,
		handOver: true,
		signal,
	});
}
