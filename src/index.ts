/** The public API: re-exports only. */

// A study, end to end.
export {
	evaluateNearestClass,
	evaluateRun,
} from "./analysis/evaluate/evaluate-run.ts";
// Numeric kernels on plain typed arrays.
export { lastLayerAccuracy } from "./analysis/evaluate/last-layer.ts";
export {
	type LastLayerTable,
	lastLayerTable,
} from "./analysis/evaluate/last-layer-table.ts";
export { nearestClassAccuracy } from "./analysis/evaluate/nearest-class.ts";
export { report } from "./analysis/report/report.ts";
export type { Config } from "./config/config.ts";
export { loadConfig } from "./config/load.ts";
export { configJsonSchema } from "./config/schema.ts";
export { type DryRun, dryRun } from "./dissect/dry-run.ts";
export { collectDeferred } from "./dissect/dry-run-calls.ts";
export { lastLayerRankings } from "./dissect/last-layer-rankings.ts";
export {
	type RecalibrateOptions,
	type RecalibrateResult,
	recalibrate,
} from "./dissect/recalibrate.ts";
export { type DissectOptions, type DissectResult, dissect } from "./dissect.ts";
// Its parts.
export { cachedEmbeddings, cachedTextAudio } from "./embeddings/cached.ts";
export { openClap } from "./embeddings/clap.ts";
export { readClapFiles } from "./embeddings/clap-files.ts";
export type {
	EmbeddingCache,
	EmbeddingModel,
	TextAudioModel,
} from "./embeddings/port.ts";
export { openRemoteEmbeddings } from "./embeddings/remote.ts";
export { openSentenceEncoder } from "./embeddings/sentence-encoder.ts";
// Errors and vocabulary.
export * from "./errors.ts";
export { decodeAudio } from "./inputs/audio/decode.ts";
export { resample } from "./inputs/audio/resample.ts";
export { checkProbeSet, type ProbeSetCheck } from "./inputs/check/check.ts";
export { loadConceptSet } from "./inputs/concept-set.ts";
export { loadProbeSet } from "./inputs/probe-set/probe-set.ts";
export type { ColumnMapping, ProbeSetSpec } from "./inputs/probe-set/spec.ts";
export { createLanguageModel, createReplayModel } from "./llm/create.ts";
export { createLedger, type Ledger } from "./llm/ledger.ts";
export { createLimits, type Limits } from "./llm/limits.ts";
export { openLanguageModel, openReplayModel } from "./llm/open.ts";
export { openLlamaCppModel } from "./llm/open-llama.ts";
export { createEmbeddingRequest } from "./llm/openai-embeddings.ts";
export type { LanguageModel, Message } from "./llm/port.ts";
export { loadPrices, type Prices } from "./llm/prices.ts";
export { captionClips } from "./modules/captioner/caption-clips.ts";
// The modules of the method.
export { audioConceptScores } from "./modules/closed-set/audio-scores.ts";
export { conceptScores } from "./modules/closed-set/concept-scores.ts";
export { identifyClosedSet } from "./modules/closed-set/identify.ts";
export { identifyWithModel } from "./modules/closed-set/in-context.ts";
export { openClosedSetWorkers } from "./modules/closed-set/layer-workers.ts";
export { createShortlister } from "./modules/closed-set/shortlist.ts";
export { neuronConceptSimilarity } from "./modules/closed-set/similarity.ts";
export {
	judgeAcoustic,
	judgeWithLexicon,
} from "./modules/open-set-extraction/acoustic-filter.ts";
export { extractOpenSet } from "./modules/open-set-extraction/extract-open-set.ts";
export { loadLexicon } from "./modules/open-set-extraction/lexicon.ts";
export { createTagger } from "./modules/open-set-extraction/tagger.ts";
export { createExtractiveDescriber } from "./modules/summarize/extractive.ts";
export { summarizeWithModel } from "./modules/summarize/summarize-with-model.ts";
export { askWhatIsDistinct } from "./modules/summary-calibration/ask-what-is-distinct.ts";
export {
	calibrateSummary,
	rethreshold,
} from "./modules/summary-calibration/calibrate-summary.ts";
export {
	clarityNull,
	clarityOf,
	unitVectors,
} from "./modules/triage/clarity.ts";
export { createTriage } from "./modules/triage/triage.ts";
export { networkJsonSchema } from "./network/descriptor-schema.ts";
export { logMel } from "./network/front-ends/log-mel.ts";
export { inspectNetwork } from "./network/inspect.ts";
export { loadNetwork, type TargetNetwork } from "./network/load.ts";
export { loadPrompts } from "./prompts/load.ts";
export { openClipFeatures } from "./recordings/clip-features.ts";
export { rankClips, topAndBottomClips } from "./recordings/exemplars.ts";
export { importAndFiles } from "./recordings/import/and/import-and.ts";
export {
	type KeptExemplars,
	openKeptExemplars,
} from "./recordings/kept-exemplars/read-kept.ts";
export { record } from "./recordings/record.ts";
export { type Recording, readActivations } from "./recordings/recording.ts";
export { selectExemplars } from "./recordings/select-exemplars.ts";
export { readTraces } from "./recordings/traces/read-traces.ts";
export { recordTraces } from "./recordings/traces/record-traces.ts";
export { createGracefulStop } from "./shared/graceful-stop.ts";
export { wilsonInterval } from "./shared/statistics.ts";
export { openStore } from "./store/open.ts";
export type { NeuronView, RunView, Store } from "./store/store.ts";
export { dissectInBatches } from "./study/batches.ts";
export { type CheckedModel, checkLanguageModels } from "./study/llm-check.ts";
export { openStudy, type Study } from "./study.ts";
export type * from "./types.ts";
