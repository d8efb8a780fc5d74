/** An embedding model that knows a few names: a text is the sum of the axes of the names in it, as often as they occur; others are an axis of their own. */
import type { EmbeddingModel } from "../../../src/embeddings/port.ts";

export const names: readonly string[] = [
	"dog",
	"rain",
	"church organ",
	"wind",
	"siren",
	"cello",
	"piano",
];

export function namesModel(): EmbeddingModel {
	return {
		id: "names",
		embed: async (texts) =>
			texts.map((text) => {
				const counts = names.map((name) => text.split(name).length - 1);
				const known = counts.some((count) => count > 0);
				return Float32Array.from([
					...counts,
					known || text === "nothing" ? 0 : 1,
				]);
			}),
		close: async () => {},
	};
}
