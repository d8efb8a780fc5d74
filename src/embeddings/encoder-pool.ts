/** Worker threads that encode texts: started when needed, each with a tokenizer and a one-thread session of its own. */
import { Worker } from "node:worker_threads";
import { PrerequisiteError } from "../errors.ts";
import { workerUrl } from "../shared/worker-url.ts";
import type {
	EncoderReply,
	EncoderRequest,
	EncoderTask,
} from "./encoder-worker.ts";

export type EncoderPool = {
	/** Vectors of the texts in order, each text run by itself. Throws PrerequisiteError `encoder_unreadable`, `encoder_stopped`. */
	encode(texts: readonly string[]): Promise<Float32Array[]>;
	/** Ends the workers after the text each is at; unfinished blocks reject with `encoder_stopped`. */
	close(): Promise<void>;
};

type Job = {
	readonly texts: readonly string[];
	readonly resolve: (vectors: Float32Array[]) => void;
	readonly reject: (error: unknown) => void;
};

/** `size`: most workers at a time, 1 and up. Idle workers do not keep the process alive. */
export function openEncoderPool(options: {
	readonly task: EncoderTask;
	readonly size: number;
	/** What it is called in messages: `the sentence encoder`. */
	readonly name: string;
	/** What to do when its files cannot be used. */
	readonly hint: string;
}): EncoderPool {
	const { name } = options;
	const waiting: Job[] = [];
	const idle: Worker[] = [];
	/** Every live worker and what it is doing. */
	const current = new Map<Worker, Job | null>();
	let closed = false;

	const start = (): Worker => {
		const worker = new Worker(
			workerUrl("./encoder-worker.js", import.meta.url),
			{ workerData: options.task },
		);
		current.set(worker, null);
		worker.on("message", (reply: EncoderReply) => {
			const job = current.get(worker);
			current.set(worker, null);
			if (!closed) worker.unref();
			idle.push(worker);
			if ("vectors" in reply) job?.resolve([...reply.vectors]);
			else job?.reject(unreadable(options, reply.problem));
			dispatch();
		});
		let cause: unknown;
		worker.on("error", (error) => {
			cause = error;
		});
		worker.on("exit", (exitCode) => {
			const job = current.get(worker);
			current.delete(worker);
			const place = idle.indexOf(worker);
			if (place >= 0) idle.splice(place, 1);
			job?.reject(stopped(name, exitCode, cause));
			dispatch();
		});
		return worker;
	};

	const dispatch = (): void => {
		while (waiting.length > 0) {
			const worker =
				idle.pop() ?? (current.size < options.size ? start() : undefined);
			if (worker === undefined) return;
			const job = waiting.shift() as Job;
			current.set(worker, job);
			worker.ref();
			worker.postMessage(job.texts satisfies EncoderRequest);
		}
	};

	/** Asks the worker to end after the text it is at: terminating a thread inside onnxruntime would abort the process. */
	const end = async (worker: Worker): Promise<void> => {
		const job = current.get(worker);
		current.set(worker, null);
		job?.reject(stopped(name, 0, undefined));
		worker.ref();
		const exited = new Promise((resolve) => worker.once("exit", resolve));
		worker.postMessage("close" satisfies EncoderRequest);
		await exited;
	};

	return {
		encode: (texts) =>
			new Promise((resolve, reject) => {
				if (closed) return reject(stopped(name, 0, undefined));
				waiting.push({ texts, resolve, reject });
				dispatch();
			}),
		close: async () => {
			closed = true;
			for (const job of waiting.splice(0))
				job.reject(stopped(name, 0, undefined));
			await Promise.all([...current.keys()].map((worker) => end(worker)));
		},
	};
}

function unreadable(
	{
		task,
		name,
		hint,
	}: {
		readonly task: EncoderTask;
		readonly name: string;
		readonly hint: string;
	},
	problem: string,
): PrerequisiteError {
	return new PrerequisiteError(
		`${name} ${task.model} cannot be used: ${problem}`,
		{ code: "encoder_unreadable", hint },
	);
}

function stopped(
	name: string,
	exitCode: number,
	cause: unknown,
): PrerequisiteError {
	const reason = cause instanceof Error ? `: ${cause.message}` : "";
	return new PrerequisiteError(
		`${name} stopped while it was at work (exit code ${exitCode})${reason}`,
		{
			code: "encoder_stopped",
			cause,
			hint: "Run the same command again: what was finished is kept.",
		},
	);
}
