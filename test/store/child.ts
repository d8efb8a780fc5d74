/** Runs a script with the compiled store in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";

const openModule = new URL("../../dist/store/open.js", import.meta.url);

/** Starts Node on a script (an ES module body in which `openStore` is defined). */
export function runScript(
	script: string,
	options: { readonly uid?: number; readonly gid?: number } = {},
): ChildProcess {
	return spawn(
		process.execPath,
		[
			"--input-type=module",
			"--eval",
			`import { openStore } from ${JSON.stringify(openModule.href)};\n${script}`,
		],
		{ stdio: ["pipe", "pipe", "pipe"], cwd: "/", ...options },
	);
}

/** Waits until a process has written a line that contains `text` on its stdout. Rejects when it ends before. */
export function saysLine(child: ChildProcess, text: string): Promise<void> {
	return new Promise((resolve, reject) => {
		let output = "";
		child.stdout?.on("data", (chunk) => {
			output += String(chunk);
			if (output.includes(`${text}\n`)) resolve();
		});
		child.once("close", () =>
			reject(new Error(`the process ended with output: ${output}`)),
		);
	});
}

/** Waits for the end of a process. */
export function finished(child: ChildProcess): Promise<{
	readonly exitCode: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly output: string;
	readonly errors: string;
}> {
	return new Promise((resolve) => {
		let output = "";
		let errors = "";
		child.stdout?.on("data", (chunk) => {
			output += String(chunk);
		});
		child.stderr?.on("data", (chunk) => {
			errors += String(chunk);
		});
		child.once("close", (exitCode, signal) =>
			resolve({ exitCode, signal, output, errors }),
		);
	});
}
