import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TargetNetworkError } from "../../src/errors.ts";
import {
	buildModel,
	floatConstant,
	node,
	valueInfo,
} from "../../src/onnx/build.ts";
import { openGraph } from "../../src/onnx/open-graph.ts";
import {
	checkTensor,
	graphOfBytes,
	readGraph,
} from "../../src/onnx/read-graph.ts";
import { convolutionModel } from "./small-models.ts";

const demo = fileURLToPath(
	new URL("../../demo/networks/tiny-ast.onnx", import.meta.url),
);

function thrown(action: () => unknown): TargetNetworkError {
	try {
		action();
	} catch (error) {
		if (error instanceof TargetNetworkError) return error;
		throw error;
	}
	throw new Error("expected an error");
}

describe("readGraph", () => {
	let directory: string;
	beforeAll(async () => {
		directory = await mkdtemp(join(tmpdir(), "audio-dissect-"));
	});
	afterAll(() => rm(directory, { recursive: true }));

	it("describes inputs, outputs and tensors", async () => {
		const graph = await readGraph(demo);
		expect(graph.inputs).toEqual([
			{ name: "input_values", elementType: 1, dims: ["batch", 192, 128] },
		]);
		expect(graph.outputs).toEqual(["logits"]);
		expect(graph.opset).toBe(17);
		expect(graph.producers.get("logits")?.opType).toBe("Gemm");
		expect(graph.externalFiles).toEqual([]);
		expect(graph.hash).toMatch(/^[0-9a-f]{64}$/);
	});

	it("says that a file is missing", async () => {
		const path = join(directory, "none.onnx");
		await expect(readGraph(path)).rejects.toMatchObject({
			code: "network_file_missing",
			message: `the ONNX file ${path} does not exist`,
		});
		await expect(readGraph(directory)).rejects.toMatchObject({
			code: "network_file_unreadable",
		});
	});

	it("refuses a file near 2 GB with its weights inside, and says how to split it", async () => {
		const path = join(directory, "large.onnx");
		// Sparse: the length without the bytes.
		const file = await open(path, "w");
		await file.truncate(2 ** 31 - 1000);
		await file.close();
		await expect(readGraph(path)).rejects.toMatchObject({
			code: "network_file_too_large",
			message: `the ONNX file ${path} has 2.15 GB; a file with its weights inside can have at most 2.15 GB`,
			hint: expect.stringContaining("save_as_external_data=True"),
		});
		await rm(path);
	});

	it("takes weights from beyond 2 GB of a second file, and lists that file wherever it is named", async () => {
		const offset = 2 ** 31 + 4096;
		const external = {
			dims: [3],
			dataType: 1,
			dataLocation: 1,
			externalData: [
				{ key: "location", value: "large.bin" },
				{ key: "offset", value: String(offset) },
				{ key: "length", value: "12" },
			],
		};
		const data = await open(join(directory, "large.bin"), "w");
		await data.write(
			new Uint8Array(Float32Array.from([2, 3, 4]).buffer),
			0,
			12,
			offset,
		);
		await data.close();
		const path = join(directory, "split.onnx");
		await writeFile(
			path,
			buildModel({
				node: [node({ operator: "Mul", inputs: ["x", "w"], outputs: ["y"] })],
				initializer: [{ ...external, name: "w" }],
				input: [valueInfo("x", ["n", 3])],
				output: [{ name: "y" }],
			}),
		);
		const graph = await readGraph(path);
		expect(graph.externalFiles).toEqual(["large.bin"]);
		const session = await openGraph({ graph, bytes: graph.bytes, threads: 1 });
		const { y } = await session.run({
			x: {
				type: "float32",
				dims: [1, 3],
				data: Float32Array.from([1, 10, 100]),
			},
		});
		await session.close();
		expect(y?.data).toEqual(Float32Array.from([2, 30, 400]));
		await rm(join(directory, "large.bin"));
		const constant = node({ operator: "Constant", inputs: [], outputs: ["c"] });
		const inBody = graphOfBytes(
			buildModel({
				node: [
					{
						...node({ operator: "If", inputs: ["f"], outputs: ["y"] }),
						attribute: [
							{
								name: "then_branch",
								type: 5,
								g: {
									node: [
										{
											...constant,
											attribute: [{ name: "value", type: 4, t: external }],
										},
									],
									output: [{ name: "c" }],
								},
							},
						],
					},
				],
				output: [{ name: "y" }],
			}),
			"body.onnx",
		);
		expect(inBody.externalFiles).toEqual(["large.bin"]);
	});

	it("says that a file is truncated, with its size", async () => {
		const path = join(directory, "cut.onnx");
		await writeFile(path, (await readFile(demo)).subarray(0, 1_000_000));
		await expect(readGraph(path)).rejects.toMatchObject({
			code: "network_file_corrupt",
			message: expect.stringMatching(
				/cut\.onnx is truncated: it has 1000000 bytes, its graph alone ends at byte 34\d{5}$/,
			),
			evidence: { bytes: 1_000_000 },
		});
	});

	it("refuses every prefix of a model, and never with another kind of error", () => {
		const whole = convolutionModel();
		fc.assert(
			fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
				const error = thrown(() =>
					graphOfBytes(whole.subarray(0, length), "cut.onnx"),
				);
				expect(error.code).toBe("network_file_corrupt");
			}),
		);
	});

	it("refuses any other bytes with network_file_corrupt", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				const error = thrown(() => graphOfBytes(bytes, "noise.onnx"));
				expect(error.code).toBe("network_file_corrupt");
			}),
		);
	});

	it.each([
		["", "x.onnx is empty (0 bytes)"],
		[
			"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
			"x.onnx (56 bytes) is a Git LFS pointer, not the file itself",
		],
		["<!doctype html><html>", "x.onnx (21 bytes) is not an ONNX file"],
		['{"a": 1}', "x.onnx (8 bytes) is not an ONNX file"],
	])("says what %j is", (text, message) => {
		const error = thrown(() => graphOfBytes(Buffer.from(text), "x.onnx"));
		expect(error.message).toBe(message);
	});
});

