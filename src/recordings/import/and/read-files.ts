/** Files of the published AND code: captions, discriminative samples and class lists. Problems are collected, not thrown. */
import { isObject, isText, listOf, neuronOf } from "./json-values.ts";

/** Texts by audio file name. */
export type AndCaptions = ReadonlyMap<string, readonly string[]>;

export type AndExemplar = {
	readonly layer: string;
	readonly unit: number;
	readonly side: "high" | "low";
	/** From 1, in the file's order. */
	readonly rank: number;
	/** Audio file name. */
	readonly clip: string;
	readonly activation: number;
	/** As the file has it: a name, or a number in the base of the class list. */
	readonly label: string | number | null;
};

export type AndClasses = {
	/** In index order. */
	readonly names: readonly string[];
	/** The file's number of the first class: 0 or 1 in the published files. */
	readonly base: number;
};

/** Takes a problem's place and words. */
export type Report = (message: string) => void;

/** `salmon_*.json`: an object from audio file name to caption (or a list of captions). Blank captions are problems, and so is a file name in two folders. */
export function readAndCaptions(value: unknown, report: Report): AndCaptions {
	const captions = new Map<string, readonly string[]>();
	if (!isObject(value)) {
		report("expected an object from audio file name to caption");
		return captions;
	}
	/** The names as the file has them, by file name. */
	const written = new Map<string, string>();
	for (const [file, caption] of Object.entries(value)) {
		const name = baseName(file);
		const earlier = written.get(name);
		if (earlier !== undefined) {
			report(
				`"${earlier}" and "${file}" have the same file name: clips are known by it, so one of them would take the other's caption`,
			);
			continue;
		}
		written.set(name, file);
		const texts = Array.isArray(caption) ? caption : [caption];
		const good = texts.every(
			(text) => typeof text === "string" && text.trim() !== "",
		);
		if (good && texts.length > 0) captions.set(name, texts);
		else
			report(
				`"${file}": expected a caption or a list of captions, got ${JSON.stringify(caption)?.slice(0, 60)}`,
			);
	}
	return captions;
}

const SIDES = [
	["high", "highly"],
	["low", "lowly"],
] as const;

/**
 * `discriminative_samples/*.json`: an object from `layer#unit` to `highly_filename`, `highly_activation_values`, and the same with `lowly`; `highly_label`
 * and `lowly_label` when there are any. The lists of a side have one length.
 */
export function readAndSamples(value: unknown, report: Report): AndExemplar[] {
	const exemplars: AndExemplar[] = [];
	if (!isObject(value)) {
		report("expected an object from layer#unit to its samples");
		return exemplars;
	}
	for (const [key, entry] of Object.entries(value)) {
		const neuron = neuronOf(key);
		if (neuron === undefined || !isObject(entry)) {
			report(`"${key}": expected layer#unit and an object`);
			continue;
		}
		for (const [side, prefix] of SIDES) {
			const files = listOf(entry, `${prefix}_filename`, isText);
			const values = listOf(entry, `${prefix}_activation_values`, isNumber);
			const labels =
				`${prefix}_label` in entry
					? listOf(entry, `${prefix}_label`, isLabel)
					: files?.map(() => null);
			if (
				files === undefined ||
				values?.length !== files.length ||
				labels?.length !== files.length
			) {
				report(
					`"${key}": expected ${prefix}_filename (texts), ${prefix}_activation_values (numbers) and, if there, ${prefix}_label in lists of one length`,
				);
				continue;
			}
			for (const [index, file] of files.entries())
				exemplars.push({
					...neuron,
					side,
					rank: index + 1,
					clip: baseName(file),
					activation: values[index] as number,
					label: labels[index] ?? null,
				});
		}
	}
	return exemplars;
}

/**
 * `network_class/*.txt`: lines of `name<TAB>number` with consecutive numbers from any base, in any order, or of names alone (numbered from 0). Blank lines
 * are ignored.
 */
export function readAndClasses(text: string, report: Report): AndClasses {
	const lines = text
		.replace(/^\uFEFF/, "")
		.split(/\r?\n/)
		.map((line, index) => ({ line: line.trim(), number: index + 1 }))
		.filter(({ line }) => line !== "");
	const numbered = lines.some(({ line }) => line.includes("\t"));
	const names = new Map<number, string>();
	for (const [index, { line, number }] of lines.entries()) {
		const [name = "", id = ""] = line.split("\t").map((part) => part.trim());
		const place = numbered ? Number(id) : index;
		if (name === "" || (numbered && !/^\d+$/.test(id)))
			report(`line ${number}: expected name<TAB>number, got "${line}"`);
		else if (names.has(place))
			report(
				`line ${number}: number ${place} is already "${names.get(place)}"`,
			);
		else if ([...names.values()].includes(name))
			report(`line ${number}: "${name}" is there twice`);
		else names.set(place, name);
	}
	const ids = [...names.keys()].sort((a, b) => a - b);
	const base = ids[0] ?? 0;
	const gap = ids.findIndex((id, index) => id !== base + index);
	if (ids.length === 0) report("no classes");
	if (gap >= 0)
		report(`number ${base + gap} is missing: expected consecutive numbers`);
	return { names: ids.map((id) => names.get(id) as string), base };
}

const isNumber = (value: unknown): value is number =>
	typeof value === "number" && Number.isFinite(value);
const isLabel = (value: unknown): value is string | number | null =>
	value === null || typeof value === "string" || Number.isInteger(value);

/** The published files name clips with and without folders. */
function baseName(file: string): string {
	return file.split(/[\\/]/).at(-1) as string;
}
