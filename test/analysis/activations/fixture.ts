/** Golden values, the demo's clips as a table, and recordings on disk. */
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
	type ClipTable,
	clipTable,
	type TableClip,
} from "../../../src/analysis/activations/clip-table.ts";
import { npyBytes } from "../../../src/shared/npy.ts";

function readJson(path: string): unknown {
	return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
}

type Golden = {
	readonly correlations: Readonly<
		Record<
			string,
			{
				readonly x: readonly number[];
				readonly y: readonly number[];
				readonly rho: number;
				readonly p: number;
			}
		>
	>;
	readonly intervals: readonly {
		readonly rho: number;
		readonly n: number;
		readonly ci95: readonly [number, number];
	}[];
	readonly student: readonly {
		readonly t: number;
		readonly degrees: number;
		readonly p: number;
	}[];
	readonly quantiles: readonly {
		readonly degrees: number;
		readonly t: number;
	}[];
	readonly fisher: readonly {
		readonly f: number;
		readonly between: number;
		readonly within: number;
		readonly p: number;
	}[];
	readonly beta: readonly {
		readonly x: number;
		readonly a: number;
		readonly b: number;
		readonly value: number;
	}[];
	readonly ranks: {
		readonly values: readonly number[];
		readonly ranks: readonly number[];
	};
	readonly labels: {
		readonly labels: readonly number[];
		readonly values: readonly number[];
		readonly groups: readonly {
			readonly mean: number;
			readonly error: number;
			readonly ci95: readonly [number, number];
		}[];
		readonly welch: readonly [number, number];
		readonly etaSquared: number;
		readonly f: number;
		readonly p: number;
	};
	readonly clustered: {
		readonly values: readonly number[];
		readonly sources: readonly number[];
		readonly error: number;
	};
};

/** By SciPy and NumPy (make_statistics.py). The edge: our own script wrote it. */
export const golden = readJson(
	"../../fixtures/activations/statistics.json",
) as Golden;

/** Output units of the two published networks over the demo's clips, in the manifest's order (make_published_units.py). */
export const publishedUnits = readJson(
	"../../fixtures/activations/published-units.json",
) as Readonly<
	Record<"musicnn_violin" | "crepe_100" | "crepe_220", readonly number[]>
>;

/** The clips of the demo, with labels and attributes as shipped. */
export function demoClips(): readonly TableClip[] {
	return readFileSync(
		new URL("../../../demo/probe-set.jsonl", import.meta.url),
		"utf8",
	)
		.trim()
		.split("\n")
		.map((line): TableClip => {
			const { label, attributes } = JSON.parse(line);
			return { label, attributes, sourceRecording: null };
		});
}

export function demoTable(): ClipTable {
	return clipTable(demoClips());
}

/** A clip with a label and attributes. */
export function tableClip(options: Partial<TableClip> = {}): TableClip {
	return { label: null, sourceRecording: null, attributes: {}, ...options };
}

/** Writes a finished recording with the given layers, `[units, clips]` each. */
export async function writeRecording(
	directory: string,
	layers: Readonly<Record<string, readonly (readonly number[])[]>>,
	padding?: readonly (number | null)[],
): Promise<void> {
	await mkdir(directory, { recursive: true });
	const files = Object.entries(layers).map(([name, rows], index) => ({
		name,
		units: rows.length,
		file: `${index}.npy`,
		rows,
	}));
	for (const { file, rows } of files)
		await writeFile(
			join(directory, file),
			npyBytes(Float32Array.from(rows.flat()), [
				rows.length,
				rows[0]?.length ?? 0,
			]),
		);
	await writeFile(
		join(directory, "recording.json"),
		JSON.stringify({
			id: "0",
			layers: files.map(({ name, units, file }) => ({ name, units, file })),
			padding,
		}),
	);
}
