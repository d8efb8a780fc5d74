/** The tagger: sentences to words with parts of speech, each distinct sentence tagged once, in a worker thread. */
import { Worker } from "node:worker_threads";
import { forgetOldest } from "../../shared/forget-oldest.ts";
import { chunksOf } from "../../shared/pool.ts";
import { workerUrl } from "../../shared/worker-url.ts";
import type { AudioLexicon } from "./lexicon.ts";
import type { Word } from "./words-of-sentence.ts";

export type Tagger = {
	readonly lexicon: AudioLexicon;
	/** The words of each sentence, in order. The result for a sentence does not depend on the others. */
	tag(sentences: readonly string[]): Promise<(readonly Word[])[]>;
	/** Stops the worker thread. An idle tagger never keeps the process alive. */
	close(): Promise<void>;
};

type Reply =
	| { readonly id: number; readonly words: readonly Word[][] }
	| { readonly id: number; readonly error: unknown };

type Pending = {
	readonly resolve: (words: readonly Word[][]) => void;
	readonly reject: (error: unknown) => void;
};

/** Remembered sentences; the oldest go first. A summary's few distinct sentences fit many times over. */
const remembered = 50_000;
/** Sentences of one request: what comes back is unpacked in this thread, which should not stand still for long. */
const perRequest = 200;

/** Opens a tagger over `lexicon`. */
export function createTagger(lexicon: AudioLexicon): Tagger {
	const send = openWorker(lexicon);
	const known = new Map<string, Promise<readonly Word[]>>();
	return {
		lexicon,
		tag: (sentences) => {
			const fresh = [...new Set(sentences)].filter(
				(sentence) => !known.has(sentence),
			);
			for (const chunk of chunksOf(fresh, perRequest)) {
				const reply = send.request(chunk);
				for (const [index, sentence] of chunk.entries()) {
					const words = reply.then(
						(sentenceWords) => sentenceWords[index] ?? [],
					);
					words.catch(() => known.delete(sentence));
					known.set(sentence, words);
				}
			}
			const result = Promise.all(
				sentences.map((sentence) => known.get(sentence) ?? []),
			);
			forgetOldest(known, remembered);
			return result;
		},
		close: send.close,
	};
}

/** The worker, started with the first request; referenced only while requests are pending. */
function openWorker(lexicon: AudioLexicon) {
	let worker: Worker | undefined;
	let nextId = 0;
	const pending = new Map<number, Pending>();
	const failAll = (error: unknown): void => {
		worker = undefined;
		for (const { reject } of pending.values()) reject(error);
		pending.clear();
	};
	const start = (): Worker => {
		const started = new Worker(
			workerUrl("./tagger-worker.js", import.meta.url),
			{ workerData: lexicon },
		);
		started.on("message", (reply: Reply) => {
			const waiting = pending.get(reply.id);
			pending.delete(reply.id);
			if (pending.size === 0) started.unref();
			if ("error" in reply) waiting?.reject(reply.error);
			else waiting?.resolve(reply.words);
		});
		started.on("error", failAll);
		started.on("exit", (code) =>
			failAll(new Error(`the tagger's worker thread ended with code ${code}`)),
		);
		return started;
	};
	return {
		request: (sentences: readonly string[]) =>
			new Promise<readonly Word[][]>((resolve, reject) => {
				worker ??= start();
				worker.ref();
				const id = nextId;
				nextId += 1;
				pending.set(id, { resolve, reject });
				worker.postMessage({ id, sentences });
			}),
		close: async (): Promise<void> => {
			await worker?.terminate();
		},
	};
}
