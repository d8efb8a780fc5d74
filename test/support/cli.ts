/** Runs the built command line as a user would: a process of its own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export type CliResult = {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
};

export type RunningCli = {
	readonly pid: number;
	readonly finished: Promise<CliResult>;
	kill(signal: NodeJS.Signals): void;
	/** Resolves when stderr has contained `text`; rejects when the process ends before. */
	saw(text: string): Promise<void>;
};

export type CliOptions = {
	readonly cwd?: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly entry?: string;
};

export function startCli(
	args: readonly string[],
	options: CliOptions = {},
): RunningCli {
	const {
		NO_COLOR: _,
		FORCE_COLOR: __,
		OPENAI_API_KEY: ___,
		ANTHROPIC_API_KEY: ____,
		...env
	} = process.env;
	const child = spawn(process.execPath, [options.entry ?? main, ...args], {
		cwd: options.cwd ?? root,
		env: { ...env, NO_COLOR: "1", ...options.env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let stdout = "";
	let stderr = "";
	const watchers = new Set<() => void>();
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		stdout += text;
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
		for (const watch of watchers) watch();
	});
	const finished = new Promise<CliResult>((resolve, reject) => {
		child.on("error", reject);
		child.on("close", (code, signal) =>
			resolve({ code, signal, stdout, stderr }),
		);
	});
	return {
		pid: child.pid as number,
		finished,
		kill: (signal) => void child.kill(signal),
		saw: (text) =>
			new Promise((resolve, reject) => {
				const watch = (): void => {
					if (!stderr.includes(text)) return;
					watchers.delete(watch);
					resolve();
				};
				watchers.add(watch);
				watch();
				void finished.then(() =>
					reject(new Error(`ended without "${text}" on stderr:\n${stderr}`)),
				);
			}),
	};
}

export function runCli(
	args: readonly string[],
	options: CliOptions = {},
): Promise<CliResult> {
	return startCli(args, options).finished;
}
