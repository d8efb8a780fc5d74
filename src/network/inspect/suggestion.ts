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
export function layersBlock(layers: readonly TappableLayer[]): string {
	const lines = layers.flatMap((layer) => [
		`  - name: ${scalar(layer.name)}${layer.role === null ? "" : ` # ${layer.role}`}`,
		`    tensor: ${scalar(layer.tensor)}`,
		`    unitAxis: ${layer.folded ? layer.unitAxis - layer.dims.length : layer.unitAxis} # ${layer.units} units`,
		...(layer.dims.length > 2 ? ["    pooling: mean"] : []),
	]);
	return `${["layers:", ...lines].join("\n")}\n`;
}

/** Plain when YAML reads it back as the same string. */
function scalar(text: string): string {
	const plain =
		/^[A-Za-z_/][\w./-]*$/.test(text) &&
		!/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
	return plain ? text : JSON.stringify(text);
}
