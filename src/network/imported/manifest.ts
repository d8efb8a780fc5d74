/** The manifest of imported activations: JSON beside the `.npy` or `.safetensors` files, written by any program that can run the network. */
import { z } from "zod";

const MANIFEST_FORMAT = "audio-dissect activations 1";

const name = z.string().trim().min(1);

const layerSchema = z.strictObject({
	name: name
		.refine((value) => !/[#?*]/.test(value), {
			error: 'a layer name cannot contain "#", "?" or "*"',
		})
		.describe("what the layer is called everywhere"),
	file: name.describe(
		"`.npy` or `.safetensors`, [clips, units], relative to the manifest",
	),
	tensor: name
		.optional()
		.describe("tensor of a .safetensors file; default: the layer's name"),
	pooling: z
		.enum(["mean", "max", "first", "p95", "firing", "none"])
		.describe(
			"how positions became one number; none: the layer has no positions. Stated in every output",
		),
	windows: z
		.enum(["mean", "max"])
		.optional()
		.describe(
			"how the windows of long clips became one; default: max for pooling max, else mean",
		),
});

export const manifestSchema = z.strictObject({
	format: z
		.literal(MANIFEST_FORMAT)
		.describe("what this file is, with its version"),
	name: name.describe("name of the network in reports"),
	clips: z
		.array(name)
		.min(1)
		.optional()
		.describe(
			"row by row the clip: its id in the probe set (its path there unless it has an `id`). Either this or clipHashes",
		),
	clipHashes: z
		.array(z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256 in hex"))
		.min(1)
		.optional()
		.describe("row by row the SHA-256 of the audio file, in hex"),
	layers: z.array(layerSchema).min(1).describe("in network order"),
	classes: z
		.array(name)
		.min(1)
		.optional()
		.describe("class names in index order; needs `output`"),
	output: z
		.strictObject({
			layer: name.describe("the layer whose units are the classes"),
			kind: z
				.enum(["logits", "probabilities", "embedding"])
				.default("logits")
				.describe("what its values are"),
		})
		.optional(),
	description: z
		.string()
		.optional()
		.describe("a remark: checkpoint, revision, how it was run"),
});

export type ActivationsManifest = z.output<typeof manifestSchema>;
