/** Worker thread: answers the jobs of one layer after the other, in the order they come. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { toErrorRecord } from "../../errors.ts";
import type { SessionState } from "../../onnx/exit-guard.ts";
import type { MatMul } from "../../onnx/matmul.ts";
import type { ErrorRecord } from "../../types.ts";
import type { Products } from "./engine.ts";
import {
	type LayerJob,
	type LayerReply,
	type LayerThread,
	type LayerThreadOptions,
	openLayerThread,
} from "./layer-thread.ts";

export type ClosedSetWorkerData = { readonly state: SessionState };
export type ClosedSetRequest =
	| LayerJob
	| {
			readonly kind: "open";
			readonly open: Pick<LayerThreadOptions, "plan" | "index" | "cancelled">;
	  }
	| { readonly kind: "close" };
/** One for each job. `dropped`: the layer was cancelled. */
export type ClosedSetReply =
	| LayerReply
	| { readonly kind: "dropped" }
	| { readonly error: ErrorRecord };

function serve(port: MessagePort, { state }: ClosedSetWorkerData): void {
	let product: Promise<MatMul> | undefined;
	// Loaded by the functions that multiply.
	const load = () => import("../../onnx/matmul.ts");
	const products: Products = {
		matMul: () => {
			product ??= load().then(({ createMatMul }) => createMatMul(1));
			return product;
		},
		productWith: async (b, k, n) =>
			(await load()).createProductWith({ b, k, n, threads: 1 }),
	};
	let thread: Promise<LayerThread> | undefined;
	const closeThread = async (): Promise<void> => {
		const opened = await thread?.catch(() => undefined);
		await opened?.close();
	};
	const answer = async (
		job: LayerJob,
		opened: Promise<LayerThread> | undefined,
	): Promise<void> => {
		let reply: ClosedSetReply;
		try {
			reply = (await (await opened)?.run(job)) ?? { kind: "dropped" };
		} catch (error) {
			reply = { error: toErrorRecord(error) };
		}
		port.postMessage(reply);
	};
	port.on("message", (request: ClosedSetRequest) => {
		if (request.kind === "open") {
			const closed = closeThread();
			thread = closed.then(() =>
				openLayerThread({ ...request.open, state, products }),
			);
			// Told with the first job.
			thread.catch(() => undefined);
			// Not terminated from outside: that would abort the process inside onnxruntime.
		} else if (request.kind === "close")
			void closeThread().then(() => port.close());
		else void answer(request, thread);
	});
}

if (parentPort !== null) serve(parentPort, workerData as ClosedSetWorkerData);
