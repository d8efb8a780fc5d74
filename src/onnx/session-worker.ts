/** Worker entry: one onnxruntime session, runs in the order asked for. */
import { parentPort } from "node:worker_threads";
import { toErrorRecord } from "../errors.ts";
import { openDirectSession } from "./direct-session.ts";
import { type SessionState, whileBusy } from "./exit-guard.ts";
import type { SessionReply, SessionRequest } from "./session-messages.ts";
import type { OnnxSession, SessionOptions, Tensor } from "./tensor.ts";

if (parentPort === null)
	throw new Error("session-worker.js is started by openSession");
const port = parentPort;
let session: OnnxSession | undefined;
let state: SessionState | undefined;

function reply(message: SessionReply, transfer: ArrayBuffer[] = []): void {
	port.postMessage(message, transfer);
}

/** The distinct buffers behind the results: they are moved, not copied. */
function buffersOf(tensors: Record<string, Tensor>): ArrayBuffer[] {
	const buffers = new Set<ArrayBuffer>();
	for (const { data } of Object.values(tensors)) {
		if (!Array.isArray(data) && data.buffer instanceof ArrayBuffer)
			buffers.add(data.buffer);
	}
	return [...buffers];
}

async function open(options: SessionOptions): Promise<void> {
	try {
		session = await openDirectSession(options);
		const { inputs, outputs } = session;
		reply({ kind: "opened", inputs, outputs });
	} catch (error) {
		reply({ kind: "openFailed", error: toErrorRecord(error) });
	}
}

async function run(
	request: Extract<SessionRequest, { kind: "run" }>,
): Promise<void> {
	const { id, feeds, fetches } = request;
	try {
		if (session === undefined) throw new Error("no session is open");
		const tensors = await session.run(feeds, fetches);
		reply({ kind: "result", id, tensors }, buffersOf(tensors));
	} catch (error) {
		reply({ kind: "runFailed", id, error: toErrorRecord(error) });
	}
}

async function handle(request: SessionRequest): Promise<void> {
	if (request.kind === "close") {
		await session?.close();
		// Nothing is left to wait for: the thread ends by itself.
		port.close();
	} else if (request.kind === "open") {
		state = request.state;
		await whileBusy(state, () => open(request.options));
	} else if (state !== undefined) await whileBusy(state, () => run(request));
}

let last: Promise<void> = Promise.resolve();
port.on("message", (request: SessionRequest) => {
	last = last.then(() => handle(request));
});
