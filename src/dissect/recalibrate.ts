/** Recalibration: modules B and C again at another threshold, over the summaries and cosines of a run. No call, no network, no audio. */
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { loadLexicon } from "../modules/open-set-extraction/lexicon.ts";
import { createTagger } from "../modules/open-set-extraction/tagger.ts";
import { rethreshold } from "../modules/summary-calibration/calibrate-summary.ts";
import { hashJson, type Json } from "../shared/hash.ts";
import { calibratedSummary, outcomeOf } from "../store/outcomes.ts";
import type { LayerStatuses, RunView, Store } from "../store/store.ts";
import type {
	CalibratedSummary,
	LongOptions,
	ModuleName,
	Outcome,
} from "../types.ts";
import { describeOpenSet } from "./extract-concepts.ts";
import {
	countPending,
	describeNeurons,
	outputOf,
	type RunContext,
} from "./neurons.ts";
import {
	type Asked,
	storedFilter,
	storedVerdicts,
	unjudgedOf,
} from "./recalibration-filter.ts";
import {
	copyEvaluations,
	copyNeurons,
	hashOutcomes,
	REMADE_MODULES,
} from "./recalibration-source.ts";
import { createStopwatch, workOnRun } from "./run-work.ts";

export type RecalibrateOptions = LongOptions & {
	readonly store: Store;
	/** Run id, tag, start of an id, or `latest`; a recalibration that was cut short stands for its source. */
	readonly run: string;
	/** In [-1, 1]: a high sentence is struck when its largest cosine to a low sentence is above this. */
	readonly threshold: number;
	/** Who judges adjectives that nobody judged for the source run. Default: nobody, they are `unjudged`. */
	readonly ask?: Asked | undefined;
	readonly toolVersion: string;
	/** This process, for the message of a locked run. */
	readonly pid: number;
	/** Monotonic milliseconds. Default `performance.now`. */
	readonly clock?: (() => number) | undefined;
};

export type RecalibrateResult = {
	/** Run id: the same source, threshold and judge are the same run, unless words it left unjudged were judged since. */
	readonly run: string;
	readonly source: string;
	/** False: some neurons have no result, as they had none in the source. */
	readonly complete: boolean;
	/** There was such a run, and this call went on with it. */
	readonly resumed: boolean;
	readonly layers: readonly LayerStatuses[];
	/** Adjectives without a verdict, in alphabetical order. */
	readonly unjudged: readonly string[];
};

/**
 * Makes a new run over the summaries of another, with its stored cosines at `threshold`, whoever struck before. Neurons, exemplars,
 * closed-set results, summaries and the evaluations of both are copied; descriptions of modules B and C are made again. The acoustic filter serves the
 * verdicts that were paid for (or the lexicon, when that was the source's filter). What is scored from calibrated summaries is not copied: see
 * `evaluateNearestClass`. Throws ConfigError `threshold_invalid`, `not_calibrated` (the source has no module B), StoreError (`run_unknown`, `run_locked`
 * ...), InterruptedError.
 *
 * @example
 * const { run } = await recalibrate({ store, run: "latest", threshold: 0.9, toolVersion: "1.0.0", pid: process.pid });
 */
export async function recalibrate(
	options: RecalibrateOptions,
): Promise<RecalibrateResult> {
	const { store, threshold, ask = null, signal, onProgress } = options;
	if (!(threshold >= -1 && threshold <= 1))
		throw new ConfigError(
			`the threshold is a cosine: expected a number from -1 to 1, got ${threshold}`,
			{ code: "threshold_invalid", hint: "For example 0.9." },
		);
	const source = sourceOf(store, options.run);
	const modules = modulesOf(source);
	const lexicon = await loadLexicon();
	const { id: run, resumed } = store.deriveRun({
		source: source.id,
		key: runKey(store, source, {
			recalibrated: source.key,
			// Neurons that failed in the source and were described since, or failed otherwise, make another run.
			outcomes: await hashOutcomes(options, source),
			threshold,
			lexicon: lexicon.hash,
			ask: ask?.judge ?? null,
			toolVersion: options.toolVersion,
		}),
		resolved: resolvedAt(source.resolved, threshold),
		asPassed: { recalibrate: { run: source.id, threshold } },
		toolVersion: options.toolVersion,
	});
	const release = store.lockRun(run, { pid: options.pid });
	let waiting = 0;
	const context: RunContext = {
		store,
		run,
		layers: source.layers.map(({ name }) => name),
		signal,
		onProgress,
		noteDeferred: () => {
			waiting += 1;
		},
	};
	const stopwatch = createStopwatch(options);
	const { timed } = stopwatch;
	const tagger = createTagger(lexicon);
	try {
		const { complete, layers } = await workOnRun(
			{
				store,
				run,
				modules,
				stopwatch,
				ledger: ask?.ledger,
				release,
			},
			async () => {
				copyEvaluations(store, source.id, run);
				await timed("copy", () => copyNeurons(context, source));
				await timed("summary-calibration", () =>
					recalibrateNeurons(context, source.id, threshold),
				);
				if (modules.includes("open-set-extraction"))
					await timed("open-set-extraction", async () => {
						if (countPending(context, "open-set-extraction") === 0) return;
						const filter = await storedFilter({ context, source, tagger, ask });
						await describeOpenSet(context, filter, tagger);
					});
				return waiting;
			},
		);
		return {
			run,
			source: source.id,
			complete,
			resumed,
			layers,
			unjudged: unjudgedOf(context),
		};
	} finally {
		await tagger.close();
	}
}

