/** The layers of a descriptor, written out: patterns matched with the file's tensors, one layer for each pooling. */
import { ConfigError, TargetNetworkError } from "../errors.ts";
import { checkTensor, type Graph } from "../onnx/read-graph.ts";
import { didYouMean } from "../shared/suggest.ts";
import type { PaddingRule, Pooling, WindowPooling } from "../types.ts";
import type { DescriptorFile } from "./descriptor.ts";
import {
	type DescribedLayer,
	isPattern,
	outputOf,
	poolingsOf,
	usualPadding,
} from "./descriptor-schema.ts";

export type WantedLayer = {
	readonly name: string;
	readonly tensor: string;
	readonly unitAxis?: number | undefined;
	/** From 0 up. */
	readonly batchAxis: number;
	readonly pooling: Pooling;
	/** The only or first pooling of its tensor's entry. */
	readonly firstPooling: boolean;
	readonly windows: WindowPooling;
	readonly padding: PaddingRule;
	readonly timeAxis?: number | undefined;
	/** What one position hears, in samples or frames of the input. */
	readonly positions?:
		| { readonly window: number; readonly hop: number }
		| undefined;
	readonly maskPoint: string | null;
	/** Position in the descriptor; starts messages. */
	readonly where: string;
};

/**
 * In the descriptor's order; a pattern's layers in file order, a layer's poolings in the order they are listed. Tensors are not checked yet.
 * Throws TargetNetworkError `layer_unknown` for a pattern that no tensor matches, ConfigError `descriptor_invalid` when names collide.
 */
export function expandLayers(
	file: DescriptorFile,
	graph: Graph,
): readonly WantedLayer[] {
	const { descriptor, at, path } = file;
	const layers = [...descriptor.layers.entries()].flatMap(([index, layer]) => {
		const where = at(["layers", index, "tensor"]);
		return namedTensors(layer, graph, where).flatMap((named) =>
			poolingsOf(layer).map(
				(pooling, order): WantedLayer => ({
					name: order === 0 ? named.name : `${named.name}@${pooling}`,
					tensor: named.tensor,
					unitAxis: layer.unitAxis,
					batchAxis: layer.batchAxis,
					pooling,
					firstPooling: order === 0,
					windows: layer.windows ?? (pooling === "max" ? "max" : "mean"),
					padding: layer.padding ?? usualPadding(descriptor),
					timeAxis: layer.timeAxis,
					positions: layer.positions,
					maskPoint: named.maskPoint,
					where,
				}),
			),
		);
	});
	const names = new Set<string>();
	for (const { name, where } of layers) {
		if (names.has(name))
			throw new ConfigError(
				`the network descriptor ${path} has a problem:\n${where}there are two layers "${name}"`,
				{ code: "descriptor_invalid", hint: "Give one of them another name." },
			);
		names.add(name);
	}
	const output = outputOf(descriptor)?.layer;
	if (output !== undefined && !names.has(output))
		throw new ConfigError(
			`the network descriptor ${path} has a problem:\n${at(["output"])}"${output}" is not one of the layers: expected ${[...names].join(", ")}`,
			{
				code: "descriptor_invalid",
				hint: didYouMean(output, names) ?? "Name one of them in `output`.",
			},
		);
	return layers;
}

type NamedTensor = Pick<WantedLayer, "name" | "tensor" | "maskPoint">;

function namedTensors(
	layer: DescribedLayer,
	graph: Graph,
	where: string,
): readonly NamedTensor[] {
	const { name, tensor, maskPoint = null } = layer;
	if (!isPattern(layer) || graph.producers.has(tensor))
		return [{ name, tensor, maskPoint }];
	const expression = new RegExp(
		`^${tensor
			.split("*")
			.map((part) => part.replace(/[.+^${}()|[\]\\?/-]/g, "\\$&"))
			.join("([^/]*)")}$`,
		"u",
	);
	const found = [...graph.producers.keys()].flatMap((candidate) => {
		const match = expression.exec(candidate);
		if (match === null) return [];
		const fill = (text: string): string => {
			let star = 0;
			return text.replaceAll("*", () => {
				star += 1;
				return match[star] ?? "";
			});
		};
		return [
			{
				name: fill(name),
				tensor: candidate,
				maskPoint: maskPoint === null ? null : fill(maskPoint),
			},
		];
	});
	if (found.length === 0)
		throw new TargetNetworkError(
			`${where}no tensor of ${graph.path} matches "${tensor}"`,
			{
				code: "layer_unknown",
				hint: "`audio-dissect inspect` lists the tensors that can be tapped.",
			},
		);
	return found;
}

/** Throws, as for a tensor that cannot be tapped, when a layer's tensor or mask point is not in the file. */
export function checkLayerTensors(
	graph: Graph,
	layers: readonly WantedLayer[],
): void {
	for (const { tensor, maskPoint, where } of layers) {
		checkTensor(graph, tensor, where);
		if (maskPoint !== null) checkTensor(graph, maskPoint, where);
	}
}
