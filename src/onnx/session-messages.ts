/** What the main thread and the session worker say to each other. */
import type { ErrorRecord } from "../types.ts";
import type { SessionState } from "./exit-guard.ts";
import type { SessionOptions, Tensor, TensorInfo } from "./tensor.ts";

export type SessionRequest =
	| {
			readonly kind: "open";
			readonly options: SessionOptions;
			readonly state: SessionState;
	  }
	| {
			readonly kind: "run";
			readonly id: number;
			readonly feeds: Readonly<Record<string, Tensor>>;
			readonly fetches: readonly string[] | undefined;
	  }
	| { readonly kind: "close" };

export type SessionReply =
	| {
			readonly kind: "opened";
			readonly inputs: readonly TensorInfo[];
			readonly outputs: readonly TensorInfo[];
	  }
	| { readonly kind: "openFailed"; readonly error: ErrorRecord }
	| {
			readonly kind: "result";
			readonly id: number;
			readonly tensors: Record<string, Tensor>;
	  }
	| {
			readonly kind: "runFailed";
			readonly id: number;
			readonly error: ErrorRecord;
	  };
