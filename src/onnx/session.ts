/** A session for the main thread: onnxruntime's `run` blocks its thread, so it lives in a worker. */
import { Worker } from "node:worker_threads";
import {
	InterruptedError,
	PrerequisiteError,
	TargetNetworkError,
} from "../errors.ts";
import { workerUrl } from "../shared/worker-url.ts";
import type { ErrorRecord } from "../types.ts";
import { endedError } from "./direct-session.ts";
import { createSessionState, guardExit, markClosing } from "./exit-guard.ts";
import type { SessionReply, SessionRequest } from "./session-messages.ts";
import type { OnnxSession, SessionOptions, Tensor } from "./tensor.ts";

type Pending = {
	readonly resolve: (tensors: Record<string, Tensor>) => void;
	readonly reject: (error: unknown) => void;
};

type Opened = Extract<SessionReply, { kind: "opened" }>;

/**
 * Opens a session in a worker thread of its own. The worker does not keep the process alive while nothing is pending.
 * `handOver`: the bytes of `model` are moved to the worker instead of copied; the caller's array is empty afterwards.
 * `signal`: when it fires, pending runs reject with InterruptedError and the session ends. `close` resolves when the worker is gone.
 * Rejects with TargetNetworkError: `network_file_missing`, `network_file_corrupt`, `network_load_failed`, `session_ended`; with
 * PrerequisiteError `provider_unavailable`.
 */
export async function openSession(
	options: SessionOptions & {
		readonly handOver?: boolean;
		readonly signal?: AbortSignal | undefined;
	},
): Promise<OnnxSession> {
	const { handOver = false, signal, ...sessionOptions } = options;
	const { model } = sessionOptions;
	const file =
		options.file ?? (typeof model === "string" ? model : "the model");
	if (signal?.aborted) throw new InterruptedError(signal.reason);

	const worker = new Worker(workerUrl("./session-worker.js", import.meta.url), {
		// The caller's flags (--input-type, loaders) are not for this plain file.
		execArgv: [],
		// Tensors lie outside of it; V8's own limit is 48 MB for each thread.
		resourceLimits: { maxYoungGenerationSizeMb: 6 },
	});
	const send = (request: SessionRequest, transfer: ArrayBuffer[] = []): void =>
		worker.postMessage(request, transfer);
	const pending = new Map<number, Pending>();
	let nextId = 0;
	let ended: unknown;

	const state = createSessionState();
	const unguard = guardExit(state);
	const exited = new Promise<void>((resolve) => {
		worker.once("exit", () => {
			unguard();
			resolve();
		});
	});

	/**
	 * Ends the session once: every pending run and every later one rejects with `reason` at once. The worker ends when the run it is in has ended;
	 * a thread that is terminated inside of onnxruntime takes the whole process with it.
	 */
	const end = (reason: unknown): Promise<void> => {
		if (ended === undefined) {
			ended = reason;
			signal?.removeEventListener("abort", onAbort);
			for (const run of pending.values()) run.reject(ended);
			pending.clear();
			markClosing(state);
			worker.ref();
			send({ kind: "close" });
		}
		return exited;
	};
	const onAbort = (): void => {
		void end(new InterruptedError(signal?.reason));
	};
	signal?.addEventListener("abort", onAbort, { once: true });

	const opened = new Promise<Opened>((resolve, reject) => {
		worker.on("message", (reply: SessionReply) => {
			if (reply.kind === "opened") resolve(reply);
			else if (reply.kind === "openFailed") reject(revive(reply.error));
			else settle(reply);
		});
		const stop = (reason: unknown): void => {
			reject(ended ?? reason);
			void end(reason);
		};
		worker.on("error", (error) => stop(endedError(file, error)));
		worker.on("exit", (code) =>
			stop(endedError(file, new Error(`exit code ${code}`))),
		);
	});

	function settle(
		reply: Extract<SessionReply, { kind: "result" | "runFailed" }>,
	): void {
		const run = pending.get(reply.id);
		pending.delete(reply.id);
		if (pending.size === 0 && ended === undefined) worker.unref();
		if (reply.kind === "result") run?.resolve(reply.tensors);
		else run?.reject(revive(reply.error));
	}

	send(
		{ kind: "open", options: sessionOptions, state },
		handOver ? ownBuffer(model) : [],
	);
	let declared: Opened;
	try {
		declared = await opened;
		if (ended !== undefined) throw ended;
	} catch (error) {
		await end(error);
		throw error;
	}
	worker.unref();

	return {
		inputs: declared.inputs,
		outputs: declared.outputs,
		run(feeds, fetches, { handOver = [] } = {}) {
			if (ended !== undefined) return Promise.reject(ended);
			return new Promise((resolve, reject) => {
				const id = nextId;
				nextId += 1;
				pending.set(id, { resolve, reject });
				worker.ref();
				send(
					{ kind: "run", id, feeds, fetches },
					handOver.flatMap((name) => ownBuffer(feeds[name]?.data)),
				);
			});
		},
		close: () => end(endedError(file)),
	};
}

/** The worker's error as an error of this thread. */
function revive(record: ErrorRecord): Error {
	const { name, code, message, hint, evidence } = record;
	const ErrorClass =
		name === "PrerequisiteError" ? PrerequisiteError : TargetNetworkError;
	return new ErrorClass(message, { code, hint, evidence });
}

/** The buffer of an array when it holds nothing else (Node's small buffers share one): only then it may be moved. */
function ownBuffer(
	data: string | ArrayBufferView | readonly string[] | undefined,
): ArrayBuffer[] {
	if (!ArrayBuffer.isView(data)) return [];
	const { buffer, byteLength } = data;
	return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
		? [buffer]
		: [];
}