/** The run of that name; of a recalibration that was cut short, which is the latest run then, the one it is made from: the same command goes on with it. */
function sourceOf(store: Store, name: string): RunView {
	const run = store.readRun(name);
	const cutShort = run.status === "running" || run.status === "interrupted";
	return run.source !== null &&
		cutShort &&
		store.listRuns().some(({ id }) => id === run.source)
		? store.readRun(run.source)
		: run;
}

/** A hash of `parts`; also of the verdicts there are by now on words that the run of these parts has as unjudged: it has to be made anew. */
function runKey(
	store: Store,
	source: RunView,
	parts: { readonly [name: string]: Json },
): string {
	const key = hashJson(parts);
	const made = store.listRuns().find(({ id }) => key.startsWith(id));
	if (made === undefined) return key;
	const layers = source.layers.map(({ name }) => name);
	const verdicts = storedVerdicts(
		store,
		source,
		unjudgedOf({ store, run: made.id, layers }),
	);
	return verdicts.size === 0
		? key
		: hashJson({
				...parts,
				verdicts: [...verdicts]
					.map(([lemma, { acoustic }]) => [lemma, acoustic] as const)
					.sort(([a], [b]) => (a < b ? -1 : 1)),
			});
}

/** Stage "summary-calibration" from stored cosines. What failed in the source fails here, with its evidence. */
async function recalibrateNeurons(
	context: RunContext,
	source: string,
	threshold: number,
): Promise<void> {
	const outcome = outcomeOf(calibratedSummary);
	let stored: {
		readonly layer: string;
		readonly outcomes: ReadonlyMap<number, Outcome<CalibratedSummary>>;
	} | null = null;
	const of = (layer: string, unit: number) => {
		if (stored?.layer !== layer)
			stored = {
				layer,
				outcomes: new Map(
					[
						...context.store.readOutcomes(source, layer, "summary-calibration"),
					].map(([at, raw]) => [at, outcome.parse(raw)]),
				),
			};
		return stored.outcomes.get(unit) ?? null;
	};
	await describeNeurons(context, {
		module: "summary-calibration",
		concurrency: 1,
		describe: async ({ layer, unit }) => {
			const calibrated = outputOf(of(layer, unit), "summary-calibration");
			return {
				outcome: {
					status: "described",
					output: rethreshold(calibrated, threshold),
				},
			};
		},
	});
}

const moduleList = z.object({ modules: z.array(z.string()) });

/** The modules that are made again: those the source has. */
function modulesOf(source: RunView): readonly ModuleName[] {
	const parsed = moduleList.safeParse(source.resolved);
	const had = parsed.success ? parsed.data.modules : [...REMADE_MODULES];
	if (had.includes("summary-calibration"))
		return REMADE_MODULES.filter((module) => had.includes(module));
	throw new ConfigError(
		`run ${source.id} has no calibrated summaries: its modules are ${had.join(", ")}`,
		{
			code: "not_calibrated",
			hint: "Dissect with the module summary-calibration first.",
		},
	);
}

function resolvedAt(resolved: Json, threshold: number): Json {
	const config =
		typeof resolved === "object" &&
		resolved !== null &&
		!Array.isArray(resolved)
			? resolved
			: {};
	return {
		...config,
		summaryCalibration: { method: "embeddings", threshold },
	};
}
