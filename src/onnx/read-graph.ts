/** An ONNX file as a graph that can be asked about its tensors. */
import { readFile, stat } from "node:fs/promises";
import { TargetNetworkError } from "../errors.ts";
import { sha256 } from "../shared/hash.ts";
import { didYouMean } from "../shared/suggest.ts";
import { systemReason } from "../shared/system-reason.ts";
import { describeDamage } from "./damage.ts";
import { decodeModel, encodeModel, toNumber } from "./proto/codec.ts";
import type {
	GraphProto,
	ModelProto,
	NodeProto,
	TensorProto,
	ValueInfoProto,
} from "./proto/types.ts";

/** A graph input: `dims` has a string for a symbolic axis ("?" when unnamed), null when the file declares no shape. */
export type GraphInput = {
	readonly name: string;
	/** `TensorProto.DataType`; 1 is float32. Null: not a tensor. */
	readonly elementType: number | null;
	readonly dims: readonly (number | string)[] | null;
};

export type Graph = {
	readonly path: string;
	readonly bytes: Uint8Array;
	/** SHA-256 (hex) of the file. */
	readonly hash: string;
	readonly model: ModelProto;
	/** Version of the default operator set. */
	readonly opset: number;
	/** What has to be fed; initialisers that are also listed as inputs are left out. */
	readonly inputs: readonly GraphInput[];
	readonly outputs: readonly string[];
	/** Top-level nodes in file order (a topological order). */
	readonly nodes: readonly NodeProto[];
	/** Tensor name to the top-level node that makes it. */
	readonly producers: ReadonlyMap<string, NodeProto>;
	readonly initialisers: ReadonlyMap<string, TensorProto>;
	/** Tensors made inside If, Loop or Scan bodies, with the name of the node they are inside of. */
	readonly innerTensors: ReadonlyMap<string, string>;
	/** Names of the files beside this one that hold weights, sorted. */
	readonly externalFiles: readonly string[];
};

/**
 * Reads and decodes an ONNX file (weights are views of its bytes).
 * Throws TargetNetworkError: `network_file_missing`, `network_file_unreadable`, `network_file_too_large` (above 2 GB with the weights inside),
 * `network_file_corrupt` (also when truncated: says how much is missing).
 */
export async function readGraph(path: string): Promise<Graph> {
	const bytes = await readBytes(path);
	return graphOfBytes(bytes, path);
}

/** The same for bytes in memory; `path` is what messages call them. Throws `network_file_corrupt`. */
export function graphOfBytes(bytes: Uint8Array, path: string): Graph {
	const model = decode(bytes, path);
	return graphOfModel(model, { path, bytes, hash: sha256(bytes) });
}

/** An edit of `graph`: the same file, path and hash, another model. */
export function editedGraph(graph: Graph, model: ModelProto): Graph {
	const { path, hash } = graph;
	return graphOfModel(model, { path, hash, bytes: encodeModel(model) });
}

function graphOfModel(
	model: ModelProto,
	file: Pick<Graph, "path" | "bytes" | "hash">,
): Graph {
	const graph = model.graph ?? {};
	const initialisers = new Map<string, TensorProto>();
	for (const tensor of graph.initializer ?? [])
		initialisers.set(tensor.name ?? "", tensor);
	for (const { values } of graph.sparseInitializer ?? [])
		if (values?.name !== undefined) initialisers.set(values.name, values);
	const producers = new Map<string, NodeProto>();
	const innerTensors = new Map<string, string>();
	for (const node of graph.node ?? []) {
		for (const output of node.output ?? [])
			if (output !== "") producers.set(output, node);
		for (const body of bodiesOf(node))
			collectInner(body, node.name || node.opType || "", innerTensors);
	}
	const versions = model.opsetImport ?? [];
	const defaultSet = versions.find(
		({ domain = "" }) => domain === "" || domain === "ai.onnx",
	);
	return {
		...file,
		model,
		opset: toNumber(defaultSet?.version),
		inputs: (graph.input ?? [])
			.filter(({ name = "" }) => !initialisers.has(name))
			.map(describeInput),
		outputs: (graph.output ?? []).map(({ name = "" }) => name),
		nodes: graph.node ?? [],
		producers,
		initialisers,
		innerTensors,
		externalFiles: externalFilesOf(graph),
	};
}

/** Bytes that an ONNX file, edits included, may have: protobuf and onnxruntime read no more. */
const LARGEST_FILE = 2 ** 31 - 1;
/** Room left for what an edit adds. */
const EDIT_ROOM = 2 ** 20;

async function checkSize(path: string): Promise<void> {
	const { size } = await stat(path);
	if (size > LARGEST_FILE - EDIT_ROOM)
		throw new TargetNetworkError(
			`the ONNX file ${path} has ${(size / 1e9).toFixed(2)} GB; a file with its weights inside can have at most ${(LARGEST_FILE / 1e9).toFixed(2)} GB`,
			{
				code: "network_file_too_large",
				hint: "Keep the weights in a second file: `onnx.save_model(onnx.load(path), path, save_as_external_data=True)`.",
				evidence: { bytes: size },
			},
		);
}

