/** A session in the calling thread. `run` blocks that thread, so it belongs in a worker; `openSession` is the one for the main thread. */
import { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import { TargetNetworkError } from "../errors.ts";
import { didYouMean } from "../shared/suggest.ts";
import { checkProvider, providerFailed } from "./provider.ts";
import { checkFeeds, loadError, runError } from "./session-errors.ts";
import type {
	OnnxSession,
	SessionOptions,
	Tensor,
	TensorData,
	TensorInfo,
} from "./tensor.ts";

/**
 * Opens a session in this thread (use inside worker threads only).
 * Rejects with TargetNetworkError: `network_file_missing`, `network_file_corrupt`, `network_load_failed`; with PrerequisiteError
 * `provider_unavailable` when this installation of onnxruntime has not got the provider or the machine has not got its device.
 */
export async function openDirectSession(
	options: SessionOptions,
): Promise<OnnxSession> {
	const { model } = options;
	const file =
		options.file ?? (typeof model === "string" ? model : "the model");
	const { provider = "cpu" } = options;
	checkProvider(provider);
	let session: InferenceSession | undefined;
	try {
		session = await create(model, runtimeSettings(options));
	} catch (error) {
		if (provider === "cpu") throw loadError(error, file);
		// What also fails on the cpu is the file's fault, else it is the provider's.
		const settings = runtimeSettings({ ...options, provider: "cpu" });
		const onCpu = await create(model, settings).catch((reason: unknown) => {
			throw loadError(reason, file);
		});
		await onCpu.release();
		throw providerFailed(provider, error);
	}
	const inputs = session.inputMetadata.map(describe);
	const outputs = session.outputMetadata.map(describe);
	const outputNames = outputs.map((output) => output.name);

	return {
		inputs,
		outputs,
		async run(feeds, fetches = outputNames) {
			if (session === undefined) throw endedError(file);
			checkFeeds(inputs, feeds, file);
			checkFetches(outputNames, fetches, file);
			const runtimeFeeds = Object.fromEntries(
				Object.entries(feeds).map(([name, tensor]) => [name, feed(tensor)]),
			);
			let results: InferenceSession.OnnxValueMapType;
			try {
				results = await session.run(runtimeFeeds, [...fetches]);
			} catch (error) {
				throw runError(error, file);
			}
			const tensors: Record<string, Tensor> = {};
			for (const name of fetches) {
				const { type, dims, data } = results[name] as RuntimeTensor;
				// onnxruntime's data is one of the arrays of TensorData; its own union also has the browser-only ones.
				tensors[name] = { type, dims: [...dims], data: data as TensorData };
			}
			return tensors;
		},
		async close() {
			const closing = session;
			session = undefined;
			await closing?.release();
		},
	};
}

function create(
	model: string | Uint8Array,
	settings: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
	return typeof model === "string"
		? InferenceSession.create(model, settings)
		: InferenceSession.create(model, settings);
}

function runtimeSettings(
	options: SessionOptions,
): InferenceSession.SessionOptions {
	const { threads, externalDataDirectory, provider = "cpu" } = options;
	if (!Number.isInteger(threads) || threads < 1)
		throw new RangeError(
			`Expected \`threads\` to be an integer from 1 up, got \`${threads}\``,
		);
	const extra =
		externalDataDirectory === undefined
			? {}
			: {
					session: {
						model_external_initializers_file_folder_path: externalDataDirectory,
					},
				};
	return {
		executionProviders: provider === "cpu" ? ["cpu"] : [provider, "cpu"],
		intraOpNumThreads: threads,
		interOpNumThreads: 1,
		executionMode: "sequential",
		graphOptimizationLevel: "all",
		// Fatal only: an error reaches the caller as our error, and warnings are about the file, not about the run.
		logSeverityLevel: 4,
		extra,
	};
}

function feed(tensor: Tensor): RuntimeTensor {
	// The element type and its array are paired by the caller; onnxruntime checks the pair and throws a TypeError that says so.
	return new RuntimeTensor(
		tensor.type as "float32",
		tensor.data as Float32Array,
		tensor.dims,
	);
}

function describe(value: InferenceSession.ValueMetadata): TensorInfo {
	return value.isTensor
		? { name: value.name, type: value.type, dims: value.shape }
		: { name: value.name, type: null, dims: [] };
}

function checkFetches(
	outputs: readonly string[],
	fetches: readonly string[],
	file: string,
): void {
	const unknown = fetches.find((name) => !outputs.includes(name));
	if (unknown !== undefined)
		throw new TargetNetworkError(
			`${file} has no output "${unknown}"; its outputs are ${outputs.join(", ")}`,
			{
				code: "output_unknown",
				hint: didYouMean(unknown, outputs) ?? "Name one of them.",
			},
		);
}

/** The error of a run after `close`, or of a worker that went away. */
export function endedError(file: string, cause?: unknown): TargetNetworkError {
	return new TargetNetworkError(
		cause === undefined
			? `the session of ${file} is closed`
			: `the worker running ${file} ended: ${cause instanceof Error ? cause.message : String(cause)}`,
		{
			code: "session_ended",
			hint:
				cause === undefined
					? "Open it again."
					: "Run the same command again: it goes on where it stopped. When memory was short, set a smaller recording.batchSize.",
			cause,
		},
	);
}
