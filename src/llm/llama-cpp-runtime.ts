/** The one llama.cpp of a process, shared by all local models: its log goes to one place only, whoever asked for it last. */
import { setImmediate } from "node:timers/promises";
import type { Llama } from "node-llama-cpp";
import { type Library, loadLibrary, noBinary } from "./llama-cpp-library.ts";

type Runtime = { readonly library: Library; readonly llama: Llama };

let running: Promise<Runtime> | null = null;

const linesKept = 6;
let log: string[] = [];

/**
 * Started by the first call. It is never ended: without models it holds next to nothing, does not keep the process alive, and ending it
 * waits for ever once a file could not be loaded. Throws PrerequisiteError `llama_cpp_missing`, `llama_cpp_version`, `llama_cpp_no_binary`.
 */
export async function startLlama(): Promise<Runtime> {
	running ??= start().catch((error: unknown) => {
		running = null;
		throw error;
	});
	return running;
}

/** Forgets the lines so far. */
export function forgetLog(): void {
	log = [];
}

/** The last lines since: the only place where it says why a file cannot be loaded. They arrive a little after the failure. */
export async function recentLog(): Promise<readonly string[]> {
	for (let turn = 0; turn < 5; turn += 1) await setImmediate();
	return log;
}

async function start(): Promise<Runtime> {
	const library = await loadLibrary();
	const llama = await library
		.getLlama({
			// Nothing is compiled or downloaded.
			build: "never",
			gpu: false,
			// Each context has the threads it was given.
			maxThreads: 0,
			logger: (_, message) => {
				log = [...log, message.trim()].slice(-linesKept);
			},
		})
		.catch((error: unknown) => {
			throw error instanceof library.NoBinaryFoundError
				? noBinary(error)
				: error;
		});
	return { library, llama };
}