async function readBytes(path: string): Promise<Uint8Array> {
	try {
		await checkSize(path);
		return await readFile(path);
	} catch (error) {
		if (error instanceof TargetNetworkError) throw error;
		const code = error instanceof Error && "code" in error ? error.code : "";
		if (code === "ENOENT")
			throw new TargetNetworkError(`the ONNX file ${path} does not exist`, {
				code: "network_file_missing",
				hint: "The path in a descriptor is relative to the descriptor.",
				cause: error,
			});
		throw new TargetNetworkError(
			`the ONNX file ${path} cannot be read: ${systemReason(error)}`,
			{
				code: "network_file_unreadable",
				hint: "Check the path, and that the file may be read.",
				cause: error,
			},
		);
	}
}

function decode(bytes: Uint8Array, path: string): ModelProto {
	const corrupt = (problem: string, cause?: unknown): TargetNetworkError =>
		new TargetNetworkError(`${path} ${problem}`, {
			code: "network_file_corrupt",
			hint: "Copy, download or export the file again.",
			cause,
			evidence: { bytes: bytes.length },
		});
	const damage = describeDamage(bytes);
	if (damage !== undefined) throw corrupt(damage);
	let model: ModelProto;
	try {
		model = decodeModel(bytes);
	} catch (error) {
		throw corrupt(
			`(${bytes.length} bytes) is not a readable ONNX file: ${error instanceof Error ? error.message : String(error)}`,
			error,
		);
	}
	if ((model.graph?.node ?? []).length === 0)
		throw corrupt(`(${bytes.length} bytes) has no graph in it`);
	if ((model.opsetImport ?? []).length === 0)
		throw corrupt(
			`(${bytes.length} bytes) is truncated: it does not say which operator set it uses`,
		);
	return model;
}

/** The graphs inside a node's attributes: If, Loop and Scan bodies. */
export function bodiesOf(node: NodeProto): GraphProto[] {
	return (node.attribute ?? []).flatMap(({ g, graphs = [] }) =>
		g === undefined || g === null ? graphs : [g, ...graphs],
	);
}

function collectInner(
	body: GraphProto,
	owner: string,
	found: Map<string, string>,
): void {
	for (const node of body.node ?? []) {
		for (const output of node.output ?? []) found.set(output, owner);
		for (const nested of bodiesOf(node)) collectInner(nested, owner, found);
	}
}

function describeInput(value: ValueInfoProto): GraphInput {
	const tensor = value.type?.tensorType;
	const dims = tensor?.shape?.dim?.map(({ dimValue, dimParam }) =>
		dimValue === undefined || toNumber(dimValue) <= 0
			? dimParam || "?"
			: toNumber(dimValue),
	);
	return {
		name: value.name ?? "",
		elementType: tensor?.elemType ?? null,
		dims: dims ?? null,
	};
}

/** Files named by initialisers of the graph and of its bodies, and by Constant nodes. */
function externalFilesOf(graph: GraphProto): string[] {
	const files = new Set<string>();
	collectExternal(graph, files);
	return [...files].sort();
}

function collectExternal(graph: GraphProto, files: Set<string>): void {
	const nodes = graph.node ?? [];
	const constants = nodes.flatMap(({ attribute = [] }) =>
		attribute.flatMap(({ t }) => (t === undefined || t === null ? [] : [t])),
	);
	for (const tensor of [...(graph.initializer ?? []), ...constants]) {
		if (tensor.dataLocation !== 1) continue;
		for (const { key, value } of tensor.externalData ?? [])
			if (key === "location" && value !== undefined) files.add(value);
	}
	for (const node of nodes)
		for (const body of bodiesOf(node)) collectExternal(body, files);
}

/** Throws `layer_unknown` (with a suggestion), or `layer_in_subgraph`, when `tensor` is not a top-level tensor of the graph. `where` starts the message. */
export function checkTensor(graph: Graph, tensor: string, where: string): void {
	const { producers, initialisers, inputs, innerTensors, path } = graph;
	if (producers.has(tensor) || inputs.some(({ name }) => name === tensor))
		return;
	const owner = innerTensors.get(tensor);
	if (owner !== undefined)
		throw new TargetNetworkError(
			`${where}tensor "${tensor}" of ${path} is inside the body of node "${owner}" and cannot be tapped`,
			{
				code: "layer_in_subgraph",
				hint: "Tap a tensor outside of it: `audio-dissect inspect` lists them.",
			},
		);
	if (initialisers.has(tensor))
		throw new TargetNetworkError(
			`${where}tensor "${tensor}" of ${path} is a weight, the same for every clip`,
			{
				code: "layer_constant",
				hint: "Tap what is computed from it: `audio-dissect inspect` lists the tensors.",
			},
		);
	throw new TargetNetworkError(`${where}tensor "${tensor}" is not in ${path}`, {
		code: "layer_unknown",
		hint:
			didYouMean(tensor, producers.keys()) ??
			"`audio-dissect inspect` lists the tensors that can be tapped.",
	});
}
