/** Worker thread: tokenizes and encodes texts, one run of the network per text. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { openDirectSession } from "../onnx/direct-session.ts";
import type { Tensor } from "../onnx/tensor.ts";
import { createTokenizer } from "./tokenizer.ts";

export type EncoderTask = {
	/** Path of the ONNX file: inputs `input_ids` and perhaps `attention_mask`; an output `embedding`, or only one. */
	readonly model: string;
	readonly tokenizer: string;
	readonly tokenizerConfig: string;
	readonly maximumIds: number;
};
/** Texts to encode, or the wish that the thread ends. */
export type EncoderRequest = readonly string[] | "close";
/** One per list of texts, in order; none after `close`. */
export type EncoderReply =
	| { readonly vectors: readonly Float32Array[] }
	| { readonly problem: string };

type Encode = (text: string) => Promise<Float32Array>;

async function loadEncoder(task: EncoderTask): Promise<Encode> {
	const tokenize = createTokenizer(task);
	const session = await openDirectSession({ model: task.model, threads: 1 });
	// A graph that does not look at the mask is exported without it.
	const wanted = session.inputs.map(({ name }) => name);
	const names = session.outputs.map(({ name }) => name);
	const output = names.length === 1 ? (names[0] as string) : "embedding";
	return async (text) => {
		const ids = tokenize(text);
		const dims = [1, ids.length];
		const feeds: Readonly<Record<string, Tensor>> = {
			input_ids: {
				type: "int64",
				dims,
				data: BigInt64Array.from(ids, (id) => BigInt(id)),
			},
			attention_mask: {
				type: "int64",
				dims,
				data: new BigInt64Array(ids.length).fill(1n),
			},
		};
		const results = await session.run(
			Object.fromEntries(
				Object.entries(feeds).filter(([name]) => wanted.includes(name)),
			),
			[output],
		);
		const embedding = results[output];
		if (!(embedding?.data instanceof Float32Array))
			throw new TypeError(
				`expected an output "embedding" of float32, got ${embedding?.type ?? "none"}`,
			);
		return embedding.data.slice();
	};
}

function serve(port: MessagePort, task: EncoderTask): void {
	const encoder = loadEncoder(task);
	// Told with the first list of texts.
	encoder.catch(() => undefined);
	let closing = false;

	const encodeTexts = async (
		texts: readonly string[],
	): Promise<Float32Array[]> => {
		const encode = await encoder;
		const vectors: Float32Array[] = [];
		for (const text of texts) {
			if (closing) break;
			vectors.push(await encode(text));
		}
		return vectors;
	};

	const answer = async (texts: readonly string[]): Promise<void> => {
		let reply: EncoderReply;
		try {
			reply = { vectors: await encodeTexts(texts) };
		} catch (error) {
			reply = {
				problem: error instanceof Error ? error.message : String(error),
			};
		}
		if (!closing) port.postMessage(reply);
	};

	port.on("message", (request: EncoderRequest) => {
		if (request === "close") {
			closing = true;
			port.close();
		} else void answer(request);
	});
}

if (parentPort !== null) serve(parentPort, workerData as EncoderTask);
