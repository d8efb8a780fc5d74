/**
 * The language model stage against a loopback server: throughput beside the ideal, a rerun served from the store, and a soak with faults.
 *
 * npm run bench llm -- [throughput] [cached] [soak] [--neurons 10000] [--calls 100000] [--delay 300] [--rounds 80] [--minutes 60] [--folder DIR]
 *
 * The soak takes about half an hour. After `--minutes` it is interrupted and prints how far it came; with `--folder` the same command goes on there.
 */
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { query, readEveryCall, WIDTH } from "./llm/query.ts";
import { type SoakPhase, soakPhase } from "./llm/soak.ts";
import { startServer } from "./llm/start-server.ts";
import { type BenchRun, runStudy, writeStudy } from "./llm/study.ts";

const { values: options, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		neurons: { type: "string", default: "10000" },
		calls: { type: "string", default: "100000" },
		delay: { type: "string", default: "300" },
		rounds: { type: "string", default: "80" },
		minutes: { type: "string", default: "60" },
		folder: { type: "string" },
	},
});
const wanted = (row: string): boolean =>
	positionals.length === 0 || positionals.includes(row);
const folder = mkdtempSync(join(tmpdir(), "bench-llm-"));
const load = (): string =>
	`load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} processors`;
const memory = ({ memory: { start, quarter, peak } }: BenchRun): string =>
	`resident ${start.toFixed(0)} MB at the start, ${quarter.toFixed(0)} MB at a quarter, ${peak.toFixed(0)} MB at most`;

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
			`LLM stage: ${calls} calls, ${WIDTH} at a time, replies after ${delay} ms: ours ${seconds.toFixed(1)} s, ideal ${ideal.toFixed(1)} s, ratio ${(seconds / ideal).toFixed(2)} (${((100 * ideal) / seconds).toFixed(1)} % of the ideal throughput, target 95 %); processor ${(run.cpu / calls).toFixed(2)} ms a call; ${mostInFlight} in flight at most; ${memory(run)}; ${load()}`,
		);
		console.log(
			`      bare fetch requests, as many and in the same way: ${bare.toFixed(1)} s, ratio ${(bare / ideal).toFixed(2)} to the ideal; processor ${((user + system) / 1000 / calls).toFixed(2)} ms a call; ours to bare: ratio ${(seconds / bare).toFixed(2)}`,
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
		const floor = readEveryCall(config);
		console.log(
			`cached rerun: ${units} neurons: ours ${again.wall.toFixed(1)} s, floor (each call found by its key and parsed, nothing else) ${floor.toFixed(1)} s, ratio ${(again.wall / floor).toFixed(1)}; processor ${(again.cpu / 1000).toFixed(1)} s (target 20 s for 10,000), ${requests - before} requests (target 0); ${stages}; ${memory(again)}; ${load()}`,
		);
	} finally {
		server.close();
	}
}

function printPhase(phase: SoakPhase, delay: number): void {
	const { end, seconds, requests, paidTwice, inFlight, memory, cpu } = phase;
	const ideal = (Math.ceil(requests / WIDTH) * delay) / 1000;
	console.log(
		`soak: ended with ${end}${phase.ending === null ? "" : `, ${phase.ending.toFixed(1)} s after the signal`}: ${requests} requests in ${seconds.toFixed(0)} s (${(requests / seconds).toFixed(0)} a second, ideal ${ideal.toFixed(0)} s: ratio ${(seconds / ideal).toFixed(2)}; ${inFlight.toFixed(0)} in flight on average), processor ${cpu.toFixed(2)} ms a request; ${paidTwice} paid twice; resident ${memory.quarter.toFixed(0)} MB at a quarter, ${memory.peak.toFixed(0)} MB at most after that; ${load()}`,
	);
	console.log(`      it said: ${phase.said}`);
}

/** What the store has in the end. */
function printStored(config: string, units: number): void {
	const ofNeurons = (more: string): number =>
		query(
			config,
			`SELECT count(*) FROM descriptions AS d WHERE module = 'summarize' AND ${more}
				AND attempt = (SELECT max(attempt) FROM descriptions WHERE neuron = d.neuron AND module = d.module)`,
		);
	const described = ofNeurons("status = 'described'");
	const failed = ofNeurons("status = 'failed'");
	const evidence = ofNeurons(
		"status = 'failed' AND json_extract(outcome, '$.error.evidence.callIds[0]') IS NOT NULL",
	);
	const twice = query(
		config,
		"SELECT count(*) FROM (SELECT key FROM calls WHERE outcome = 'ok' AND id NOT IN (SELECT call FROM call_rejections) GROUP BY key HAVING count(*) > 1)",
	);
	console.log(
		`      ${units} neurons, ${query(config, STORED)} calls: ${described} described, ${failed} failed, ${evidence} of them with their calls as evidence, ${units - described - failed} with neither (target 0); ${twice} keys with two good replies (target 0)`,
	);
}

async function soak(): Promise<void> {
	const delay = Number(options.delay);
	const units = Math.ceil(Number(options.calls) / 2);
	const deadline = Date.now() + Number(options.minutes) * 60_000;
	const at = join(options.folder ?? folder, "soak");
	mkdirSync(at, { recursive: true });
	// Calls are keyed by the address of their server.
	const portFile = join(at, "port.txt");
	const begun = existsSync(portFile);
	const server = await startServer({
		delay,
		faults: true,
		paidFile: join(at, "paid.txt"),
		...(begun ? { port: Number(readFileSync(portFile, "utf8")) } : {}),
	});
	try {
		writeFileSync(portFile, new URL(server.baseUrl).port);
		const config = await writeStudy({
			folder: at,
			units,
			baseUrl: server.baseUrl,
			modules: ["summarize"],
		});
		const run = async (
			stop: Parameters<typeof soakPhase>[0]["stop"],
		): Promise<void> => {
			if (Date.now() > deadline) return;
			const phase = await soakPhase({ config, server, delay, stop, deadline });
			printPhase(phase, delay);
		};
		if (!begun) {
			await run({ at: units * 0.66, signal: "SIGKILL" });
			await run({ at: units * 1.32, signal: "SIGINT" });
		}
		await run(null);
		// What failed is asked again.
		await run(null);
		printStored(config, units);
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
