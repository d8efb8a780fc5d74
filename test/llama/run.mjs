/**
 * `npm run test:llama`: the provider llama-cpp and a real OpenAI-compatible server, with a real model. Fetches what it needs (230 MB, once),
 * starts the server on loopback, and runs the tests of this folder. Not part of `npm test`, which needs no network and no Python.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fetchAll, linkPeer, root } from "./fetch.mjs";

const { model, server } = await fetchAll();
const unlinkPeer = await linkPeer();
try {
	const running = await startServer();
	try {
		process.exitCode = await runTests(running.url);
	} finally {
		running.stop();
	}
} finally {
	unlinkPeer();
}

async function runTests(serverUrl) {
	const tests = spawn(
		process.execPath,
		[
			join(root, "node_modules/vitest/vitest.mjs"),
			...["run", "--config", "test/llama/vitest.config.ts"],
			...process.argv.slice(2),
		],
		{
			cwd: root,
			stdio: "inherit",
			env: {
				...process.env,
				LLAMA_TEST_MODEL: model,
				LLAMA_TEST_SERVER: serverUrl,
			},
		},
	);
	const [code] = await once(tests, "exit");
	return code ?? 1;
}

/** Resolves when it answers; its log is in .results/llama-server.log. */
async function startServer() {
	mkdirSync(join(root, ".results"), { recursive: true });
	const path = join(root, ".results/llama-server.log");
	const log = openSync(path, "w");
	const port = await freePort();
	const child = spawn(
		"python3",
		[join(root, "test/llama/server.py"), server, model, String(port)],
		{ stdio: ["pipe", "pipe", log] },
	);
	closeSync(log);
	// What it prints later is read and dropped, so that a full pipe does not stop it.
	const lines = createInterface({ input: child.stdout });
	await new Promise((resolve, reject) => {
		lines.on("line", (line) => line === "ready" && resolve());
		child.once("error", reject);
		child.once("exit", () =>
			reject(
				new Error(
					`the server did not start:\n${readFileSync(path, "utf8").slice(-2000)}`,
				),
			),
		);
	});
	return {
		url: `http://127.0.0.1:${port}/v1`,
		stop: () => child.kill(),
	};
}

async function freePort() {
	const probe = createServer().listen(0, "127.0.0.1");
	await once(probe, "listening");
	const { port } = probe.address();
	probe.close();
	return port;
}
