/** What `record` takes. */
import type { TargetNetwork } from "../network/load.ts";
import type { Precision } from "../shared/elements.ts";
import type { LongOptions, ProbeSet } from "../types.ts";
import type { Provider } from "./identity.ts";

export type RecordOptions = LongOptions &
	RecordingSettings & {
		readonly network: TargetNetwork;
		readonly probeSet: ProbeSet;
		/** Folder of all recordings; this one gets a subfolder named by its id. Others in it serve what they already hold. */
		readonly directory: string;
		/**
		 * Tries the clips again that a finished recording left out: a decoder that crashed may not crash in another version or with more memory. What it can use
		 * makes a new recording that takes the place of the old one from then on. Default: false.
		 */
		readonly retryExcluded?: boolean | undefined;
		/** Called before the network is run or activations are imported; not when there is a finished recording. What it throws is thrown. */
		readonly beforeRecording?: (() => Promise<void>) | undefined;
	};

/** How a network is run over clips. */
export type RecordingSettings = {
	/**
	 * Clips in one inference, 1 and up; kept for the life of the recording. Default 1 on a CPU: a clip's values then depend on no other clip, and later
	 * recordings can take them over.
	 */
	readonly batchSize?: number | undefined;
	/** Threads of inference, 1 and up. Default: one per physical core, at most 8. */
	readonly threads?: number | undefined;
	/** Threads that decode and compute front ends, 1 and up. Default: as many. */
	readonly clipThreads?: number | undefined;
	/** Of the stored values. Default float32. */
	readonly precision?: Precision | undefined;
	/** Where onnxruntime computes. Default cpu. */
	readonly provider?: Provider | undefined;
};
