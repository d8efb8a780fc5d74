/** Recalibration: modules B and C again at another threshold, over the summaries and cosines of a run. No call, no network, no audio. */
import { z } from "zod";
import { ConfigError, InterruptedError } from "../errors.ts";
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
	unjudgedOf,
} from "./recalibration-filter.ts";
import { allSeconds, earlierSeconds } from "./timings.ts";

/** Made again. */
const MADE = ["summary-calibration", "open-set-extraction"] as const;
/** Copied from the source as they are. */
const COPIED: readonly ModuleName[] = ["closed-set", "summarize"];
/** Results that rest on copied modules alone. */
const COPIED_EVALUATIONS = [
	"last-layer",
	"last-layer-table",
	"closed-set-clips-left-out",
];

export type RecalibrateOptions = LongOptions & {
	readonly store: Store;
	/** Run id, tag, start of an id, or `latest`. */
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
	/** Run id: the same source, threshold and judge are the same run. */
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
 * closed-set results and summaries are copied; descriptions of modules B and C are made again. The acoustic filter serves the verdicts
 * that were paid for (or the lexicon, when that was the source's filter). Throws ConfigError `threshold_invalid`, `not_calibrated` (the
 * source has no module B), StoreError (`run_unknown`, `run_locked` ...), InterruptedError.
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
			{ code: "threshold_invalid" },
		);
	const source = store.readRun(options.run);
	const modules = modulesOf(source);
	const lexicon = await loadLexicon();
	const { id: run, resumed } = store.deriveRun({
		source: source.id,
		key: hashJson({
			recalibrated: source.key,
			// Neurons that failed in the source and were described since make another run.
			outcomes: outcomesOf(store, source),
			threshold,
			lexicon: lexicon.hash,
			ask: ask?.judge ?? null,
			toolVersion: options.toolVersion,
		}),
		resolved: resolvedAt(source.resolved, threshold),
		asPassed: { recalibrate: { run: source.id, threshold } },
		toolVersion: options.toolVersion,
		modules: COPIED,
		evaluations: COPIED_EVALUATIONS,
	});
	const release = store.lockRun(run, { pid: options.pid });
	const clock = options.clock ?? (() => performance.now());
	const seconds: Record<string, number> = {};
	const timed = async (stage: string, work: () => Promise<void>) => {
		const start = clock();
		await work().finally(() => {
			seconds[stage] = (clock() - start) / 1000;
		});
	};
	const counts = (): LayerStatuses[] => store.countStatuses(run);
	const before = earlierSeconds(store, run);
	const finish = (status: "complete" | "incomplete" | "interrupted"): void =>
		store.finishRun(
			run,
			status,
			{ layers: counts() },
			allSeconds(before, seconds),
		);
	ask?.ledger?.begin(run);
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
	const tagger = createTagger(lexicon);
	try {
		await timed("summary-calibration", () =>
			recalibrateNeurons(context, source.id, threshold),
		);
		if (modules.includes("open-set-extraction"))
			await timed("open-set-extraction", async () => {
				if (countPending(context, "open-set-extraction") === 0) return;
				const filter = await storedFilter({ context, source, tagger, ask });
				await describeOpenSet(context, filter, tagger);
			});
		const layers = counts();
		const complete =
			waiting === 0 &&
			layers.every(({ modules: statuses }) =>
				modules.every((module) => statuses[module].failed === 0),
			);
		finish(complete ? "complete" : "incomplete");
		return {
			run,
			source: source.id,
			complete,
			resumed,
			layers,
			unjudged: unjudgedOf(context),
		};
	} catch (error) {
		// The reason counts, also when the store can no longer say how it ended.
		try {
			finish(error instanceof InterruptedError ? "interrupted" : "incomplete");
		} catch {}
		throw error;
	} finally {
		ask?.ledger?.flush();
		release();
		await tagger.close();
	}
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

function outcomesOf(store: Store, source: RunView): Json {
	return store.countStatuses(source.id).map(({ layer, neurons, modules }) => ({
		layer,
		neurons,
		modules: { ...modules },
	}));
}

const moduleList = z.object({ modules: z.array(z.string()) });

/** The modules that are made again: those the source has. */
function modulesOf(source: RunView): readonly ModuleName[] {
	const parsed = moduleList.safeParse(source.resolved);
	const had = parsed.success ? parsed.data.modules : [...MADE];
	if (had.includes("summary-calibration"))
		return MADE.filter((module) => had.includes(module));
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
