/** The fake server as a process of its own, with its log on disk. Node 20 runs no TypeScript, so it is compiled first (under a second). */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

const main = `import { startFakeLlmServer } from "./fake-llm-server.js";
const server = await startFakeLlmServer(JSON.parse(process.argv[2]));
process.stdout.write(server.url + "\\n");
process.stdin.resume().on("end", () => process.exit(0));
`;

export type FakeLlmLogEntry = {
	readonly event: "received" | "answered";
	readonly index: number;
	readonly protocol?: string;
	readonly body?: Readonly<Record<string, unknown>>;
	readonly kind?: string;
};

/** Starts it with the deterministic answers. It ends with `close()`, or when this process does. */
export async function startFakeLlmProcess(
	options: { readonly apiKey?: string; readonly delay?: number } = {},
): Promise<{
	readonly url: string;
	readonly openAiUrl: string;
	readonly process: ChildProcess;
	readonly log: () => FakeLlmLogEntry[];
	close(): Promise<void>;
}> {
	const directory = mkdtempSync(join(tmpdir(), "fake-llm-"));
	const compiled = spawnSync(
		process.execPath,
		[
			join(root, "node_modules/typescript/bin/tsc"),
			...["--ignoreConfig", "--outDir", directory, "--types", "node"],
			...["--typeRoots", join(root, "node_modules/@types")],
			...["--module", "nodenext", "--target", "es2023", "--skipLibCheck"],
			"--rewriteRelativeImportExtensions",
			join(root, "test/support/fake-llm-server.ts"),
		],
		{ encoding: "utf8", cwd: root },
	);
	if (compiled.status !== 0)
		throw new Error(`the fake server does not compile:\n${compiled.stdout}`);
	writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
	writeFileSync(join(directory, "main.js"), main);
	const logFile = join(directory, "log.jsonl");
	writeFileSync(logFile, "");
	const child = spawn(
		process.execPath,
		[join(directory, "main.js"), JSON.stringify({ ...options, logFile })],
		{ stdio: ["pipe", "pipe", "inherit"] },
	);
	const url = await new Promise<string>((resolve, reject) => {
		createInterface({ input: child.stdout }).once("line", resolve);
		child.once("exit", () => reject(new Error("the fake server ended early")));
	});
	return {
		url,
		openAiUrl: `${url}/v1`,
		process: child,
		log: () =>
			readFileSync(logFile, "utf8")
				.split("\n")
				.filter((line) => line !== "")
				.map((line): FakeLlmLogEntry => JSON.parse(line)),
		close: async () => {
			const ended = new Promise((resolve) => child.once("exit", resolve));
			child.stdin.end();
			await ended;
			rmSync(directory, { recursive: true, force: true });
		},
	};
}
