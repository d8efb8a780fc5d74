/** The method on one page: record, exemplars, summaries, A closed set, B calibration, C open set; each stage resumable. */
import { setMaxListeners } from "node:events";
import { calibrateNeurons } from "./dissect/calibrate-neurons.ts";
import { checkModels } from "./dissect/check-models.ts";
import type { StageContext } from "./dissect/context.ts";
import { extractConcepts } from "./dissect/extract-concepts.ts";
import { identifyConcepts } from "./dissect/identify-concepts.ts";
import { countPending } from "./dissect/neurons.ts";
import type { DissectOptions } from "./dissect/options.ts";
import { countAsked, rankNeurons } from "./dissect/rank-neurons.ts";
import { beginRun } from "./dissect/run.ts";
import { createStopwatch, workOnRun } from "./dissect/run-work.ts";
import { summarizeNeurons } from "./dissect/summarize-neurons.ts";
import { BudgetReachedError } from "./errors.ts";
import { requireCaptions } from "./inputs/probe-set/require-captions.ts";
import { loadLexicon } from "./modules/open-set-extraction/lexicon.ts";
import { createTagger } from "./modules/open-set-extraction/tagger.ts";
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
	const stopwatch = createStopwatch(options);
	const { timed } = stopwatch;

	// Every module reads captions: said before hours of recording.
	if (modules.length > 0) requireCaptions(options.probeSet);
	const recording = await timed("record", () =>
		record({
			...options.recording,
			network: options.network,
			probeSet: options.probeSet,
			directory: `${store.directory}/recordings`,
			beforeRecording: options.writer?.checkKeys,
			signal,
			onProgress: options.onProgress,
		}),
	);
	const tagger = createTagger(await loadLexicon());
	const begun = beginRun(options, recording);
	const { resumed, release } = begun;
	let waiting = 0;
	let waitingInStage = 0;
	let budgetReached = false;
	const context: StageContext = {
		...begun.context,
		tagger,
		noteDeferred: (reason) => {
			waitingInStage += 1;
			budgetReached ||= reason instanceof BudgetReachedError;
		},
	};
	const ledger = options.ledger ?? options.writer?.ledger;
	/** A budget that ends in what a stage needs for all neurons (embeddings) ends the stage, not the run. */
	const untilBudget = async (
		work: () => Promise<void>,
		stillWaiting: () => number,
	): Promise<void> => {
		try {
			await work();
		} catch (error) {
			if (!(error instanceof BudgetReachedError)) throw error;
			budgetReached = true;
			waitingInStage = stillWaiting();
		}
	};
	const work = async (): Promise<number> => {
		await timed("exemplars", () =>
			untilBudget(
				() => rankNeurons(context, options.neurons ?? new Map()),
				() => countAsked(options),
			),
		);
		waiting = waitingInStage;
		if (options.method.triage !== null && waiting === 0)
			options.onTriage?.({
				neurons: store
					.countStatuses(context.run)
					.reduce((sum, layer) => sum + layer.neurons, 0),
				...store.countTriage(context.run),
			});
		const { check } = options;
		if (check !== undefined && options.writer !== null)
			await timed("llm-check", async () => {
				await untilBudget(
					async () => {
						await checkModels(context, modules, check);
					},
					() => 0,
				);
			});
		for (const module of stageOrder(options)) {
			waitingInStage = 0;
			await timed(module, () =>
				untilBudget(
					() => STAGES[module](context),
					() => countPending(context, module),
				),
			);
			waiting = Math.max(waiting, waitingInStage);
			// The later modules build on replies that are not there yet. What was paid for before the budget ended goes through all of them.
			if (waiting > 0 && !budgetReached) break;
		}
		return waiting;
	};
	const { complete, layers } = await workOnRun(
		{
			store,
			run: context.run,
			modules,
			stopwatch,
			ledger,
			release,
		},
		work,
	).finally(tagger.close);
	return {
		run: context.run,
		complete,
		waiting,
		budgetReached,
		resumed,
		recording,
		layers,
		seconds: stopwatch.seconds,
	};
}
