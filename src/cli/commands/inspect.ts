/** `audio-dissect inspect`: the layers of a network that can be tapped, and a `layers:` block to copy. */
import { type InspectResult, inspectNetwork } from "../../network/inspect.ts";
import { exitCodes } from "../exit.ts";
import { plural, table } from "../format.ts";
import type { Session } from "../session.ts";

export async function inspect(
	session: Session,
	options: { readonly network: string; readonly all: boolean },
): Promise<number> {
	const result = await inspectNetwork(options.network);
	session.result(result, () => inspectText(result, options.all));
	return exitCodes.done;
}

function inspectText(result: InspectResult, all: boolean): string {
	const shown = result.layers.filter(({ suggested }) => all || suggested);
	const hidden = result.layers.length - shown.length;
	const inputs = result.inputs.map(
		({ name, dims }) => `${name} [${(dims ?? ["?"]).join(", ")}]`,
	);
	return [
		`network    ${result.path} (${(result.bytes / 1e6).toFixed(1)} MB, SHA-256 ${result.hash.slice(0, 12)})`,
		`made by    ${result.producer ?? "not said"}, opset ${result.opset}, ${plural(result.parameters, "value")} in weights and buffers`,
		`inputs     ${inputs.join("; ")}`,
		`outputs    ${result.outputs.join(", ")}`,
		"",
		table(
			["layer", "kind", "shape", "units", "axis", "parameters", "tensor"],
			shown.map((layer) => [
				layer.name,
				layer.role === null ? layer.kind : `${layer.kind}, ${layer.role}`,
				`[${layer.dims.join(", ")}]`,
				String(layer.units),
				String(layer.unitAxis),
				layer.parameters === null ? "-" : String(layer.parameters),
				layer.tensor,
			]),
		),
		...(hidden > 0
			? ["", `${hidden} more can be tapped: --all lists them`]
			: []),
		...(result.notTappable.length > 0
			? [
					"",
					"cannot be tapped:",
					...result.notTappable.map(
						({ reason, code }) => `  - ${reason} [${code}]`,
					),
				]
			: []),
		"",
		"for a descriptor:",
		"",
		result.suggestedLayers,
	].join("\n");
}
