/** The network of an ONNX file or a descriptor, run once on zeros. */
import { dirname, isAbsolute, join } from "node:path";
import { readGraph } from "../../onnx/read-graph.ts";
import { readDescriptor } from "../descriptor.ts";
import { usualPadding } from "../descriptor-schema.ts";
import { frontEndDims } from "../front-ends/front-end.ts";
import { prepareGraph } from "../prepare-graph.ts";
import { probeFile } from "./probe-file.ts";
import { type ProbedNetwork, probeShapes } from "./probe-shapes.ts";

/** The network of an ONNX file or a descriptor with its candidates. Throws as `inspectNetwork` says. */
export async function probeNetwork(path: string): Promise<ProbedNetwork> {
	if (!/\.ya?ml$/i.test(path)) return probeFile(await readGraph(path));
	const file = await readDescriptor(path);
	const { descriptor } = file;
	const onnxFile = isAbsolute(descriptor.file)
		? descriptor.file
		: join(dirname(path), descriptor.file);
	const graph = await readGraph(onnxFile);
	const prepared = await prepareGraph(
		file,
		graph,
		frontEndDims(descriptor.frontEnd),
	);
	return {
		...(await probeShapes(prepared)),
		fileBytes: graph.bytes.length,
		excludesPadding: usualPadding(descriptor) === "exclude",
		guesses: [],
		descriptor: null,
	};
}
