/**
 * The loopback server of the LLM benches, as a process of its own: waits `delay` milliseconds before every answer and, with `faults`, answers some requests
 * badly, chosen by a seed. Prints its URL; a line on stdin is answered with what it has done so far.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../src/shared/random.ts";
import {
	type FakeScript,
	startFakeLlmServer,
} from "../../test/support/fake-llm-server.ts";

export type ServerStatistics = {
	readonly requests: number;
	/** Complete good replies that left the server. */
	readonly paid: number;
	/** Of `paid`: for a request that had been paid for before. */
	readonly paidTwice: number;
	readonly faults: Readonly<Record<string, number>>;
	readonly mostInFlight: number;
};

const { delay, faults, paidFile, port } = JSON.parse(
	process.argv[2] ?? "{}",
) as {
	readonly delay?: number;
	readonly faults?: boolean;
	/** What was paid for by earlier servers of the same soak; appended to. */
	readonly paidFile?: string;
	/** Default: a free one. */
	readonly port?: number;
};

const random = seededRandom(1);
const paid = new Set(
	paidFile !== undefined && existsSync(paidFile)
		? readFileSync(paidFile, "utf8").split("\n").filter(Boolean)
		: [],
);
const counts: Record<string, number> = {};
let requests = 0;
let paidTwice = 0;

/** Faults and their shares of all requests. */
const FAULTS = [
	["429", 0.004],
	["500", 0.01],
	["dropped", 0.005],
	["dropped mid-body", 0.003],
	["truncated", 0.005],
	["truncated JSON called complete", 0.005],
	["slow", 0.005],
] as const;

function fault(): string | null {
	let left = random();
	for (const [name, share] of FAULTS) {
		if (left < share) return name;
		left -= share;
	}
	return null;
}

const script: FakeScript = async (request) => {
	requests += 1;
	const name = faults === true ? fault() : null;
	if (name !== null) counts[name] = (counts[name] ?? 0) + 1;
	switch (name) {
		case "429":
			return {
				kind: "status",
				status: 429,
				message: "too many",
				headers: { "retry-after-ms": "50" },
			};
		case "500":
			return { kind: "status", status: 500, message: "a fault" };
		case "dropped":
			return { kind: "drop" };
		case "dropped mid-body":
			return { kind: "drop-mid-body" };
		case "truncated":
			return { kind: "truncated", text: '{"sentences":["It ri' };
		case "truncated JSON called complete":
			return { kind: "reply", text: '{"sentences":["It ri' };
		case "slow":
			await sleep(1000);
			break;
	}
	const key = createHash("sha256")
		.update(JSON.stringify(request.body))
		.digest("base64");
	if (paid.has(key)) paidTwice += 1;
	paid.add(key);
	if (paidFile !== undefined) appendFileSync(paidFile, `${key}\n`);
	return { kind: "reply" };
};

const server = await startFakeLlmServer({
	script,
	...(delay === undefined ? {} : { delay }),
	...(port === undefined ? {} : { port }),
});
console.log(server.url);
createInterface({ input: process.stdin })
	.on("line", () => {
		const statistics: ServerStatistics = {
			requests,
			paid: paid.size + paidTwice,
			paidTwice,
			faults: counts,
			mostInFlight: server.maxInFlight(),
		};
		console.log(JSON.stringify(statistics));
	})
	.on("close", () => process.exit(0));