describe("checkTensor", () => {
	const inner = {
		node: [node({ operator: "Relu", inputs: ["a"], outputs: ["inner"] })],
		output: [{ name: "inner" }],
	};
	const conditional = node({
		operator: "If",
		inputs: ["flag"],
		outputs: ["chosen"],
		name: "/decide/If",
	});
	const graph = graphOfBytes(
		buildModel({
			node: [
				node({ operator: "Add", inputs: ["x", "w"], outputs: ["encoder.fc1"] }),
				{
					...conditional,
					attribute: [{ name: "then_branch", type: 5, g: inner }],
				},
			],
			initializer: [floatConstant("w", [1], new Float32Array(1))],
			input: [{ name: "x" }],
			output: [{ name: "chosen" }],
		}),
		"net.onnx",
	);

	it("accepts tensors of the graph and its inputs", () => {
		expect(() => checkTensor(graph, "encoder.fc1", "")).not.toThrow();
		expect(() => checkTensor(graph, "x", "")).not.toThrow();
	});

	it("suggests the nearest tensor for an unknown one", () => {
		const error = thrown(() =>
			checkTensor(graph, "encoder.fc", "a.yaml:3:1: "),
		);
		expect(error.code).toBe("layer_unknown");
		expect(error.message).toBe(
			'a.yaml:3:1: tensor "encoder.fc" is not in net.onnx',
		);
		expect(error.hint).toBe('did you mean "encoder.fc1"?');
	});

	it("tells tensors of a body and weights apart from unknown ones", () => {
		const body = thrown(() => checkTensor(graph, "inner", ""));
		expect(body.code).toBe("layer_in_subgraph");
		expect(body.message).toContain('inside the body of node "/decide/If"');
		expect(thrown(() => checkTensor(graph, "w", "")).code).toBe(
			"layer_constant",
		);
	});
});
