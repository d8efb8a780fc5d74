/** `audio-dissect inspect`: the layers of a network that can be tapped, and a `layers:` block to copy. */
import { statSync } from "node:fs";
import { shippedNetworkFile } from "../../config/files.ts";
import { type InspectResult, inspectNetwork } from "../../network/inspect.ts";
import { exitCodes } from "../exit.ts";
import { plural, table } from "../format.ts";
import type { Session } from "../session.ts";

/** Exit code 1 when the network could not be run with what was guessed. */
export async function inspect(
	session: Session,
	options: { readonly network: string; readonly all: boolean },
): Promise<number> {
	const result = await inspectNetwork(
		statSync(options.network, { throwIfNoEntry: false })?.isFile()
			? options.network
			: (shippedNetworkFile(options.network) ?? options.network),
	);
	session.result(result, () => inspectText(result, options.all));
	return result.notRun === null ? exitCodes.done : exitCodes.incomplete;
}

function inspectText(result: InspectResult, all: boolean): string {
	const inputs = result.inputs.map(
		({ name, dims }) => `${name} [${(dims ?? ["?"]).join(", ")}]`,
	);
	return [
		`network    ${result.path} (${(result.bytes / 1e6).toFixed(1)} MB, SHA-256 ${result.hash.slice(0, 12)})`,
		`made by    ${result.producer ?? "not said"}, opset ${result.opset}, ${plural(result.parameters, "value")} in weights and buffers`,
		`inputs     ${inputs.join("; ")}`,
		`outputs    ${result.outputs.join(", ")}`,
		...result.guesses.map((guess) => `guessed    ${guess}`),
		...result.conditionals.map(conditionalText),
		"",
		...(result.notRun === null
			? layersText(result, all)
			: structureText(result.notRun)),
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
		...(result.suggestedDescriptor === null
			? result.suggestedLayers === ""
				? []
				: ["for a descriptor:", "", result.suggestedLayers]
			: [
					"a descriptor to start from (check what is marked as guessed):",
					"",
					result.suggestedDescriptor,
				]),
	].join("\n");
}

function conditionalText({
	name,
	branch,
	condition,
	nodes,
}: InspectResult["conditionals"][number]): string {
	const why =
		condition === null
			? "the descriptor says so"
			: `its condition is ${condition}`;
	return `If         ${name || "without a name"}: ${branch} branch, ${plural(nodes, "node")} (${why})`;
}

function layersText(result: InspectResult, all: boolean): string[] {
	const shown = result.layers.filter(({ suggested }) => all || suggested);
	const hidden = result.layers.length - shown.length;
	return [
		table(
			["layer", "kind", "shape", "units", "axis", "parameters", "tensor"],
			shown.map((layer) => [
				layer.name,
				kindText(layer),
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
	];
}

/** What can be said without a run. */
function structureText({
	reason,
	layers,
}: NonNullable<InspectResult["notRun"]>): string[] {
	return [
		`it could not be run with what was guessed: ${reason}`,
		"by its structure alone (shapes unknown; which of these can be tapped a descriptor will show):",
		"",
		table(
			["layer", "kind", "units", "parameters", "tensor"],
			layers.map((layer) => [
				layer.name,
				kindText(layer),
				layer.units === null ? "?" : String(layer.units),
				layer.parameters === null ? "-" : String(layer.parameters),
				layer.tensor,
			]),
		),
	];
}

function kindText({
	kind,
	role,
}: Pick<InspectResult["layers"][number], "kind" | "role">): string {
	return role === null ? kind : `${kind}, ${role}`;
}
