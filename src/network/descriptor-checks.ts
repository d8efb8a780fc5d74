/** Problems between the fields of a descriptor. */
import { didYouMean } from "../shared/suggest.ts";
import {
	type DescribedLayer,
	isPattern,
	type NetworkDescriptor,
	outputOf,
	poolingsOf,
} from "./descriptor-schema.ts";

/** Problems between fields. What depends on the tensors of the file (layers with `*`) is judged when it is read. */
export function checkNames(
	descriptor: NetworkDescriptor,
	at: (path: readonly PropertyKey[]) => string,
): string[] {
	const problems: string[] = [];
	const names = new Set<string>();
	for (const [index, layer] of descriptor.layers.entries()) {
		const where = at(["layers", index, "name"]);
		if (names.has(layer.name))
			problems.push(`${where}there are two layers "${layer.name}"`);
		problems.push(...checkLayer(layer, where));
		names.add(layer.name);
	}
	const output = outputOf(descriptor)?.layer;
	const hasPattern = descriptor.layers.some(isPattern);
	if (output !== undefined && !names.has(output) && !hasPattern) {
		const hint = didYouMean(output, names);
		problems.push(
			`${at(["output"])}"${output}" is not one of the layers${hint === undefined ? "" : `; ${hint}`}`,
		);
	}
	if (descriptor.classes !== undefined && output === undefined)
		problems.push(
			`${at(["classes"])}\`classes\` needs \`output\`: the layer whose units the class names belong to`,
		);
	return problems;
}

function checkLayer(layer: DescribedLayer, where: string): string[] {
	const problems: string[] = [];
	const stars = countStars(layer.name);
	if (stars > 0 && stars !== countStars(layer.tensor))
		problems.push(
			`${where}a layer name can contain "*" only as often as its tensor, got "${layer.name}" for "${layer.tensor}"`,
		);
	if (stars === 0 && isPattern(layer))
		problems.push(
			`${where}the name of a layer whose tensor contains "*" needs it too, got "${layer.name}" for "${layer.tensor}"`,
		);
	if (/[#?@]/.test(layer.name))
		problems.push(
			`${where}a layer name cannot contain "#", "?" or "@", got "${layer.name}"`,
		);
	const poolings = poolingsOf(layer);
	const twice = poolings.find((one, at) => poolings.indexOf(one) !== at);
	if (twice !== undefined)
		problems.push(`${where}layer "${layer.name}" has pooling ${twice} twice`);
	return problems;
}

function countStars(text: string): number {
	return text.split("*").length - 1;
}
