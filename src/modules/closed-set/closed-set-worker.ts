/** Worker thread: scores the neurons of a layer, one chunk per `next`. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { toErrorRecord } from "../../errors.ts";
import { createMatMul } from "../../onnx/matmul.ts";
import type { ErrorRecord } from "../../types.ts";
import { type LayerChunk, type LayerTask, scoreLayer } from "./score-layer.ts";

export type ClosedSetRequest = "next" | "close";
export type ClosedSetReply =
	| { readonly chunk: LayerChunk | null }
	| { readonly error: ErrorRecord };

function serve(port: MessagePort, task: LayerTask): void {
	let closing = false;
	const start = async (): Promise<AsyncGenerator<LayerChunk>> =>
		scoreLayer(task, {
			// More threads are slower: the products are small and alternate with code of one thread.
			matMul: await createMatMul(1),
			isClosing: () => closing,
		});
	const layer = start();
	// Told with the first `next`.
	layer.catch(() => undefined);

	const answer = async (): Promise<void> => {
		let reply: ClosedSetReply;
		try {
			const { value, done } = await (await layer).next();
			reply = { chunk: done === true ? null : value };
		} catch (error) {
			reply = { error: toErrorRecord(error) };
		}
		if (!closing) port.postMessage(reply);
	};

	/** Closes the file that a chunk not asked for keeps open. */
	const finish = async (): Promise<void> => {
		const chunks = await layer.catch(() => undefined);
		await chunks?.return(undefined);
	};

	port.on("message", (request: ClosedSetRequest) => {
		if (request === "close") {
			// Not terminated from outside: that would abort the process inside onnxruntime.
			closing = true;
			port.close();
			void finish();
		} else void answer();
	});
}

if (parentPort !== null) serve(parentPort, workerData as LayerTask);
