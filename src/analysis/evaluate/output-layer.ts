/** The layer of a run whose units are the network's classes. */
import { z } from "zod";
import type { RunView } from "../../store/store.ts";

const descriptorSchema = z.object({
	output: z.string().nullable().default(null),
	classes: z.array(z.string()).nullable().default(null),
});

export type OutputLayer = {
	/** Null: the network's descriptor names no output layer. */
	readonly name: string | null;
	/** In the order of the units; null: the descriptor names none. */
	readonly classes: readonly string[] | null;
	/** Units of the layer in this run; null: it was not dissected. */
	readonly units: number | null;
};

/** As the descriptor stored with the run says. */
export function outputLayerOf({
	network,
	layers,
}: Pick<RunView, "network" | "layers">): OutputLayer {
	const { output, classes } = descriptorSchema.parse(network.descriptor);
	const units = layers.find(({ name }) => name === output)?.units ?? null;
	return { name: output, classes, units };
}
