/** A clip from a row of named columns: what a mapping says each column is. */
import type { AttributeValue } from "../../types.ts";
import {
	type BadLine,
	type LineProblem,
	type ManifestLine,
	shown,
} from "./manifest-line.ts";
import type { ColumnMapping } from "./spec.ts";

/** A row's values by column; undefined for a column the row does not have. */
export type Fields = (column: string) => unknown;

/** `attributes.pitch_midi` is the column of the attribute `pitch_midi`. */
export const ATTRIBUTE_PREFIX = "attributes.";

/** The caption columns of a mapping, in order. */
export function captionColumns(columns: ColumnMapping): readonly string[] {
	const { caption } = columns;
	if (caption === undefined) return [];
	return typeof caption === "string" ? [caption] : caption;
}

/** Every column a mapping names, with the field it is for. */
export function mappedColumns(
	columns: ColumnMapping,
): readonly { readonly field: string; readonly column: string }[] {
	const { caption: _, attributes = [], ...single } = columns;
	return [
		...Object.entries(single).flatMap(([field, column]) =>
			column === undefined ? [] : [{ field, column }],
		),
		...captionColumns(columns).map((column) => ({ field: "caption", column })),
		...attributes.map((column) => ({ field: "attributes", column })),
	];
}

/**
 * The clip of a row. Blank cells are missing values; a caption column may hold a list. Codes of problems: `clip_invalid`,
 * `<field>_invalid`. A row without captions is no problem here: they may be in another file.
 */
export function readColumns(
	fields: Fields,
	columns: ColumnMapping,
): ManifestLine | BadLine {
	const problems: LineProblem[] = [];
	const single = (
		field: "clip" | "id" | "label" | "sourceRecording",
	): string | null => {
		const column = columns[field];
		if (column === undefined) return null;
		const value = fields(column);
		const text = textOf(value);
		if (text === undefined)
			problems.push({
				code: `${field === "sourceRecording" ? "source_recording" : field}_invalid`,
				message: `\`${column}\`: expected a text or a number, got ${shown(value)}`,
			});
		return text ?? null;
	};
	const clip = single("clip");
	if (clip === null && columns.clip !== undefined && problems.length === 0)
		problems.push({
			code: "clip_invalid",
			message: `\`${columns.clip}\`: expected the name of an audio file, got nothing`,
		});
	const id = single("id") ?? clip;
	const label = single("label");
	const sourceRecording = single("sourceRecording");
	const captions = captionColumns(columns).flatMap((column) => {
		const value = fields(column);
		const list: readonly unknown[] = Array.isArray(value) ? value : [value];
		return list.flatMap((item) => {
			const text = textOf(item);
			if (text === undefined)
				problems.push({
					code: "caption_invalid",
					message: `\`${column}\`: expected a text or a list of texts, got ${shown(value)}`,
				});
			return text == null ? [] : [text];
		});
	});
	const attributes = (columns.attributes ?? []).map((column) => {
		const value = attributeOf(fields(column));
		if (value === undefined)
			problems.push({
				code: "attributes_invalid",
				message: `\`${column}\`: expected a text, a number, a boolean or a list of these, got ${shown(fields(column))}`,
			});
		const name = column.startsWith(ATTRIBUTE_PREFIX)
			? column.slice(ATTRIBUTE_PREFIX.length)
			: column;
		return [name, value ?? null] as const;
	});
	if (problems.length > 0) return { problems, id, clip, label, captions };
	return {
		clip: clip ?? "",
		id: id ?? "",
		captions,
		label,
		// Own properties, whatever the columns are called.
		attributes: Object.fromEntries(attributes),
		sourceRecording,
	};
}

/** Trimmed text of a scalar; null for a missing or blank one; undefined for what is no scalar. */
function textOf(value: unknown): string | null | undefined {
	if (value === null || value === undefined) return null;
	if (typeof value === "string") return value.trim() || null;
	if (typeof value === "number" || typeof value === "boolean")
		return String(value);
	return undefined;
}

function attributeOf(value: unknown): AttributeValue | undefined {
	if (Array.isArray(value)) {
		const items = value.map(scalarOf);
		return items.some((item) => item === undefined)
			? undefined
			: items.map((item) => item ?? null);
	}
	return scalarOf(value);
}

function scalarOf(
	value: unknown,
): string | number | boolean | null | undefined {
	if (value === undefined || value === null) return null;
	if (typeof value === "number") return Number.isFinite(value) ? value : null;
	if (typeof value === "string" || typeof value === "boolean") return value;
	return undefined;
}

type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * Gives the attributes of a table their types, column by column, because a table only has texts: numbers when every value that is there
 * is one, booleans when every one is true or false, else texts. Numbers with leading zeros or too many digits are codes, so texts.
 */
export function typeAttributes<
	Item extends { readonly attributes: Attributes },
>(items: readonly Item[]): Item[] {
	const kinds = new Map<string, { number: boolean; boolean: boolean }>();
	for (const { attributes } of items)
		for (const [name, value] of Object.entries(attributes)) {
			const kind = kinds.get(name) ?? { number: true, boolean: true };
			kinds.set(name, kind);
			if (typeof value !== "string" || value.trim() === "") continue;
			kind.number &&= isNumber(value.trim());
			kind.boolean &&= /^(true|false)$/i.test(value.trim());
		}
	const typed = (name: string, value: AttributeValue): AttributeValue => {
		if (typeof value !== "string") return value;
		const text = value.trim();
		if (text === "") return null;
		const kind = kinds.get(name);
		if (kind?.number === true) return Number(text);
		if (kind?.boolean === true) return text.toLowerCase() === "true";
		return text;
	};
	return items.map((item) => ({
		...item,
		attributes: Object.fromEntries(
			Object.entries(item.attributes).map(([name, value]) => [
				name,
				typed(name, value),
			]),
		),
	}));
}

function isNumber(text: string): boolean {
	if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text)) return false;
	// Beyond 2^53 digits would be lost.
	return (
		Number.isFinite(Number(text)) &&
		(!/^-?\d+$/.test(text) || Number.isSafeInteger(Number(text)))
	);
}
