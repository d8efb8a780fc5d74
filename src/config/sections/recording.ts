/** The config section `recording`. */
import { z } from "zod";
import { wholeOrAuto } from "../fields.ts";

export const recording = z
	.strictObject({
		batchSize: wholeOrAuto(4096)
			.default("auto")
			.describe(
				"Clips in one inference, 1 to 4096, or auto: 1 on a CPU unless the ONNX file fixes another number, as more is no faster; activations then depend on no other clip and serve later recordings. On other devices auto goes by memory. Another number may change their last bits. Default: auto.",
			),
		threads: wholeOrAuto(512)
			.default("auto")
			.describe(
				"Threads for the network, 1 to 512, or auto: one per physical core the process may use, at most 8. Does not change results. Default: auto.",
			),
		clipThreads: wholeOrAuto(512)
			.default("auto")
			.describe(
				"Threads that decode clips and compute their features, 1 to 512, or auto: as many as threads. Does not change results. Default: auto.",
			),
		precision: z
			.enum(["float32", "float16"])
			.default("float32")
			.describe(
				"Activations on disk: float32, or float16 for half the space at 3 digits. Default: float32.",
			),
		provider: z
			.enum(["cpu", "cuda", "coreml", "dml"])
			.default("cpu")
			.describe(
				"Where onnxruntime computes: cpu, cuda (Linux), coreml (macOS), dml (Windows). Last bits differ between them. Default: cpu.",
			),
	})
	.prefault({})
	.describe("Running the network over the clips.");
