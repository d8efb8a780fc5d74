/** From a config to everything `dissect` takes: the one place where the parts are put together. */

import { resolveApiKey } from "./config/api-key.ts";
import type { Config } from "./config/config.ts";
import { probeSetSpec, resolvedConfig } from "./config/config.ts";
import { systemTime } from "./config/system-time.ts";
import type { Writer } from "./dissect/context.ts";
import type { DissectOptions } from "./dissect.ts";
import { cachedEmbeddings } from "./embeddings/cached.ts";
import type { EmbeddingModel } from "./embeddings/port.ts";
import { openRemoteEmbeddings } from "./embeddings/remote.ts";
import { openSentenceEncoder } from "./embeddings/sentence-encoder.ts";
import { loadConceptSet } from "./inputs/concept-set.ts";
import { checkLabels } from "./inputs/probe-set/labels.ts";
import { loadProbeSet } from "./inputs/probe-set/probe-set.ts";
import { createLanguageModel } from "./llm/create.ts";
import { createEmbeddingRequest } from "./llm/openai-embeddings.ts";
import { loadNetwork } from "./network/load.ts";
import { loadPrompts } from "./prompts/load.ts";
import { hashJson } from "./shared/hash.ts";
import { packageVersion } from "./shared/package.ts";
import { defaultThreads } from "./shared/threads.ts";
import { openStore } from "./store/open.ts";
import type { Store } from "./store/store.ts";
import type { LongOptions } from "./types.ts";

/** What `dissect` takes, put together from a config. Close it when done. */
export type Study = DissectOptions & {
	/** Closes the store and ends the encoder's threads. */
	close(): Promise<void>;
};

export type OpenStudyOptions = LongOptions & {
	readonly config: Config;
	/** ISO time, for the store's time columns. Default: the system clock. */
	readonly now?: (() => string) | undefined;
};

/**
 * Opens the store and loads the network, the probe set, the concept set, the prompts, the encoder and the language model that a config
 * names. Nothing is sent and nothing is recorded yet. Throws the errors of its parts: DataError, TargetNetworkError, PromptError,
 * StoreError, PrerequisiteError (`api_key_missing`).
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
	});
	const conceptSet = await loadConceptSet(config.conceptSet);
	const prompts = await loadPrompts(
		config.prompts === null ? {} : { directory: config.prompts },
	);
	const probeSet = await loadProbeSet({
		...probeSetSpec(config),
		signal,
		onProgress,
	});
	if (network.classes !== null && config.labels === "classes")
		checkLabels({ clips: probeSet.clips, classes: network.classes });
	const store = openStore({ directory: config.store, now });
	try {
		const writer = openWriter(config, store);
		const encoder = await openEmbeddings(config);
		return {
			store,
			network,
			probeSet,
			conceptSet,
			prompts,
			embeddings: cachedEmbeddings(encoder, store),
			writer,
			method: {
				exemplars: config.exemplars,
				closedSet: config.closedSet,
				summarize: config.summarize,
				summaryCalibration: config.summaryCalibration,
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
				await encoder.close();
				store.close();
			},
		};
	} catch (error) {
		store.close();
		throw error;
	}
}

function numberOrAuto(value: number | "auto"): number | undefined {
	return value === "auto" ? undefined : value;
}

function openWriter(config: Config, store: Store): Writer {
	const {
		provider,
		model,
		baseUrl,
		temperature,
		seed,
		maxOutputTokens,
		...limits
	} = config.languageModel;
	if (provider === "none" || model === null) return null;
	return {
		model: createLanguageModel({
			...limits,
			provider,
			model,
			baseUrl: baseUrl ?? undefined,
			apiKey: resolveApiKey(config.languageModel),
			apiKeyEnv: limits.apiKeyEnv ?? undefined,
			parameters: { temperature, maxOutputTokens, seed },
			calls: store,
		}),
		identity: { provider, model, baseUrl, temperature, seed, maxOutputTokens },
		concurrency: limits.concurrency,
	};
}

/** The encoder the config asks for, not yet cached. */
async function openEmbeddings(config: Config): Promise<EmbeddingModel> {
	const { provider, directory, model, baseUrl, apiKeyEnv, ...limits } =
		config.embeddings;
	if (provider === "local" || model === null)
		return openSentenceEncoder(directory === null ? {} : { directory });
	return openRemoteEmbeddings({
		request: createEmbeddingRequest({
			...limits,
			model,
			baseUrl: baseUrl ?? undefined,
			apiKey: resolveApiKey(config.embeddings),
			apiKeyEnv: apiKeyEnv ?? undefined,
		}),
		id: hashJson({ provider, model, baseUrl }),
	});
}
