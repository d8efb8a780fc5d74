/** The method on one page: record, exemplars, summaries, A closed set, B calibration, C open set; each stage resumable. */
import { setMaxListeners } from "node:events";
import { calibrateNeurons } from "./dissect/calibrate-neurons.ts";
import { checkModels } from "./dissect/check-models.ts";
import type { StageContext } from "./dissect/context.ts";
import { extractConcepts } from "./dissect/extract-concepts.ts";
import { identifyConcepts } from "./dissect/identify-concepts.ts";
import type { DissectOptions } from "./dissect/options.ts";
import { rankNeurons } from "./dissect/rank-neurons.ts";
import { beginRun } from "./dissect/run.ts";
import { summarizeNeurons } from "./dissect/summarize-neurons.ts";
import { allSeconds, earlierSeconds } from "./dissect/timings.ts";
import {
	BudgetReachedError,
	InterruptedError,
	throwIfInterrupted,
} from "./errors.ts";
import { requireCaptions } from "./inputs/probe-set/require-captions.ts";
import { record } from "./recordings/record.ts";
import type { Recording } from "./recordings/recording.ts";
import type { LayerStatuses } from "./store/store.ts";
import type { ModuleName } from "./types.ts";

export type { DissectOptions } from "./dissect/options.ts";

export type DissectResult = {
	/** Run id: the same inputs and options are the same run. */
	readonly run: string;
	/** False: some neurons failed or wait; the next run with the same options tries them again. */
	readonly complete: boolean;
	/** Neurons that wait for calls: put aside by a model that defers them, or not sent because the budget was reached. */
	readonly waiting: number;
	/** The budget was reached: the neurons that wait go on when it is raised. */
	readonly budgetReached: boolean;
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

/** As asked for, but that the closed set waits for the summaries when it is made from them. */
function stageOrder({ modules, method }: DissectOptions): ModuleName[] {
	const late =
		method.closedSet.method === "icl" && modules.includes("summarize");
	return modules.flatMap((module): ModuleName[] => {
		if (late && module === "closed-set") return [];
		return late && module === "summarize" && modules.includes("closed-set")
			? ["summarize", "closed-set"]
			: [module];
	});
}

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

	// Every module reads captions: said before hours of recording.
	if (modules.length > 0) requireCaptions(options.probeSet);
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
	let waitingInStage = 0;
	let budgetReached = false;
	const context: StageContext = {
		...begun.context,
		noteDeferred: (reason) => {
			waitingInStage += 1;
			budgetReached ||= reason instanceof BudgetReachedError;
		},
	};
	const counts = (): LayerStatuses[] => store.countStatuses(context.run);
	const before = earlierSeconds(store, context.run);
	const finish = (status: "complete" | "incomplete" | "interrupted"): void => {
		options.writer?.ledger?.flush();
		store.finishRun(
			context.run,
			status,
			{ layers: counts() },
			allSeconds(before, seconds),
		);
	};
	try {
		// Under the run's lock: nobody else spends from its budget.
		options.writer?.ledger?.begin(context.run);
		await timed("exemplars", () =>
			rankNeurons(context, options.neurons ?? new Map()),
		);
		const { check } = options;
		if (check !== undefined && options.writer !== null)
			await timed("llm-check", async () => {
				await checkModels(context, modules, check);
			});
		for (const module of stageOrder(options)) {
			waitingInStage = 0;
			await timed(module, () => STAGES[module](context));
			waiting = Math.max(waiting, waitingInStage);
			// The later modules build on replies that are not there yet. What was paid for before the budget ended goes through all of them.
			if (waiting > 0 && !budgetReached) break;
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
			budgetReached,
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
