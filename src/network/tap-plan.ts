/** What a network is run with: its graph, how it is fed, its layers. */
import type { Graph } from "../onnx/read-graph.ts";
import type { Tap } from "../onnx/tap.ts";
import type { NetworkInputs } from "./feeds.ts";

export type TapPlan = {
	readonly graph: Graph;
	readonly inputs: NetworkInputs;
	/** Rows per run when the file fixes it; null when any number goes. */
	readonly fixedBatch: number | null;
	readonly layers: readonly { readonly name: string; readonly tap: Tap }[];
};
