/** The clips of a recording as columns: labels, source recordings and numeric attributes, ready for arithmetic. */
import type { AttributeValue } from "../../types.ts";
import {
	type ExcludedValue,
	isFrequency,
	missingValues,
} from "./missing-values.ts";

/** What is needed of a clip. */
export type TableClip = {
	readonly label: string | null;
	readonly sourceRecording: string | null;
	readonly attributes: Readonly<Record<string, AttributeValue>>;
};

export type NumericAttribute = {
	readonly name: string;
	/** One per clip; NaN: the clip has no number here. */
	readonly values: Float64Array;
	/** Clips with a number. */
	readonly n: number;
	/** Clips whose value is there and is not a finite number (null counts as not there). */
	readonly notNumbers: number;
	readonly excluded: readonly ExcludedValue[];
	/** A frequency is drawn on a logarithmic axis: named so, and every value is positive. */
	readonly scale: "linear" | "log";
};

/** Plain data: it is handed to a worker thread. */
export type ClipTable = {
	readonly clips: number;
	/** Distinct labels, by code units. */
	readonly labels: readonly string[];
	/** Index into `labels` per clip; -1: no label. */
	readonly labelOf: Int32Array;
	/** Source recording per clip, as a number from 0 and up; a clip that names none is its own. */
	readonly sourceOf: Int32Array;
	/** Distinct sources; as many as clips when no two clips share one. */
	readonly sources: number;
	/** By name. */
	readonly attributes: readonly NumericAttribute[];
};

/**
 * Columns of `clips`, in their order. An attribute is numeric when more than half of the clips that have it (null is not having it) have a
 * finite number; booleans, texts and lists are not numbers. Values that stand for "none" are taken out: those that `missing` lists by
 * attribute, else those that `missingValues` finds. Everything that was taken out is listed with the attribute.
 */
export function clipTable(
	clips: Iterable<TableClip>,
	options: {
		readonly missing?: Readonly<Record<string, readonly number[]>> | undefined;
	} = {},
): ClipTable {
	const labels: (string | null)[] = [];
	const sources: number[] = [];
	const numberOfSource = new Map<string, number>();
	const columns = new Map<string, Column>();
	let source = 0;
	for (const clip of clips) {
		const index = labels.length;
		labels.push(clip.label);
		const name = clip.sourceRecording;
		const known = name === null ? undefined : numberOfSource.get(name);
		sources.push(known ?? source);
		if (known === undefined) {
			if (name !== null) numberOfSource.set(name, source);
			source += 1;
		}
		for (const [attribute, value] of Object.entries(clip.attributes)) {
			if (value === null) continue;
			let column = columns.get(attribute);
			if (column === undefined) {
				column = { clips: [], numbers: [], notNumbers: 0 };
				columns.set(attribute, column);
			}
			if (typeof value === "number" && Number.isFinite(value)) {
				column.clips.push(index);
				column.numbers.push(value);
			} else column.notNumbers += 1;
		}
	}
	const distinct = [
		...new Set(labels.filter((label): label is string => label !== null)),
	].sort();
	const place = new Map(distinct.map((label, index) => [label, index]));
	return {
		clips: labels.length,
		labels: distinct,
		labelOf: Int32Array.from(labels, (label) =>
			label === null ? -1 : (place.get(label) ?? -1),
		),
		sourceOf: Int32Array.from(sources),
		sources: source,
		attributes: [...columns]
			.filter(([, { numbers, notNumbers }]) => numbers.length > notNumbers)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([name, column]) =>
				attributeOf(name, column, labels.length, options.missing?.[name]),
			),
	};
}

type Column = {
	/** Clips with a number, ascending, and their numbers. */
	readonly clips: number[];
	readonly numbers: number[];
	notNumbers: number;
};

function attributeOf(
	name: string,
	column: Column,
	clips: number,
	declared: readonly number[] | undefined,
): NumericAttribute {
	const excluded = missingValues(name, column.numbers, declared);
	const isExcluded = new Set(excluded.map(({ value }) => value));
	const values = new Float64Array(clips).fill(Number.NaN);
	let n = 0;
	let positive = true;
	for (const [index, number] of column.numbers.entries()) {
		if (isExcluded.has(number)) continue;
		values[column.clips[index] as number] = number;
		n += 1;
		positive &&= number > 0;
	}
	return {
		name,
		values,
		n,
		notNumbers: column.notNumbers,
		excluded,
		scale: positive && isFrequency(name) ? "log" : "linear",
	};
}
