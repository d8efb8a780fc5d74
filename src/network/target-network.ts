/** The target network as everything else sees it. */
import type { SettledConditional } from "../onnx/conditionals.ts";
import type { Json } from "../shared/hash.ts";
import type { FloatMatrix } from "../shared/safetensors.ts";
import type { Layer } from "../types.ts";
import type { OutputKind } from "./descriptor-schema.ts";
import type { FrontEndSpec } from "./front-ends/front-end.ts";
import type { TapOptions, TapSession } from "./taps.ts";
import type { TraceSession } from "./traces.ts";

/** Where a network's activations are; a recording is made from them. */
export type ImportedActivations = {
	/** What `rows` are: clip ids or SHA-256 of the audio files. */
	readonly by: "id" | "hash";
	/** The clip of each row of every layer. */
	readonly rows: readonly string[];
	/** Opens a layer's matrix `[clips, units]` by the layer's name. */
	open(layer: string): Promise<FloatMatrix>;
};

export type TargetNetwork = {
	readonly name: string;
	readonly descriptorPath: string;
	readonly modelPath: string;
	/** SHA-256 (hex) of the ONNX file. */
	readonly hash: string;
	/** The selected layers, in network order. */
	readonly layers: readonly Layer[];
	/** In index order; null when the descriptor names none. */
	readonly classes: readonly string[] | null;
	/** The layer whose units are the classes; null when there is none or it is not selected. */
	readonly outputLayer: string | null;
	/** What the values of the output layer are; null when there is none. */
	readonly outputKind: OutputKind | null;
	/** The rows of a clip are run in order, each from the state the one before left: see `TapSession.run`. */
	readonly recurrent: boolean;
	/** Throws TargetNetworkError `network_imported` when the activations were imported: there is none. */
	readonly frontEnd: FrontEndSpec;
	/** Everything that determines recorded values: file hash, inputs, front end, tensors, unit axes, poolings. */
	readonly identity: Json;
	/** Bytes of the weights in other files than the ONNX file; absent: none. */
	readonly externalBytes?: number;
	/** Ifs of the file that were replaced by the branch they take; absent when there are none. */
	readonly conditionals?: readonly SettledConditional[];
	/** Rows per inference when the file fixes it; null when any number goes. */
	readonly rowsPerRun: number | null;
	/** Where the activations of a network are that another program ran. Such a network cannot be run: `openTaps` rejects with `network_imported`. */
	readonly imported?: ImportedActivations | undefined;
	/** Opens the network for running in a worker thread; close it afterwards. `layers`: only these of its layers, by name. */
	openTaps(
		options: TapOptions & { readonly layers?: readonly string[] | undefined },
	): Promise<TapSession>;
	/** The same for the course over positions of chosen units: their indices by layer name. */
	openTraces(
		units: ReadonlyMap<string, readonly number[]>,
		options: TapOptions,
	): Promise<TraceSession>;
};
