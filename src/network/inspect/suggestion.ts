/** The `layers:` block that inspect proposes. */
import type { TappableLayer } from "./tappable-layer.ts";

/** Query, key and value projections: their units mean little before the attention product. */
const ATTENTION_INPUT =
	/(^|\.)(query|key|value|q|k|v|qkv|[qkv]_proj|[qkv]_lin|in_proj|query_key_value)$/;

/**
 * The layers worth describing first: linear layers and convolutions before their nonlinearity, without attention projections, and the
 * declared outputs; all layers when there are none of these.
 */
export function suggestLayers(
	layers: readonly TappableLayer[],
	outputs: readonly string[],
): readonly TappableLayer[] {
	const chosen = layers.filter(
		({ name, kind, tensor }) =>
			outputs.includes(tensor) ||
			((kind === "linear" || kind === "convolution") &&
				!ATTENTION_INPUT.test(name)),
	);
	return chosen.length > 0 ? chosen : layers;
}

/** YAML of the block, to paste into a descriptor. */
export function layersBlock(
	layers: readonly TappableLayer[],
	options: { readonly excludesPadding: boolean },
): string {
	const lines = layers.flatMap((layer) => [
		`  - name: ${scalar(layer.name)}${layer.role === null ? "" : ` # ${layer.role}`}`,
		`    tensor: ${scalar(layer.tensor)}`,
		...(layer.batchAxis === 0 ? [] : [`    batchAxis: ${layer.batchAxis}`]),
		`    unitAxis: ${fileAxis(layer)} # ${layer.units} ${layer.units === 1 ? "unit" : "units"}`,
		...(layer.dims.length > 2 ? ["    pooling: mean"] : []),
		// Which of several axes is time is for the reader to say.
		...(options.excludesPadding && layer.dims.length > 3
			? ["    padding: count"]
			: []),
	]);
	return `${["layers:", ...lines].join("\n")}\n`;
}

/** The unit axis as a descriptor says it: of the tensor in the file. */
function fileAxis({
	folded,
	batchAxis,
	unitAxis,
	dims,
}: TappableLayer): number {
	if (folded) return unitAxis - dims.length;
	return unitAxis <= batchAxis ? unitAxis - 1 : unitAxis;
}

/** The same for a network whose layers are not known: an output, to be replaced. */
export function anyLayer([output = "output"]: readonly string[]): string {
	return `layers: # inspect of this descriptor lists the others\n  - { name: output, tensor: ${JSON.stringify(output)} }\n`;
}

/** Plain when YAML reads it back as the same string. */
function scalar(text: string): string {
	const plain =
		/^[A-Za-z_/][\w./-]*$/.test(text) &&
		!/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
	return plain ? text : JSON.stringify(text);
}
