/** The method on one page: record, exemplars, summaries, A closed set, B calibration, C open set; each stage resumable. */
import { setMaxListeners } from "node:events";
import { z } from "zod";
import { calibrateNeurons } from "./dissect/calibrate-neurons.ts";
import type { StageContext } from "./dissect/context.ts";
import { extractConcepts } from "./dissect/extract-concepts.ts";
import { identifyConcepts } from "./dissect/identify-concepts.ts";
import type { DissectOptions } from "./dissect/options.ts";
import { rankNeurons } from "./dissect/rank-neurons.ts";
import { beginRun } from "./dissect/run.ts";
import { summarizeNeurons } from "./dissect/summarize-neurons.ts";
import { InterruptedError, throwIfInterrupted } from "./errors.ts";
import { record } from "./recordings/record.ts";
import type { Recording } from "./recordings/recording.ts";
import type { LayerStatuses, Store } from "./store/store.ts";
import type { ModuleName } from "./types.ts";

export type { DissectOptions } from "./dissect/options.ts";

export type DissectResult = {
	/** Run id: the same inputs and options are the same run. */
	readonly run: string;
	/** False: some neurons failed or wait; the next run with the same options tries them again. */
	readonly complete: boolean;
	/** Neurons of the stage this call ended with that wait for calls that were put aside; 0 unless the model defers calls. */
	readonly waiting: number;
	/** There was such a run, and this call went on with it. */
	readonly resumed: boolean;
	readonly recording: Recording;
	readonly layers: readonly LayerStatuses[];
	/** Seconds per stage of this call. */
	readonly seconds: Readonly<Record<string, number>>;
};

const STAGES: Readonly<
	Record<ModuleName, (context: StageContext) => Promise<void>>
> = {
	summarize: summarizeNeurons,
	"closed-set": identifyConcepts,
	"summary-calibration": calibrateNeurons,
	"open-set-extraction": extractConcepts,
};

/**
 * Describes every neuron and stores the descriptions. Never throws for one neuron: a failure is stored with its evidence and tried
 * again by the next call with the same options. Throws what would hit all of them: DataError, TargetNetworkError, StoreError,
 * InterruptedError, and LanguageModelError for a rejected key or an unreachable server. Whatever it throws, nothing that was
 * recorded or answered is lost.
 */
export async function dissect(options: DissectOptions): Promise<DissectResult> {
	const { store, signal, modules } = options;
	// Every call in flight listens to it; Node takes more than ten listeners for a leak.
	if (signal !== undefined) setMaxListeners(0, signal);
	const clock = options.clock ?? (() => performance.now());
	const seconds: Record<string, number> = {};
	const timed = async <T>(
		stage: string,
		work: () => Promise<T>,
	): Promise<T> => {
		throwIfInterrupted(signal);
		const start = clock();
		try {
			return await work();
		} finally {
			seconds[stage] = (clock() - start) / 1000;
		}
	};

	const recording = await timed("record", () =>
		record({
			...options.recording,
			network: options.network,
			probeSet: options.probeSet,
			directory: `${store.directory}/recordings`,
			signal,
			onProgress: options.onProgress,
		}),
	);
	const begun = beginRun(options, recording);
	const { resumed, release } = begun;
	let waiting = 0;
	const context: StageContext = {
		...begun.context,
		noteDeferred: () => {
			waiting += 1;
		},
	};
	const counts = (): LayerStatuses[] => store.countStatuses(context.run);
	const before = earlierSeconds(store, context.run);
	const finish = (status: "complete" | "incomplete" | "interrupted"): void => {
		// Stored times are those of all calls together: a run that was resumed took as long as its parts.
		const timings = Object.entries(seconds).map(([stage, value]) => [
			stage,
			value + (before[stage] ?? 0),
		]);
		store.finishRun(
			context.run,
			status,
			{ layers: counts() },
			Object.fromEntries(timings),
		);
	};
	try {
		await timed("exemplars", () =>
			rankNeurons(context, options.neurons ?? new Map()),
		);
		for (const module of modules) {
			await timed(module, () => STAGES[module](context));
			// The later modules build on replies that are not there yet.
			if (waiting > 0) break;
		}
		const layers = counts();
		const complete =
			waiting === 0 &&
			layers.every(({ modules: statuses }) =>
				modules.every((module) => statuses[module].failed === 0),
			);
		finish(complete ? "complete" : "incomplete");
		return {
			run: context.run,
			complete,
			waiting,
			resumed,
			recording,
			layers,
			seconds,
		};
	} catch (error) {
		// The reason counts, also when the store can no longer say how it ended.
		try {
			finish(error instanceof InterruptedError ? "interrupted" : "incomplete");
		} catch {}
		throw error;
	} finally {
		release();
	}
}

const timingsSchema = z.record(z.string(), z.number()).nullable();

function earlierSeconds(store: Store, run: string): Record<string, number> {
	return timingsSchema.parse(store.readRun(run).timings) ?? {};
}
