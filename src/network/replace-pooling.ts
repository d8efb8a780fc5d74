/** One pooling for all layers, in place of those the descriptor lists. */
import type { Pooling } from "../types.ts";
import type { DescriptorFile } from "./descriptor.ts";
import { type DescribedLayer, outputOf } from "./descriptor-schema.ts";

/**
 * The descriptor with `pooling` for every layer that is pooled. The output layer keeps its own: its values must be what the network
 * really puts out. Layers without positions stay as they are, whatever is asked for.
 */
export function replacePooling(
	file: DescriptorFile,
	pooling: Exclude<Pooling, "none"> | undefined,
): DescriptorFile {
	if (pooling === undefined) return file;
	const { descriptor } = file;
	const output = outputOf(descriptor)?.layer;
	const layers = descriptor.layers.map(
		(layer): DescribedLayer =>
			layer.name === output || layer.pooling === "none"
				? layer
				: { ...layer, pooling },
	);
	return { ...file, descriptor: { ...descriptor, layers } };
}
