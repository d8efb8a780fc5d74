/** Module A, closed-set identification: for every neuron of a layer the best concepts, their margin, and whether they beat chance. */
import { Worker } from "node:worker_threads";
import {
	DataError,
	DissectionError,
	InterruptedError,
	throwIfInterrupted,
} from "../../errors.ts";
import { workerUrl } from "../../shared/worker-url.ts";
import type { ClosedSetResult, ErrorRecord, LongOptions } from "../../types.ts";
import type { ClosedSetReply, ClosedSetRequest } from "./closed-set-worker.ts";
import type { UnitScores } from "./score-chunk.ts";
import type { LayerChunk, LayerTask } from "./score-layer.ts";
import type { SimilarityFunction } from "./similarity.ts";

export type IdentifyClosedSetOptions = LongOptions & {
	/** A recorded layer: `.npy`, float32, C order, `[units, clips]`. */
	readonly activations: { readonly path: string };
	/** `[clips, concepts]` from `conceptScores`; clips whose row is NaN are left out. */
	readonly scores: Float32Array;
	/** Names as reported, in the order of the scores' columns; at least one. */
	readonly concepts: readonly string[];
	readonly function: SimilarityFunction;
	/** Clip permutations of the null; 0: no null. */
	readonly permutations: number;
	/** Integer; the same permutations serve every neuron and every layer of as many clips. */
	readonly seed: number;
	/** Default: all units of the layer. */
	readonly units?: readonly number[] | undefined;
};

export type IdentifiedUnit = {
	readonly unit: number;
	readonly result: ClosedSetResult;
};

/**
 * Results in unit order, computed chunk by chunk in a worker thread (memory is bounded whatever the size of the recording).
 * Scores are float64 and depend neither on the chunks nor on which units are asked for; the null's float32 products are within 2e-6.
 * A neuron that is constant or not finite has an empty `ranked` and nulls: it has no winner.
 * Throws DataError `score_not_finite`, `no_clips`, `clips_mismatch`, `unit_unknown`, those of `openNpyMatrix`; InterruptedError.
 *
 * @example
 * for await (const { unit, result } of identifyClosedSet({ activations, scores, concepts, function: "cos-cubed", permutations: 200, seed: 0 }))
 *   console.log(unit, result.ranked[0]?.concept, result.aboveNull);
 */
export async function* identifyClosedSet(
	options: IdentifyClosedSetOptions,
): AsyncGenerator<IdentifiedUnit> {
	const { concepts, signal, onProgress } = options;
	throwIfInterrupted(signal);
	const layer = startLayer(taskOf(options));
	const interrupt = (): void =>
		layer.fail(new InterruptedError(signal?.reason));
	signal?.addEventListener("abort", interrupt, { once: true });
	try {
		let done = 0;
		for (let coming = layer.next(); ; ) {
			const chunk = await coming;
			if (chunk === null) return;
			// The worker goes on while the caller is busy with this chunk.
			coming = layer.next();
			coming.catch(() => undefined);
			for (const scored of chunk.units) {
				throwIfInterrupted(signal);
				yield {
					unit: scored.unit,
					result: toResult(scored, options, concepts),
				};
			}
			done += chunk.units.length;
			onProgress?.({ stage: "closed-set", done, total: chunk.total });
		}
	} finally {
		signal?.removeEventListener("abort", interrupt);
		await layer.close();
	}
}

function taskOf(options: IdentifyClosedSetOptions): LayerTask {
	const { scores, concepts, permutations, units } = options;
	if (concepts.length === 0)
		throw new RangeError("Expected `concepts` to have at least one name");
	if (!Number.isInteger(permutations) || permutations < 0)
		throw new RangeError(
			`Expected \`permutations\` to be an integer from 0 and up, got \`${permutations}\``,
		);
	const clips = scores.length / concepts.length;
	if (!Number.isInteger(clips))
		throw new RangeError(
			`Expected \`scores\` to have a multiple of ${concepts.length} values (one per concept), got \`${scores.length}\``,
		);
	return {
		path: options.activations.path,
		units:
			units === undefined ? null : [...new Set(units)].sort((a, b) => a - b),
		scores,
		clips,
		concepts: concepts.length,
		function: options.function,
		permutations,
		seed: options.seed,
	};
}

function toResult(
	{ ranked, p95 }: UnitScores,
	options: IdentifyClosedSetOptions,
	concepts: readonly string[],
): ClosedSetResult {
	const [best, second] = ranked;
	return {
		function: options.function,
		ranked: ranked.map(({ concept, score }) => ({
			concept: concepts[concept] as string,
			score,
		})),
		margin:
			best === undefined || second === undefined
				? null
				: best.score - second.score,
		null: { permutations: options.permutations, seed: options.seed, p95 },
		aboveNull: best === undefined || p95 === null ? null : best.score > p95,
	};
}

type RunningLayer = {
	/** The next chunk; null after the last. */
	next(): Promise<LayerChunk | null>;
	/** Makes the pending and every later `next` reject. */
	fail(error: unknown): void;
	/** Ends the worker after the product it is at. */
	close(): Promise<void>;
};

function startLayer(task: LayerTask): RunningLayer {
	const worker = new Worker(
		workerUrl("./closed-set-worker.js", import.meta.url),
		{ workerData: task },
	);
	const exited = new Promise((resolve) => worker.once("exit", resolve));
	let failure: { readonly error: unknown } | undefined;
	let pending:
		| {
				readonly resolve: (chunk: LayerChunk | null) => void;
				readonly reject: (error: unknown) => void;
		  }
		| undefined;
	const fail = (error: unknown): void => {
		failure ??= { error };
		pending?.reject(failure.error);
		pending = undefined;
	};
	worker.on("message", (reply: ClosedSetReply) => {
		if ("error" in reply) return fail(toError(reply.error));
		pending?.resolve(reply.chunk);
		pending = undefined;
	});
	worker.on("error", (cause) =>
		fail(
			new DissectionError(
				`closed-set identification of ${task.path} stopped: ${cause.message}`,
				{ code: "closed_set_stopped", cause },
			),
		),
	);
	return {
		next: () =>
			new Promise((resolve, reject) => {
				if (failure !== undefined) return reject(failure.error);
				pending = { resolve, reject };
				worker.postMessage("next" satisfies ClosedSetRequest);
			}),
		fail,
		close: async () => {
			worker.postMessage("close" satisfies ClosedSetRequest);
			await exited;
		},
	};
}

/** The worker's error as an error of this thread: what it reads is data, the rest is unexpected. */
function toError(record: ErrorRecord): Error {
	const { code, message, hint, evidence } = record;
	return record.name === "DataError"
		? new DataError(message, { code, hint, evidence })
		: new DissectionError(message, { code, hint, evidence });
}
