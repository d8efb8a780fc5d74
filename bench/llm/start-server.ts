/** Starts the benches' server and talks to it. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ServerStatistics } from "./server.ts";

export type BenchServer = {
	/** Base URL for provider `openai`. */
	readonly baseUrl: string;
	statistics(): Promise<ServerStatistics>;
	close(): void;
};

export async function startServer(options: {
	/** Milliseconds before every answer. */
	readonly delay?: number;
	readonly faults?: boolean;
	readonly paidFile?: string;
	readonly port?: number;
}): Promise<BenchServer> {
	const child = spawn(
		process.execPath,
		[
			"--import",
			"tsx",
			fileURLToPath(new URL("./server.ts", import.meta.url)),
			JSON.stringify(options),
		],
		{ stdio: ["pipe", "pipe", "inherit"] },
	);
	const lines = createInterface({ input: child.stdout });
	const next = (): Promise<string> =>
		new Promise((resolve) => lines.once("line", resolve));
	const url = await next();
	return {
		baseUrl: `${url}/v1`,
		statistics: async () => {
			const line = next();
			child.stdin.write("\n");
			return JSON.parse(await line) as ServerStatistics;
		},
		close: () => child.kill(),
	};
}
