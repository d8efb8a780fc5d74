/** Content addresses of the files that hold a network's weights outside of its ONNX file. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { TargetNetworkError } from "../errors.ts";
import type { Graph } from "../onnx/read-graph.ts";

/** Name and SHA-256 (hex) of each, in name order. Throws TargetNetworkError `network_file_missing`. */
export async function hashExternalFiles(
	graph: Graph,
): Promise<{ file: string; hash: string }[]> {
	const hashes: { file: string; hash: string }[] = [];
	for (const file of graph.externalFiles) {
		const path = join(dirname(graph.path), file);
		const hash = createHash("sha256");
		try {
			for await (const chunk of createReadStream(path)) hash.update(chunk);
		} catch (error) {
			throw new TargetNetworkError(
				`${graph.path} keeps weights in ${path}, which cannot be read: ${error instanceof Error ? error.message : String(error)}`,
				{ code: "network_file_missing", cause: error },
			);
		}
		hashes.push({ file, hash: hash.digest("hex") });
	}
	return hashes;
}
