/**
 * A fake language-model server on loopback: OpenAI Chat Completions, Responses and embeddings, Anthropic Messages.
 * What it does to each request is a script; by default it answers deterministically from the request. Only node: imports, so that it also runs alone.
 */
import { appendFileSync } from "node:fs";
import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import { createFakeBatches, type FakeBatches } from "./fake-llm-batches.ts";
import {
	answer,
	type FakeBehaviour,
	type FakeRequest,
	parseRequest,
	send,
} from "./fake-llm-protocols.ts";

export type { FakeBehaviour } from "./fake-llm-protocols.ts";

/** A promise holds the request back until it settles: `createGate` makes one that opens on command. */
export type FakeScript = (
	request: FakeRequest,
) => FakeBehaviour | Promise<FakeBehaviour>;

export type FakeLlmServer = {
	/** `http://127.0.0.1:PORT`: the base URL for `anthropic`. */
	readonly url: string;
	/** `http://127.0.0.1:PORT/v1`: the base URL for `openai`. */
	readonly openAiUrl: string;
	readonly requests: readonly FakeRequest[];
	/** Requests received and not yet answered, now and at most so far. */
	readonly inFlight: () => number;
	readonly maxInFlight: () => number;
	/** What was submitted in batches; none of it is in `requests`. */
	readonly batch: FakeBatches;
	/** Resolves when `count` requests have arrived in all. */
	arrived(count: number): Promise<void>;
	/** From now on. */
	setScript(script: FakeScript): void;
	close(): Promise<void>;
};

/** A promise and the function that resolves it. */
export function createGate(): {
	readonly opened: Promise<void>;
	readonly open: () => void;
} {
	let open: () => void = () => undefined;
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	return { opened, open };
}

/** Starts the server on a free port of 127.0.0.1. */
export async function startFakeLlmServer(
	options: {
		readonly script?: FakeScript;
		/** When set, any other key is answered 401. */
		readonly apiKey?: string;
		/** JSON lines `{ event: "received" | "answered", index, ... }`, written synchronously. */
		readonly logFile?: string;
		/** Milliseconds before each answer, for benches. */
		readonly delay?: number;
		readonly port?: number;
	} = {},
): Promise<FakeLlmServer> {
	let script: FakeScript = options.script ?? (() => ({ kind: "reply" }));
	const requests: FakeRequest[] = [];
	const batch = createFakeBatches((request) => script(request));
	const waiting: { count: number; resolve: () => void }[] = [];
	let inFlight = 0;
	let maxInFlight = 0;
	const log = (entry: Readonly<Record<string, unknown>>): void => {
		if (options.logFile !== undefined)
			appendFileSync(options.logFile, `${JSON.stringify(entry)}\n`);
	};
	const handle = async (
		incoming: IncomingMessage,
		response: ServerResponse,
	): Promise<void> => {
		const text = await read(incoming);
		if (await batch.handle(incoming, text, response)) return;
		const request = parseRequest(incoming, text, requests.length);
		if (request === null) {
			send(response, 404, { error: { message: `no ${incoming.url} here` } });
			return;
		}
		requests.push(request);
		inFlight += 1;
		maxInFlight = Math.max(maxInFlight, inFlight);
		log({
			event: "received",
			index: request.index,
			protocol: request.protocol,
			body: request.body,
		});
		for (const waiter of waiting)
			if (requests.length >= waiter.count) waiter.resolve();
		let counted = true;
		const leave = (): void => {
			if (counted) inFlight -= 1;
			counted = false;
		};
		response.once("close", leave);
		if (options.delay !== undefined)
			await new Promise((resolve) => setTimeout(resolve, options.delay));
		const behaviour: FakeBehaviour =
			options.apiKey !== undefined && keyOf(request) !== options.apiKey
				? { kind: "status", status: 401, message: "Incorrect API key provided" }
				: await script(request);
		leave();
		if (!response.destroyed) {
			answer(request, behaviour, response);
			log({ event: "answered", index: request.index, kind: behaviour.kind });
		}
	};
	const server = createServer((incoming, response) => {
		handle(incoming, response).catch((error: unknown) => {
			send(response, 500, { error: { message: `fake server: ${error}` } });
		});
	});
	await new Promise<void>((resolve) => {
		server.listen(options.port ?? 0, "127.0.0.1", resolve);
	});
	const address = server.address();
	if (address === null || typeof address === "string")
		throw new Error("the fake server has no port");
	const url = `http://127.0.0.1:${address.port}`;
	return {
		url,
		openAiUrl: `${url}/v1`,
		requests,
		batch,
		inFlight: () => inFlight,
		maxInFlight: () => maxInFlight,
		arrived: (count) =>
			new Promise((resolve) => {
				if (requests.length >= count) resolve();
				else waiting.push({ count, resolve });
			}),
		setScript: (next) => {
			script = next;
		},
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

async function read(incoming: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk);
	return Buffer.concat(chunks).toString("utf8");
}

function keyOf({ headers }: FakeRequest): string | undefined {
	const bearer = headers.authorization;
	const key = headers["x-api-key"];
	return typeof bearer === "string"
		? bearer.replace(/^Bearer /, "")
		: typeof key === "string"
			? key
			: undefined;
}
