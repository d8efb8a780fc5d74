/** Content addresses of the files that hold a network's weights outside of its ONNX file. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { TargetNetworkError } from "../errors.ts";
import type { Graph } from "../onnx/read-graph.ts";

type ExternalFile = {
	readonly file: string;
	/** SHA-256 (hex). */
	readonly hash: string;
	readonly bytes: number;
};

/** In name order. Throws TargetNetworkError `network_file_missing`. */
export async function hashExternalFiles(graph: Graph): Promise<ExternalFile[]> {
	const hashes: ExternalFile[] = [];
	for (const file of graph.externalFiles) {
		const path = join(dirname(graph.path), file);
		const hash = createHash("sha256");
		let bytes = 0;
		try {
			for await (const chunk of createReadStream(path)) {
				hash.update(chunk);
				bytes += chunk.length;
			}
		} catch (error) {
			throw new TargetNetworkError(
				`${graph.path} keeps weights in ${path}, which cannot be read: ${error instanceof Error ? error.message : String(error)}`,
				{
					code: "network_file_missing",
					hint: "Copy the files with weights beside the ONNX file, under the names it has for them.",
					cause: error,
				},
			);
		}
		hashes.push({ file, hash: hash.digest("hex"), bytes });
	}
	return hashes;
}
