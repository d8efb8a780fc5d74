/** From a config to its encoders: of sentences, and of sound and text together. */
import { resolveApiKey } from "../config/api-key.ts";
import { type Config, numberOrAuto } from "../config/config.ts";
import { triageSetting } from "../config/triage-setting.ts";
import { cachedEmbeddings, cachedTextAudio } from "../embeddings/cached.ts";
import { openClap } from "../embeddings/clap.ts";
import { readClapFiles } from "../embeddings/clap-files.ts";
import type { EmbeddingModel, TextAudioModel } from "../embeddings/port.ts";
import { openRemoteEmbeddings } from "../embeddings/remote.ts";
import { openSentenceEncoder } from "../embeddings/sentence-encoder.ts";
import { standInEmbeddings } from "../embeddings/stand-in.ts";
import type { Ledger } from "../llm/ledger.ts";
import { createEmbeddingRequest } from "../llm/openai-embeddings.ts";
import type { PricedModel } from "../llm/prices.ts";
import { cleanBaseUrl } from "../llm/secrets.ts";
import { frontEndSchema } from "../network/front-ends/schema.ts";
import { openClipFeatures } from "../recordings/clip-features.ts";
import { hashJson } from "../shared/hash.ts";
import { defaultThreads } from "../shared/threads.ts";
import type { Store } from "../store/store.ts";

export type EncoderOptions = {
	/** Where requests to a server are charged, with the budget they must keep. Default: nowhere. */
	readonly ledger?: Ledger | undefined;
	/** Nothing is sent, and no key is needed: a text that has no vector yet gets a stand-in, which is not remembered. Default: no. */
	readonly dryRun?: boolean | undefined;
	/** Opens the text-audio encoder, if the config names one, though none of its settings uses it. Default: no. */
	readonly textAudio?: boolean | undefined;
};

/**
 * The encoders of a config, remembering their vectors in `store`. Throws PrerequisiteError, ConfigError `text_audio_invalid`,
 * `price_unknown`.
 */
export async function openEncoders(
	config: Config,
	store: Store,
	options: EncoderOptions = {},
): Promise<{
	readonly embeddings: EmbeddingModel;
	/** Null: the config names none, or does not use it: its files, which may be large, are then not read. */
	readonly textAudio: TextAudioModel | null;
	/** Ends their threads. */
	close(): Promise<void>;
}> {
	const encoder = await openEmbeddings(config, store, options);
	const textAudio =
		options.textAudio === true || usesTextAudio(config)
			? await openTextAudio(config)
			: null;
	const standsIn = options.dryRun === true && remoteOf(config) !== null;
	return {
		embeddings: standsIn
			? standInEmbeddings(encoder.id, store)
			: cachedEmbeddings(encoder, store),
		textAudio: textAudio === null ? null : cachedTextAudio(textAudio, store),
		close: async () => {
			await Promise.all([encoder.close(), textAudio?.close()]);
		},
	};
}

function usesTextAudio(config: Config): boolean {
	return (
		config.closedSet.method === "tab" ||
		triageSetting(config)?.clarity === "audio"
	);
}

/** The text-audio encoder of a config, not yet cached; null when it names none. Its front end sees clips as that of a network does. */
async function openTextAudio(config: Config): Promise<TextAudioModel | null> {
	if (config.textAudio === null) return null;
	const { threads, clipThreads } = config.recording;
	const files = await readClapFiles(config.textAudio, waveformFrontEnd);
	const cores = numberOrAuto(threads) ?? defaultThreads();
	return openClap({
		files,
		features: openClipFeatures({
			frontEnd: files.audio.frontEnd,
			threads: numberOrAuto(clipThreads) ?? cores,
		}),
		threads: cores,
	});
}

/** Vectors are known by the clip's bytes, so features beside the clip cannot be what they are made from. */
const waveformFrontEnd = frontEndSchema.refine(
	({ kind }) => kind !== "features",
	{
		path: ["kind"],
		error: 'expected a front end of the sound, got "features"',
	},
);

/** The server that a config has sentences embedded by; null: they are embedded here. */
export function remoteOf({ embeddings }: Config): PricedModel | null {
	const { provider, model, baseUrl } = embeddings;
	return provider === "local" || model === null
		? null
		: {
				provider,
				model,
				baseUrl: cleanBaseUrl(baseUrl ?? "https://api.openai.com/v1"),
			};
}

/** The encoder the config asks for, not yet cached. */
async function openEmbeddings(
	config: Config,
	store: Store,
	{ ledger, dryRun = false }: EncoderOptions,
): Promise<EmbeddingModel> {
	const { provider, directory, model, baseUrl, apiKeyEnv, ...limits } =
		config.embeddings;
	if (provider === "local" || model === null)
		return openSentenceEncoder(directory === null ? {} : { directory });
	return openRemoteEmbeddings({
		request: createEmbeddingRequest({
			...limits,
			model,
			baseUrl: baseUrl ?? undefined,
			apiKey: dryRun ? null : resolveApiKey(config.embeddings),
			apiKeyEnv: apiKeyEnv ?? undefined,
			calls: store,
			ledger,
		}),
		id: hashJson({ provider, model, baseUrl }),
	});
}
