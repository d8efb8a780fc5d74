/** From a config to its language models: one for each use, shared where the settings are the same. */
import { resolveApiKey } from "../config/api-key.ts";
import type { Config } from "../config/config.ts";
import {
	type ModelSettings,
	modelSettings,
	type Operation,
} from "../config/model-settings.ts";
import type { WriterModel } from "../dissect/context.ts";
import { ConfigError } from "../errors.ts";
import type { AskerOptions, DeferredCall } from "../llm/ask.ts";
import type { BatchServer } from "../llm/batch/fetch.ts";
import type { BatchModel } from "../llm/batch/port.ts";
import { batchStandings } from "../llm/batch/standing.ts";
import { identityOf, isOwnAddress } from "../llm/identity.ts";
import type { Ledger } from "../llm/ledger.ts";
import { createLimits, type Limits } from "../llm/limits.ts";
import { mostInFlight } from "../llm/limits-slots.ts";
import { openLanguageModel, openReplayModel } from "../llm/open.ts";
import { openLlamaCppModel } from "../llm/open-llama.ts";
import type { LanguageModel } from "../llm/port.ts";
import type { ModelIdentity } from "../llm/provider.ts";
import { hashJson } from "../shared/hash.ts";
import { defaultThreads } from "../shared/threads.ts";
import type { Store } from "../store/store.ts";

export type LanguageModelsOptions = {
	readonly languageModel: Config["languageModel"];
	/** Where calls and what was found out about servers are kept. */
	readonly store: Store;
	/** Where calls are charged. Default: nowhere. */
	readonly ledger?: Ledger | undefined;
	/** Puts calls aside: nothing is sent, and no key is needed. */
	readonly defer?: ((call: DeferredCall) => void) | undefined;
	/** What calls in batches stand at; see `batchStandings`. Default: those in open batches wait, unless calls are put aside. */
	readonly standing?: AskerOptions["standing"];
	/** Calls are put aside to be sent in batches: keys are needed, and servers are asked what they can do. Default: no. */
	readonly inBatches?: boolean | undefined;
	readonly signal?: AbortSignal | undefined;
};

export type LanguageModels = {
	/**
	 * The model for this use; null when the config says none. Opened with the first call; a server that is not known is asked then what it
	 * can do. Throws what `openLanguageModel` and `openLlamaCppModel` throw, PrerequisiteError `api_key_missing`.
	 */
	open(operation: Operation): Promise<WriterModel | null>;
	/** Of the opened models, those whose calls can be sent in batches. */
	batchServers(): readonly BatchServer[];
	/**
	 * Asks the providers at whose own addresses the opened models are whether they know the keys, each once, which costs nothing. Throws
	 * LanguageModelError `auth_failed`, InterruptedError; what else goes wrong says nothing about a key.
	 */
	checkKeys(): Promise<void>;
	/** Frees what the opened models hold. What servers were asked before a run that has not begun is charged to a job (`probe`). */
	close(): Promise<void>;
};

/** Uses in which a model chooses among options, so that its log-probabilities matter. */
const chooses: ReadonlySet<Operation> = new Set(["identify-concept", "judge"]);

/** The language models of a config. All that ask the same server keep its limits together. */
export function openLanguageModels(
	options: LanguageModelsOptions,
): LanguageModels {
	const { store, ledger } = options;
	const limits = createLimits();
	const opened = new Map<string, Promise<WriterModel>>();
	const servers: BatchServer[] = [];
	const keyChecks: KeyChecks = new Map();
	return {
		open: async (operation) => {
			const settings = modelSettings(options.languageModel, operation);
			if (settings.provider === "none") return null;
			const choosing = chooses.has(operation);
			const key = hashJson({ ...settings, choosing });
			const known = opened.get(key);
			if (known !== undefined) return known;
			const opening = openOne(
				settings,
				choosing,
				{ limits, servers, keyChecks },
				options,
			);
			opened.set(key, opening);
			return opening;
		},
		batchServers: () => servers,
		checkKeys: async () => {
			const signal = options.signal ?? new AbortController().signal;
			for (const check of keyChecks.values()) await check(signal);
		},
		close: async () => {
			for (const opening of opened.values()) {
				// One that failed to open has nothing to free, and whoever asked for it was told.
				const writer = await opening.catch(() => null);
				await writer?.model.close();
			}
			// Without its lock: others may charge it at the same time.
			ledger?.end(() =>
				store.putJob({ kind: "probe", key: hashJson([...opened.keys()]) }),
			);
			opened.clear();
		},
	};
}

