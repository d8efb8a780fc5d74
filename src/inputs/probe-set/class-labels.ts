/** Names of class numbers, from what Hugging Face's `datasets` writes into a Parquet file. */
import type { FileMetaData } from "hyparquet";
import * as z from "zod";

export type ClassLabel = {
	/** By class number. */
	readonly names: readonly string[];
	/** The column holds a list of classes per row. */
	readonly isList: boolean;
};

const classLabel = z.object({
	_type: z.literal("ClassLabel"),
	names: z.array(z.string()),
});
/** A list of labels has its type inside, in one of two spellings. */
const feature = z.union([
	classLabel.transform(({ names }) => ({ names, isList: false })),
	z
		.object({ feature: classLabel })
		.transform(({ feature: { names } }) => ({ names, isList: true })),
	z.tuple([classLabel]).transform(([{ names }]) => ({ names, isList: true })),
]);
const info = z.object({
	info: z.object({ features: z.record(z.string(), z.unknown()) }),
});

/** Class names by column; empty when the file has none, or metadata that are not understood. */
export function classNames(
	metadata: FileMetaData,
): ReadonlyMap<string, ClassLabel> {
	const text = metadata.key_value_metadata?.find(
		({ key }) => key === "huggingface",
	)?.value;
	const parsed = info.safeParse(text === undefined ? null : json(text));
	if (!parsed.success) return new Map();
	return new Map(
		Object.entries(parsed.data.info.features).flatMap(([column, value]) => {
			const label = feature.safeParse(value);
			return label.success ? [[column, label.data] as const] : [];
		}),
	);
}

function json(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
