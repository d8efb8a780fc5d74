/** What a network descriptor can say. */
import { z } from "zod";
import type { PaddingRule, Pooling } from "../types.ts";
import { frontEndSchema } from "./front-ends/schema.ts";

const name = z.string().trim().min(1);

const pooling = z.enum(["mean", "max", "first", "p95", "firing", "none"]);

const padding = z.enum(["count", "exclude"]);

const layerSchema = z.strictObject({
	name: name.describe(
		"what the layer is called everywhere; with `*` in `tensor`, a `*` here stands for what that one matched",
	),
	tensor: name.describe(
		"tensor of the ONNX file; `*` (any characters but /) makes one layer of every tensor that matches, in file order",
	),
	unitAxis: z
		.int()
		.optional()
		.describe(
			"axis that indexes units, from the end when negative; default: the axis the graph's structure says (1 behind a convolution, the last behind a linear layer)",
		),
	batchAxis: z
		.int()
		.min(0)
		.default(0)
		.describe(
			"axis that indexes the rows of a run: 1 for encoders that work with time first (BEATs and other networks of fairseq)",
		),
	pooling: z
		.union([pooling, z.array(pooling).min(1)])
		.default("mean")
		.describe(
			"how positions become one number; a list makes a layer of each, the second and later ones named `name@pooling`. A tensor without positions is not pooled. mean, max, first (position 0), p95 (0.95 quantile, linear interpolation), firing (share of positions above 0)",
		),
	windows: z
		.enum(["mean", "max"])
		.optional()
		.describe(
			"how the windows of a clip become one number, after pooling; default: max for pooling max, else mean",
		),
	padding: padding
		.optional()
		.describe(
			"of this layer, when it differs from the network's: count for layers whose positions do not follow the input's frames one after the other (class tokens, patches)",
		),
	timeAxis: z
		.int()
		.optional()
		.describe(
			"axis of time, from the end when negative, for `padding: exclude` of a tensor with several axes of positions (`[batch, channels, frames, bins]`: 2)",
		),
	positions: z
		.strictObject({
			window: z
				.int()
				.min(1)
				.describe("samples or frames that one position hears"),
			hop: z.int().min(1).describe("from one position to the next"),
		})
		.optional()
		.describe(
			"for `padding: exclude`: only positions count that hear nothing but the clip, as networks with strided convolutions count them (wav2vec 2.0: window 400, hop 320); default: those that begin within it",
		),
	maskPoint: name
		.optional()
		.describe("tensor where the units of the layer are masked"),
});

const constantSchema = z.union([
	z.number(),
	z.boolean(),
	z.strictObject({
		values: z
			.union([
				z.number(),
				z.boolean(),
				z.array(z.union([z.number(), z.boolean()])).min(1),
			])
			.describe(
				"one value for every element, or the elements of one row, row-major",
			),
		dims: z
			.array(z.union([z.int().min(1), z.literal("batch")]))
			.optional()
			.describe(
				"axes, when the file leaves them open; `batch` for the rows of a run",
			),
	}),
]);

const stateSchema = z.strictObject({
	input: name.describe("input that takes the state"),
	output: name.describe("output that holds the state after a row"),
	initial: z
		.literal("zeros")
		.default("zeros")
		.describe("state before the first row of a clip"),
	batchAxis: z
		.int()
		.min(0)
		.optional()
		.describe(
			"axis that indexes the rows of a run; default: the axis the file leaves open",
		),
});

const lengthSchema = z
	.enum(["mask", "padding-mask", "length", "share"])
	.describe(
		"mask: 1 for what is the clip's and 0 for padding; padding-mask: the other way round; length: how many samples (waveform) or frames are the clip's; share: the same as a share of the input, in (0, 1]",
	);

const outputSchema = z.union([
	name,
	z.strictObject({
		layer: name.describe("name of the layer"),
		kind: z
			.enum(["logits", "probabilities", "embedding"])
			.default("logits")
			.describe("what its values are"),
	}),
]);

export const descriptorSchema = z.strictObject({
	name: name.describe("name of the network in reports"),
	file: name.describe("ONNX file, relative to the descriptor"),
	classes: name
		.optional()
		.describe(
			"class names, one per line in index order; relative to the descriptor",
		),
	input: name.describe("input of the ONNX file that takes the features"),
	constants: z
		.record(name, constantSchema)
		.default({})
		.describe(
			"values of further inputs, the same in every run, by input name: one value for every element, or `{ values, dims }`",
		),
	state: z
		.array(stateSchema)
		.default([])
		.describe(
			"states of a recurrent network: the rows of a clip are run in order, each fed with the state that the one before left",
		),
	lengths: z
		.record(name, lengthSchema)
		.default({})
		.describe(
			"inputs that tell the network where a clip ends and padding begins, by input name; fed from the clip's own length",
		),
	padding: padding
		.optional()
		.describe(
			"whether positions behind the end of a clip count in what is pooled: count, or exclude (of a layer's positions the first ceil(positions * clip / input) count, or as the layer's `positions` says); default: exclude with `lengths`, else count, as the published codes do",
		),
	branches: z
		.record(name, z.enum(["then", "else"]))
		.default({})
		.describe(
			"which branch an If node takes, by node name; needed only when its condition depends on the features",
		),
	frontEnd: frontEndSchema.describe("how a clip becomes the input"),
	layers: z.array(layerSchema).min(1).describe("in network order"),
	output: outputSchema
		.optional()
		.describe(
			"the layer whose units are the classes or the embedding: its name, or `{ layer, kind }`",
		),
});

export type NetworkDescriptor = z.output<typeof descriptorSchema>;
export type DescribedLayer = z.output<typeof layerSchema>;
export type DescribedConstant = z.output<typeof constantSchema>;
export type DescribedLength = z.output<typeof lengthSchema>;
export type DescribedState = z.output<typeof stateSchema>;
/** What the values of the output layer are. */
export type OutputKind = "logits" | "probabilities" | "embedding";

/** JSON Schema of a descriptor file as it is written (defaults may be left out). */
export function networkJsonSchema(): object {
	return z.toJSONSchema(descriptorSchema, { io: "input" });
}

/** The layer's tensor is a pattern. */
export function isPattern(layer: DescribedLayer): boolean {
	return layer.tensor.includes("*");
}

export function poolingsOf(layer: DescribedLayer): readonly Pooling[] {
	const { pooling } = layer;
	return typeof pooling === "string" ? [pooling] : pooling;
}

/** Whether padding counts in layers that do not say it themselves. */
export function usualPadding({
	padding,
	lengths,
}: NetworkDescriptor): PaddingRule {
	return padding ?? (Object.keys(lengths).length > 0 ? "exclude" : "count");
}

/** The output layer and what its values are; undefined when the descriptor names none. */
export function outputOf(
	descriptor: NetworkDescriptor,
): { readonly layer: string; readonly kind: OutputKind } | undefined {
	const { output } = descriptor;
	return typeof output === "string"
		? { layer: output, kind: "logits" }
		: output;
}
