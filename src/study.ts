/** From a config to everything `dissect` takes: the one place where the parts are put together. */

import type { Config } from "./config/config.ts";
import { numberOrAuto, probeSetSpec, resolvedConfig } from "./config/config.ts";
import type { Operation } from "./config/model-settings.ts";
import { systemTime } from "./config/system-time.ts";
import { triageSetting } from "./config/triage-setting.ts";
import { defaultFunction } from "./dissect/closed-set-scores.ts";
import type { MethodOptions, Writer, WriterModel } from "./dissect/context.ts";
import { operationOf } from "./dissect/operations.ts";
import type { DissectOptions } from "./dissect.ts";
import { loadConceptSet } from "./inputs/concept-set.ts";
import { checkLabels } from "./inputs/probe-set/labels.ts";
import { loadProbeSet } from "./inputs/probe-set/probe-set.ts";
import type { DeferredCall } from "./llm/ask.ts";
import type { BatchServer } from "./llm/batch/fetch.ts";
import { type BatchMode, batchStandings } from "./llm/batch/standing.ts";
import { createLedger, type Ledger } from "./llm/ledger.ts";
import { loadPrices } from "./llm/prices.ts";
import { loadNetwork } from "./network/load.ts";
import { loadPrompts } from "./prompts/load.ts";
import { packageVersion } from "./shared/package.ts";
import { defaultThreads } from "./shared/threads.ts";
import { openStore } from "./store/open.ts";
import { openEncoders } from "./study/encoders.ts";
import {
	type LanguageModels,
	openLanguageModels,
} from "./study/language-models.ts";
import type { LongOptions } from "./types.ts";

/** What `dissect` takes, put together from a config. Close it when done. */
export type Study = DissectOptions & {
	/** The models whose calls can be sent in batches. */
	readonly batchServers: readonly BatchServer[];
	/** Closes the store and ends the encoder's threads. */
	close(): Promise<void>;
};

export type OpenStudyOptions = LongOptions & {
	readonly config: Config;
	/** ISO time, for the store's time columns. Default: the system clock. */
	readonly now?: (() => string) | undefined;
	/** False: neurons are only recorded; no language model is opened, no key is asked for, and clips need no captions. Default: true. */
	readonly describes?: boolean | undefined;
	/** Given every language model call that the store cannot serve, once per key, in place of sending it. */
	readonly defer?: ((deferred: DeferredCall) => void) | undefined;
	/** What is put aside is to be sent in batches: a key is needed, and the budget holds. ConfigError `batch_unsupported`. Default: calls are sent one by one, or only counted. */
	readonly batch?: Exclude<BatchMode, "online"> | undefined;
};

/**
 * Opens the store and loads the network, the probe set, the concept set, the prompts, the encoder and the language model that a config
 * names. Nothing is recorded yet, and nothing is sent but, to a language model server that is not known, a few words to find out what it
 * can do. Throws the errors of its parts: DataError, TargetNetworkError, PromptError, StoreError, PrerequisiteError (`api_key_missing`,
 * `api_unsupported`, `llama_cpp_missing`).
 *
 * @example
 * const config = await loadConfig({ path: "dissect.yaml" });
 * const study = await openStudy({ config });
 * const { run } = await dissect(study);
 * await study.close();
 */
export async function openStudy(options: OpenStudyOptions): Promise<Study> {
	const { config, signal, onProgress } = options;
	const now = options.now ?? systemTime;
	const network = await loadNetwork({
		descriptor: config.network,
		layers: config.layers,
		pooling: config.pooling ?? undefined,
	});
	const conceptSet = await loadConceptSet(config.conceptSet);
	const prompts = await loadPrompts(
		config.prompts === null ? {} : { directory: config.prompts },
	);
	const probeSet = await loadProbeSet({
		...probeSetSpec(config),
		captionsOptional: options.describes === false,
		signal,
		onProgress,
	});
	if (network.classes !== null && config.labels === "classes")
		checkLabels({ clips: probeSet.clips, classes: network.classes });
	const prices = await loadPrices(config.prices);
	const store = openStore({ directory: config.store, now });
	// What is put aside costs nothing.
	const ledger =
		options.defer === undefined || options.batch !== undefined
			? createLedger({ store, prices, budget: config.budget })
			: undefined;
	const models = openLanguageModels({
		languageModel: config.languageModel,
		store,
		ledger,
		defer: options.defer,
		// A dry run counts what is in batches too: it says what is not paid for yet.
		standing:
			ledger === undefined
				? undefined
				: batchStandings(store, options.batch ?? "online"),
		inBatches: options.batch !== undefined,
		signal,
	});
	try {
		const writer =
			options.describes === false
				? null
				: await openWriter(config, models, ledger);
		const encoders = await openEncoders(config, store, {
			ledger,
			dryRun: ledger === undefined || options.describes === false,
		});
		return {
			store,
			network,
			probeSet,
			conceptSet,
			prompts,
			embeddings: encoders.embeddings,
			textAudio: encoders.textAudio,
			writer,
			ledger,
			check: config.languageModel.check ? {} : undefined,
			batchServers: models.batchServers(),
			method: {
				exemplars: config.exemplars,
				closedSet: closedSetOptions(config),
				summarize: config.summarize,
				summaryCalibration: config.summaryCalibration,
				triage: triageSetting(config),
				seed: config.seed,
			},
			modules: config.modules,
			recording: {
				batchSize: numberOrAuto(config.recording.batchSize),
				threads: numberOrAuto(config.recording.threads) ?? defaultThreads(),
				clipThreads: numberOrAuto(config.recording.clipThreads),
				precision: config.recording.precision,
				provider: config.recording.provider,
			},
			config: {
				resolved: resolvedConfig(config),
				asPassed: config.source.asPassed,
			},
			toolVersion: packageVersion(),
			pid: process.pid,
			signal,
			onProgress,
			close: async () => {
				await models.close();
				await encoders.close();
				store.close();
			},
		};
	} catch (error) {
		await models.close();
		store.close();
		throw error;
	}
}

function closedSetOptions({ closedSet }: Config): MethodOptions["closedSet"] {
	const { method } = closedSet;
	if (method === "icl") return { ...closedSet, function: null };
	const named = closedSet.function;
	return {
		...closedSet,
		function: named === "auto" ? defaultFunction(method) : named,
	};
}

async function openWriter(
	config: Config,
	models: LanguageModels,
	ledger: Ledger | undefined,
): Promise<Writer> {
	const opened = new Map<Operation, WriterModel>();
	for (const module of config.modules) {
		const use = operationOf(module, config);
		const writer = use === null ? null : await models.open(use);
		if (use !== null && writer !== null) opened.set(use, writer);
	}
	return opened.size === 0
		? null
		: {
				modelFor: (use) => opened.get(use) ?? null,
				ledger,
				checkKeys: models.checkKeys,
			};
}
