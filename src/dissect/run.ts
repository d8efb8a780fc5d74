/** Begins or resumes a run: its key is a hash of everything that can change the results. */

import type { Recording } from "../recordings/recording.ts";
import { hashJson, type Json } from "../shared/hash.ts";
import type { RunSummary } from "../store/store.ts";
import type { StageContext } from "./context.ts";
import { operationOf } from "./operations.ts";
import type { DissectOptions } from "./options.ts";

/** Stores what the run is made from, starts it, and locks it against a second process. */
export function beginRun(
	options: DissectOptions,
	recording: Recording,
): {
	readonly context: Omit<StageContext, "noteDeferred" | "tagger">;
	readonly resumed: boolean;
	readonly release: () => void;
} {
	const { store, network, probeSet, conceptSet, prompts, method } = options;
	const layers = network.layers.map(({ name, units, pooling }) => ({
		name,
		units,
		pooling,
	}));
	store.putPrompts([...prompts.values()]);
	const networkId = store.putNetwork({
		hash: network.hash,
		name: network.name,
		descriptor: descriptorOf(options),
		layers,
	});
	store.putProbeSet(probeSet);
	// The same activations under other captions, labels or ids are another row: exemplars must show this probe set's texts.
	const recordingOfProbeSet = hashJson({
		recording: recording.id,
		probeSet: probeSet.hash,
	});
	store.putRecording({
		id: recordingOfProbeSet,
		networkHash: network.hash,
		probeSetHash: probeSet.hash,
		identity: network.identity,
		path: recording.directory,
		clips: recording.clips.map(({ id }) => id),
		excluded: recording.excluded,
		warnings: recording.warnings,
		layers: recording.layers.map(({ name, units }) => ({ name, units })),
	});
	const neurons = selectionOf(options);
	const { id, resumed } = store.startRun({
		key: runKey(options, recording.id, neurons),
		resolved: options.config.resolved,
		asPassed: options.config.asPassed,
		toolVersion: options.toolVersion,
		seeds: { seed: method.seed },
		networkId,
		probeSetHash: probeSet.hash,
		recordingId: recordingOfProbeSet,
		conceptSet: { name: conceptSet.name, hash: conceptSet.hash },
		layers,
		...(neurons === null ? {} : { neurons }),
	});
	const release = store.lockRun(id, { pid: options.pid });
	return {
		context: {
			store,
			run: id,
			recording,
			layers: layers.map(({ name }) => name),
			conceptSet,
			embeddings: options.embeddings,
			textAudio: options.textAudio ?? null,
			writer: options.writer,
			prompts,
			method,
			signal: options.signal,
			onProgress: options.onProgress,
		},
		resumed,
		release,
	};
}

/** The run that `dissect` with these options would resume; null when there is none yet. */
export function findRun(
	options: DissectOptions,
	recording: Recording,
): RunSummary | null {
	const key = runKey(options, recording.id, selectionOf(options));
	return options.store.listRuns().find(({ id }) => key.startsWith(id)) ?? null;
}

function descriptorOf({ network }: DissectOptions): Json {
	return {
		name: network.name,
		file: network.modelPath,
		frontEnd: network.imported === undefined ? network.frontEnd : null,
		classes: network.classes,
		output: network.outputLayer,
		layers: network.layers.map(
			({ name, tensor, unitAxis, pooling, padding }) => ({
				name,
				tensor,
				unitAxis,
				pooling,
				...(padding === "exclude" ? { padding } : {}),
			}),
		),
		...(network.conditionals === undefined
			? {}
			: { conditionals: network.conditionals.map((item) => ({ ...item })) }),
	};
}

/** The asked-for subset in canonical form, or null for all neurons. */
function selectionOf({ neurons }: DissectOptions): Json | null {
	if (neurons === undefined || neurons.size === 0) return null;
	return Object.fromEntries(
		[...neurons].map(([layer, units]) => [
			layer,
			[...units].sort((a, b) => a - b),
		]),
	);
}

/** The text-audio encoder counts where it is used: both towers for the closed set, that of sounds for triage. */
function textAudioKey({ textAudio, method }: DissectOptions): {
	readonly [key: string]: Json;
} {
	const audio = { audio: textAudio?.audioId ?? null };
	if (method.closedSet.method === "tab")
		return { textAudio: textAudio?.id ?? null, ...audio };
	return method.triage?.clarity === "audio" ? audio : {};
}

/** SHA-256 of everything that can change the results. */
export function runKey(
	options: DissectOptions,
	recordingId: string,
	neurons: Json | null,
): string {
	const { writer, modules, prompts } = options;
	const used = modules.flatMap((module) => {
		const use = operationOf(module, options.method);
		const model = use === null ? null : writer?.modelFor(use);
		return use === null || model == null
			? []
			: [{ use, identity: model.identity }];
	});
	return hashJson({
		// Another version may describe the same inputs otherwise; what was answered is served to it from the store all the same.
		toolVersion: options.toolVersion,
		recording: recordingId,
		layers: options.network.layers.map(({ name }) => name),
		probeSet: options.probeSet.hash,
		conceptSet: options.conceptSet.hash,
		embedder: options.embeddings.id,
		...textAudioKey(options),
		writers: used,
		prompts: used.map(({ use }) => prompts.get(use)?.hash ?? null),
		method: options.method,
		modules,
		neurons,
	});
}
