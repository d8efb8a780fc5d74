/** What the columns of a Parquet file are: the one with the audio, and what the others mean. */
import { type FileMetaData, parquetSchema } from "hyparquet";
import type { ClassLabel } from "./class-labels.ts";
import { completeMapping, type Layout } from "./layouts.ts";
import type { ColumnMapping } from "./spec.ts";

/** The column called so, else the one of `{bytes, path}`, else the only one of plain bytes that is called like audio. */
export function audioColumn(
	metadata: FileMetaData,
	wanted: string | undefined,
): string | null {
	const { children } = parquetSchema(metadata);
	const isStruct = (child: (typeof children)[number]): boolean =>
		child.children.some(({ element }) => element.name === "bytes");
	const isBytes = ({ element }: (typeof children)[number]): boolean =>
		element.type === "BYTE_ARRAY" &&
		element.converted_type === undefined &&
		element.logical_type === undefined;
	if (wanted !== undefined) {
		const named = children.find(({ element }) => element.name === wanted);
		return named !== undefined && (isStruct(named) || isBytes(named))
			? wanted
			: null;
	}
	const found =
		children.find(isStruct) ??
		children.find(
			(child) =>
				isBytes(child) && /^(audio|bytes|wav|sound)/i.test(child.element.name),
		);
	return found?.element.name ?? null;
}

/** As for tables; besides, the only column with class names is the label, and lists of classes are attributes. */
export function parquetMapping(options: {
	readonly others: readonly string[];
	readonly layout: Layout | undefined;
	readonly given: ColumnMapping;
	readonly names: ReadonlyMap<string, ClassLabel>;
}): ColumnMapping {
	const { others, layout, names } = options;
	const { clip: _, ...given } = options.given;
	const { clip, ...mapping } = completeMapping(others, layout, given);
	const labels = [...names].filter(([, { isList }]) => !isList);
	const lists = [...names].flatMap(([column, { isList }]) =>
		isList && column !== mapping.label ? [column] : [],
	);
	return {
		...mapping,
		// A column of file names beside the audio names the clip.
		id: mapping.id ?? clip,
		label: mapping.label ?? (labels.length === 1 ? labels[0]?.[0] : undefined),
		attributes: given.attributes ?? [...(mapping.attributes ?? []), ...lists],
	};
}