/** By address and the variable of the key. */
type KeyChecks = Map<string, NonNullable<BatchModel["checkKey"]>>;

async function openOne(
	settings: ModelSettings,
	choosing: boolean,
	{
		limits,
		servers,
		keyChecks,
	}: {
		readonly limits: Limits;
		readonly servers: BatchServer[];
		readonly keyChecks: KeyChecks;
	},
	{
		store,
		ledger,
		defer,
		standing = defer === undefined
			? batchStandings(store, "online")
			: undefined,
		inBatches = false,
		signal,
	}: LanguageModelsOptions,
): Promise<WriterModel> {
	if (inBatches) expectBatches(settings);
	const { reply, structuredOutput, concurrency } = settings;
	const replay = settings.provider === "replay";
	const provider = replay ? settings.replayOf : settings.provider;
	const parameters = {
		temperature: settings.temperature,
		seed: settings.seed,
		maxOutputTokens: settings.maxOutputTokens,
	};
	if (provider === "llama-cpp") {
		const { model, identity } = await openLlamaCppModel({
			file: needed(settings.file),
			model: settings.model,
			contextSize: settings.contextSize,
			threads:
				settings.threads === "auto" ? defaultThreads() : settings.threads,
			parameters,
			calls: store,
			reply,
			ledger,
			replay,
			defer,
		});
		return writerModel(model, identity, 1);
	}
	if (provider !== "openai" && provider !== "anthropic")
		throw new TypeError(`no model is opened for provider "${provider}"`);
	const asked = {
		provider,
		model: needed(settings.model),
		baseUrl: settings.baseUrl ?? undefined,
		api: settings.api,
		parameters,
		extraBody: settings.extraBody,
		calls: store,
		reply,
		structuredOutput,
		chooses: choosing,
		capabilities: store,
		batch: settings.batch,
	} as const;
	const { identity, api } = identityOf(asked);
	if (replay)
		return writerModel(
			openReplayModel(asked),
			identity,
			mostInFlight(concurrency),
		);
	const model = await openLanguageModel({
		...asked,
		apiKey: defer === undefined || inBatches ? resolveApiKey(settings) : null,
		apiKeyEnv: settings.apiKeyEnv ?? undefined,
		concurrency,
		requestsPerMinute: settings.requestsPerMinute,
		tokensPerMinute: settings.tokensPerMinute,
		timeoutSeconds: settings.timeoutSeconds,
		maxRetries: settings.maxRetries,
		limits,
		ledger,
		defer,
		standing,
		inBatches,
		signal,
	});
	if (model.checkKey !== undefined)
		keyChecks.set(
			JSON.stringify([identity.baseUrl, settings.apiKeyEnv]),
			model.checkKey,
		);
	if (model.batches !== undefined) {
		const { provider: name, baseUrl, model: called } = identity;
		servers.push({
			server: { provider: name, api, baseUrl, model: called },
			batches: model.batches,
		});
	}
	return writerModel(model, identity, mostInFlight(concurrency));
}

/** Throws ConfigError `batch_unsupported`, before anything is sent. */
function expectBatches({
	provider,
	batch,
	baseUrl,
	model,
}: ModelSettings): void {
	const server = provider === "openai" || provider === "anthropic";
	if (server && batch === true) return;
	const own = server && (baseUrl === null || isOwnAddress(provider, baseUrl));
	if (own && batch === "auto") return;
	throw new ConfigError(
		`${provider}${model === null ? "" : ` model "${model}"`}${baseUrl === null ? "" : ` at ${baseUrl}`} has no batch API: expected openai or anthropic at their own addresses`,
		{
			code: "batch_unsupported",
			hint: "Leave --batch out; if the server passes batches on to the provider, set languageModel.batch: true.",
		},
	);
}

/** How it is asked can change a reply as much as who is asked. */
function writerModel(
	model: LanguageModel,
	identity: ModelIdentity,
	concurrency: number,
): WriterModel {
	const { structuredOutput, logprobs } = model.capabilities;
	return {
		model,
		identity: { ...identity, reply: model.reply, structuredOutput, logprobs },
		concurrency,
	};
}

/** The config's rules hold that it is there. */
function needed(value: string | null): string {
	if (value === null)
		throw new TypeError("expected a model name or file, got none");
	return value;
}
