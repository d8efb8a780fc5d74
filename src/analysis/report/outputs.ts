/** Class names of output units, from the run's network descriptor. */
import { z } from "zod";
import type { Json } from "../../shared/hash.ts";

const schema = z.object({
	classes: z.array(z.string()).nullish().catch(null),
	output: z
		.union([z.string(), z.object({ layer: z.string() })])
		.nullish()
		.catch(null),
});

/**
 * The class name of a unit; null when the layer is not the network's output or the network names no classes. A further pooling of the output
 * layer (`logits@max`) has the same names.
 */
export function classNames(
	descriptor: Json,
): (layer: string, unit: number) => string | null {
	const parsed = schema.safeParse(descriptor);
	const { classes, output } = parsed.success
		? parsed.data
		: { classes: null, output: null };
	const name = typeof output === "object" ? output?.layer : output;
	return (layer, unit) => {
		if (name === undefined || !classes) return null;
		if (layer !== name && !layer.startsWith(`${name}@`)) return null;
		return classes[unit] ?? null;
	};
}
