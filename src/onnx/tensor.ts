/** Tensors as plain data, and the port of a session. */

export type TensorData =
	| Float32Array
	| Float64Array
	| Int8Array
	| Uint8Array
	| Int16Array
	| Uint16Array
	| Int32Array
	| Uint32Array
	| BigInt64Array
	| BigUint64Array
	| string[];

/** Element types of onnxruntime that are read or fed here by name; others pass through as their name. */
export type Tensor = {
	/** `float32`, `int64`, `bool` ... as onnxruntime names them. float16 values are their bits in a Uint16Array. */
	readonly type: string;
	readonly dims: readonly number[];
	/** Row-major. */
	readonly data: TensorData;
};

/** A declared input or output of a session. */
export type TensorInfo = {
	readonly name: string;
	/** Null for a sequence, map or optional. */
	readonly type: string | null;
	/** A string is a symbolic axis. Empty: a scalar, or a shape that onnxruntime cannot tell. */
	readonly dims: readonly (number | string)[];
};

export type OnnxSession = {
	readonly inputs: readonly TensorInfo[];
	readonly outputs: readonly TensorInfo[];
	/**
	 * Runs the graph. `fetches` are output names (default: all outputs). Feeds stay the caller's, but for those named in `handOver`: the buffers of
	 * these may be moved to the session's thread, and their arrays are empty afterwards. Results are fresh.
	 * Rejects with TargetNetworkError: `input_unknown`, `input_rank_mismatch`, `input_shape_mismatch`, `output_unknown`, `network_run_failed`, `session_ended`.
	 */
	run(
		feeds: Readonly<Record<string, Tensor>>,
		fetches?: readonly string[],
		options?: { readonly handOver?: readonly string[] },
	): Promise<Record<string, Tensor>>;
	/** Frees the session; pending runs reject with `session_ended`. Closing twice is allowed. */
	close(): Promise<void>;
};

/** Where onnxruntime computes. `cpu` is everywhere; `cuda` Linux, `coreml` macOS, `dml` (DirectML) Windows. */
export type Provider = "cpu" | "cuda" | "coreml" | "dml";

export type SessionOptions = {
	/** Path of an ONNX file, or its bytes. */
	readonly model: string | Uint8Array;
	/** Threads of one run, from 1 up. */
	readonly threads: number;
	/** Name of the model in messages; default: the path, else "the model". */
	readonly file?: string | undefined;
	/** Where the files of external weights are, when `model` is bytes. */
	readonly externalDataDirectory?: string | undefined;
	/** Default cpu. Operators that another provider lacks run on the cpu. */
	readonly provider?: Provider | undefined;
};
