import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	InterruptedError,
	PrerequisiteError,
	TargetNetworkError,
} from "../../src/errors.ts";
import { buildModel, node, valueInfo } from "../../src/onnx/build.ts";
import { openDirectSession } from "../../src/onnx/direct-session.ts";
import { openSession } from "../../src/onnx/session.ts";
import type { OnnxSession, Tensor } from "../../src/onnx/tensor.ts";
import { doublingModel } from "./small-models.ts";

const demo = fileURLToPath(
	new URL("../../demo/networks/tiny-ast.onnx", import.meta.url),
);

function float(dims: readonly number[], values: readonly number[]): Tensor {
	return { type: "float32", dims, data: Float32Array.from(values) };
}

async function failure(promise: Promise<unknown>): Promise<TargetNetworkError> {
	const error = await promise.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (error instanceof TargetNetworkError) return error;
	throw new Error(`expected a TargetNetworkError, got ${String(error)}`);
}

describe.each([
	["openSession (worker thread)", openSession],
	["openDirectSession (this thread)", openDirectSession],
])("%s", (_, open) => {
	let session: OnnxSession;
	beforeAll(async () => {
		session = await open({ model: doublingModel([3]), threads: 1 });
	});
	afterAll(() => session.close());

	it("says that a provider is not there, and how to get it", async () => {
		// Linux has no DirectML, Windows no CoreML, and nobody's onnxruntime has both.
		const provider = process.platform === "win32" ? "coreml" : "dml";
		const error = await open({
			model: doublingModel([3]),
			threads: 1,
			provider,
		}).then(
			() => undefined,
			(reason: unknown) => reason,
		);
		expect(error).toBeInstanceOf(PrerequisiteError);
		expect(error).toMatchObject({
			code: "provider_unavailable",
			message: expect.stringContaining(
				`onnxruntime has no provider ${provider} on this machine; it has cpu`,
			),
			hint: expect.stringContaining("`provider: cpu`"),
		});
	});

	it("tells inputs and outputs and runs by name", async () => {
		expect(session.inputs).toEqual([
			{ name: "x", type: "float32", dims: ["batch", 3] },
		]);
		expect(session.outputs.map(({ name }) => name)).toEqual(["y"]);
		const x = float([2, 3], [1, -2, 3, 0, 5, -6]);
		const { y } = await session.run({ x }, ["y"]);
		expect(y).toEqual(float([2, 3], [2, 0, 6, 0, 10, 0]));
		expect(x.data).toHaveLength(6);
	});

	it("answers runs in the order they were asked for", async () => {
		const runs = Array.from({ length: 20 }, (_unused, i) =>
			session.run({ x: float([1, 3], [i, i, i]) }),
		);
		const firsts = (await Promise.all(runs)).map(({ y }) => y?.data[0]);
		expect(firsts).toEqual(runs.map((_unused, i) => 2 * i));
	});

	it("says which rank was expected and which came", async () => {
		const error = await failure(session.run({ x: float([3], [1, 2, 3]) }));
		expect(error.code).toBe("input_rank_mismatch");
		expect(error.message).toBe(
			'input "x" of the model has 2 axes [batch, 3], got 1 axes [3]',
		);
	});

	it("says which axis differs", async () => {
		const error = await failure(session.run({ x: float([1, 2], [1, 2]) }));
		expect(error.code).toBe("input_shape_mismatch");
		expect(error.message).toBe(
			'input "x" of the model expects [batch, 3], got [1, 2]: axis 1 differs',
		);
	});

	it("suggests a name for an unknown input or output", async () => {
		const x = float([1, 3], [1, 2, 3]);
		const input = await failure(session.run({ x, xx: x }));
		expect(input.code).toBe("input_unknown");
		expect(input.hint).toBe('did you mean "x"?');
		const output = await failure(session.run({ x }, ["Y"]));
		expect(output.code).toBe("output_unknown");
		expect(output.hint).toBe('did you mean "y"?');
		expect((await failure(session.run({}))).code).toBe("input_missing");
	});

	it("goes on after a failed run", async () => {
		await failure(session.run({}));
		const { y } = await session.run({ x: float([1, 3], [1, 1, 1]) });
		expect(y?.data[0]).toBe(2);
	});

	it("says that a file is missing, damaged or not loadable", async () => {
		const missing = await failure(open({ model: "/no/such.onnx", threads: 1 }));
		expect(missing.code).toBe("network_file_missing");
		expect(missing.message).toContain("/no/such.onnx");
		const damaged = await failure(
			open({ model: Buffer.from("not a network"), threads: 1, file: "a.onnx" }),
		);
		expect(damaged.code).toBe("network_file_corrupt");
		expect(damaged.message).toContain("a.onnx");
		const unknownOperator = buildModel({
			node: [node({ operator: "Frobnicate", inputs: ["x"], outputs: ["y"] })],
			input: [valueInfo("x", ["batch", 1])],
			output: [{ name: "y" }],
		});
		const refused = await failure(open({ model: unknownOperator, threads: 1 }));
		expect(refused.code).toBe("network_load_failed");
		expect(refused.message).toContain("Frobnicate");
	});

	it("turns a failure inside onnxruntime into network_run_failed", async () => {
		const model = buildModel({
			node: [node({ operator: "MatMul", inputs: ["a", "b"], outputs: ["c"] })],
			input: [valueInfo("a", ["m", "k"]), valueInfo("b", ["l", "n"])],
			output: [{ name: "c" }],
		});
		const product = await open({ model, threads: 1, file: "product.onnx" });
		const error = await failure(
			product.run({
				a: float([1, 2], [1, 2]),
				b: float([3, 1], [1, 2, 3]),
			}),
		);
		expect(error.code).toBe("network_run_failed");
		expect(error.message).toContain("product.onnx");
		await product.close();
	});

	it("refuses runs after close, and closing twice is allowed", async () => {
		const closed = await open({ model: doublingModel([1]), threads: 1 });
		await closed.close();
		await closed.close();
		const error = await failure(closed.run({ x: float([1, 1], [1]) }));
		expect(error.code).toBe("session_ended");
	});

	it("refuses a thread count below 1", async () => {
		await expect(
			open({ model: doublingModel([1]), threads: 0 }),
		).rejects.toThrow("Expected `threads` to be an integer from 1 up, got `0`");
	});
});

