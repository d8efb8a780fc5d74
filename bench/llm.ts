/**
 * The language model stage against a loopback server: throughput beside the ideal, a rerun served from the store, and a soak with faults.
 *
 * npm run bench llm -- [throughput] [cached] [soak] [--neurons 10000] [--calls 100000] [--delay 300] [--rounds 80]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import { startServer } from "./llm/start-server.ts";
import { type BenchRun, runStudy, writeStudy } from "./llm/study.ts";

const { values: options, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		neurons: { type: "string", default: "10000" },
		calls: { type: "string", default: "100000" },
		delay: { type: "string", default: "300" },
		rounds: { type: "string", default: "80" },
	},
});
const wanted = (row: string): boolean =>
	positionals.length === 0 || positionals.includes(row);
const WIDTH = 64;
const folder = mkdtempSync(join(tmpdir(), "bench-llm-"));
const load = (): string =>
	`load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} processors`;
const memory = ({ memory: { start, quarter, peak } }: BenchRun): string =>
	`resident ${start.toFixed(0)} MB at the start, ${quarter.toFixed(0)} MB at a quarter, ${peak.toFixed(0)} MB at most`;

/** One number of the store at `config`. */
function query(config: string, sql: string): number {
	const database = new Database(
		join(config, "..", "store", "audio-dissect.db"),
		{ readonly: true },
	);
	try {
		return Number(database.prepare(sql).pluck().get());
	} finally {
		database.close();
	}
}

const STORED = "SELECT count(*) FROM calls WHERE operation = 'summarize'";

async function throughput(): Promise<void> {
	const delay = Number(options.delay);
	const server = await startServer({ delay });
	try {
		const units = (Number(options.rounds) * WIDTH) / 2;
		const config = await writeStudy({
			folder: join(folder, "throughput"),
			units,
			baseUrl: server.baseUrl,
		});
		const run = await runStudy(config, ["modules=[summarize]"]);
		const calls = query(config, STORED);
		const ideal = (Math.ceil(calls / WIDTH) * delay) / 1000;
		const cpu = process.cpuUsage();
		const bare = await bareRequests(server.baseUrl, calls);
		const { user, system } = process.cpuUsage(cpu);
		const seconds = run.seconds.summarize ?? Number.NaN;
		const { mostInFlight } = await server.statistics();
		console.log(
			`throughput: ${calls} calls, ${WIDTH} at a time, replies after ${delay} ms: ${seconds.toFixed(1)} s, ideal ${ideal.toFixed(1)} s: ${((100 * ideal) / seconds).toFixed(1)} % of the ideal throughput (target 95 %); processor ${(run.cpu / calls).toFixed(2)} ms a call; ${mostInFlight} in flight at most; ${memory(run)}; ${load()}`,
		);
		console.log(
			`      the same number of bare fetch requests, in the same way: ${bare.toFixed(1)} s: ${((100 * ideal) / bare).toFixed(1)} % of the ideal, processor ${((user + system) / 1000 / calls).toFixed(2)} ms a call; ours takes ${(seconds / bare).toFixed(2)} times as long`,
		);
	} finally {
		server.close();
	}
}

/** Seconds for `count` plain requests, `WIDTH` at a time: what this machine makes of the ideal at the moment. */
async function bareRequests(baseUrl: string, count: number): Promise<number> {
	const start = performance.now();
	let sent = 0;
	const worker = async (): Promise<void> => {
		while (sent < count) {
			sent += 1;
			const response = await fetch(`${baseUrl}/chat/completions`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify({
					model: "bench",
					messages: [
						{ role: "user", content: `${sent}. ${"rain ".repeat(300)}` },
					],
				}),
			});
			await response.json();
		}
	};
	await Promise.all(Array.from({ length: WIDTH }, worker));
	return (performance.now() - start) / 1000;
}

async function cached(): Promise<void> {
	const server = await startServer({});
	try {
		const units = Number(options.neurons);
		const config = await writeStudy({
			folder: join(folder, "cached"),
			units,
			baseUrl: server.baseUrl,
		});
		const modules =
			"modules=[summarize, summary-calibration, open-set-extraction]";
		const first = await runStudy(config, [modules]);
		const before = (await server.statistics()).requests;
		console.log(
			`first run: ${units} neurons, ${before} requests, ${first.wall.toFixed(1)} s`,
		);
		// Another run over the same calls.
		const again = await runStudy(config, [modules, "seed=1"]);
		const { requests } = await server.statistics();
		const stages = Object.entries(again.seconds)
			.map(([stage, seconds]) => `${stage} ${seconds.toFixed(1)} s`)
			.join(", ");
		console.log(
			`cached: ${units} neurons: ${again.wall.toFixed(1)} s, processor ${(again.cpu / 1000).toFixed(1)} s (target 20 s for 10,000), ${requests - before} requests (target 0); ${stages}; ${memory(again)}; ${load()}`,
		);
	} finally {
		server.close();
	}
}

async function soak(): Promise<void> {
	const server = await startServer({ faults: true });
	try {
		const units = Math.ceil(Number(options.calls) / 2);
		const config = await writeStudy({
			folder: join(folder, "soak"),
			units,
			baseUrl: server.baseUrl,
		});
		const run = await runStudy(config, ["modules=[summarize]"]);
		const [layer] = run.layers;
		const { described = 0, failed = 0 } = layer?.modules.summarize ?? {};
		const { requests, paid, paidTwice, faults } = await server.statistics();
		const evidence = query(
			config,
			"SELECT count(*) FROM descriptions WHERE module = 'summarize' AND status = 'failed' AND json_extract(outcome, '$.error.evidence.callIds[0]') IS NOT NULL",
		);
		const twice = query(
			config,
			"SELECT count(*) FROM (SELECT key FROM calls WHERE outcome = 'ok' AND id NOT IN (SELECT call FROM call_rejections) GROUP BY key HAVING count(*) > 1)",
		);
		console.log(
			`soak: ${query(config, STORED)} calls, ${requests} requests in ${run.wall.toFixed(0)} s (${(requests / (run.seconds.summarize ?? 1)).toFixed(0)} a second); faults ${JSON.stringify(faults)}`,
		);
		console.log(
			`      ${units} neurons: ${described} described, ${failed} failed, ${evidence} of them with their calls as evidence, ${units - described - failed} with neither (target 0)`,
		);
		console.log(
			`      ${paid} replies paid, ${paidTwice} for a request that had been paid for (target 0), ${twice} keys with two good replies in the store (target 0); ${memory(run)}; ${load()}`,
		);
		const resumed = await runStudy(config, ["modules=[summarize]"]);
		const after = await server.statistics();
		console.log(
			`      resumed: ${after.requests - requests} requests, ${resumed.layers[0]?.modules.summarize.failed} failed still, ${after.paidTwice} paid twice`,
		);
	} finally {
		server.close();
	}
}

try {
	if (wanted("throughput")) await throughput();
	if (wanted("cached")) await cached();
	if (wanted("soak")) await soak();
} finally {
	rmSync(folder, { recursive: true, force: true });
}