describe("openSession", () => {
	let directory: string;
	beforeAll(async () => {
		directory = await mkdtemp(join(tmpdir(), "audio-dissect-"));
	});
	afterAll(() => rm(directory, { recursive: true }));

	it("leaves the event loop free while it runs", async () => {
		const session = await openSession({ model: demo, threads: 1 });
		let ticks = 0;
		const timer = setInterval(() => {
			ticks += 1;
		}, 1);
		await session.run({
			input_values: {
				type: "float32",
				dims: [32, 192, 128],
				data: new Float32Array(32 * 192 * 128),
			},
		});
		clearInterval(timer);
		await session.close();
		expect(ticks).toBeGreaterThan(3);
	});

	it("rejects what is pending when it is closed or interrupted", async () => {
		const feeds = {
			input_values: {
				type: "float32",
				dims: [64, 192, 128],
				data: new Float32Array(64 * 192 * 128),
			},
		};
		const closed = await openSession({ model: demo, threads: 1 });
		const pending = failure(closed.run(feeds));
		await closed.close();
		expect((await pending).code).toBe("session_ended");

		const controller = new AbortController();
		const interrupted = await openSession({
			model: demo,
			threads: 1,
			signal: controller.signal,
		});
		const run = interrupted.run(feeds);
		controller.abort();
		await expect(run).rejects.toBeInstanceOf(InterruptedError);
		await expect(interrupted.run(feeds)).rejects.toBeInstanceOf(
			InterruptedError,
		);
		await expect(
			openSession({ model: demo, threads: 1, signal: controller.signal }),
		).rejects.toBeInstanceOf(InterruptedError);
	});

	it("lets a process exit in the middle of a run with its own exit code", () => {
		const script = `
			import { openSession } from ${JSON.stringify(new URL("../../dist/onnx/session.js", import.meta.url).href)};
			const session = await openSession({ model: ${JSON.stringify(demo)}, threads: 1 });
			const data = new Float32Array(64 * 192 * 128);
			void session.run({ input_values: { type: "float32", dims: [64, 192, 128], data } });
			void session.run({ input_values: { type: "float32", dims: [64, 192, 128], data } });
			setTimeout(() => process.exit(7), 30);
		`;
		const { status, stderr } = spawnSync(
			process.execPath,
			["--input-type=module", "--eval", script],
			{ encoding: "utf8" },
		);
		expect({ status, stderr }).toEqual({ status: 7, stderr: "" });
	});

	it("takes bytes over when asked, and copies them otherwise", async () => {
		const bytes = new Uint8Array(await readFile(demo));
		const copied = await openSession({ model: bytes, threads: 1 });
		await copied.close();
		expect(bytes.length).toBeGreaterThan(0);
		const moved = await openSession({
			model: bytes,
			threads: 1,
			handOver: true,
		});
		await moved.close();
		expect(bytes).toHaveLength(0);
	});

	it("opens a file by path", async () => {
		const path = join(directory, "double.onnx");
		await writeFile(path, doublingModel([2]));
		const session = await openSession({ model: path, threads: 1 });
		const { y } = await session.run({ x: float([1, 2], [4, 5]) });
		expect(y?.data).toEqual(Float32Array.from([8, 10]));
		await session.close();
	});
});
