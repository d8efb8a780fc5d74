/** A target network that is known by its activations only: another program ran it. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DataError } from "../../errors.ts";
import { hashJson, type Json } from "../../shared/hash.ts";
import { issueText, showPath } from "../../shared/issue-text.ts";
import { openNpyMatrix } from "../../shared/npy-matrix.ts";
import {
	type FloatMatrix,
	openSafetensorsMatrix,
} from "../../shared/safetensors.ts";
import { systemReason } from "../../shared/system-reason.ts";
import type { Layer } from "../../types.ts";
import { notRunnable } from "../runnable.ts";
import { selectLayers } from "../select-layers.ts";
import type { TargetNetwork } from "../target-network.ts";
import { type ActivationsManifest, manifestSchema } from "./manifest.ts";

/** True for a path that names a manifest of activations, not a descriptor. */
export function isActivationsManifest(path: string): boolean {
	return /\.json$/i.test(path);
}

/**
 * Loads the network of a manifest. `layers` as in `loadNetwork`. Every file is opened and hashed.
 * Throws DataError `activations_missing`, or `activations_invalid` with every problem (evidence.problems); ConfigError `layer_unknown` (selection).
 */
export async function loadImportedNetwork(options: {
	readonly descriptor: string;
	readonly layers?: readonly string[];
}): Promise<TargetNetwork> {
	const path = resolve(options.descriptor);
	const manifest = parseManifest(await readText(path), path);
	const { by, rows } = rowsOf(manifest);
	const folder = dirname(path);
	const problems = checkRows(manifest, by, rows);
	const layers: Layer[] = [];
	for (const [index, layer] of manifest.layers.entries()) {
		const where = `layers[${index}] "${layer.name}"`;
		if (manifest.layers.findIndex(({ name }) => name === layer.name) < index)
			problems.push(`${where}: there are two layers of that name`);
		try {
			const matrix = await openLayer(folder, layer);
			await matrix.close();
			if (matrix.rows !== rows.length)
				problems.push(
					`${where}: ${layer.file} has ${matrix.rows} rows, the manifest lists ${rows.length} clips${matrix.columns === rows.length ? " (is it [units, clips]? expected [clips, units])" : ""}`,
				);
			if (matrix.columns === 0)
				problems.push(`${where}: ${layer.file} has no units`);
			layers.push({
				name: layer.name,
				tensor: layer.tensor ?? layer.name,
				unitAxis: 1,
				pooling: layer.pooling,
				windows: layer.windows ?? (layer.pooling === "max" ? "max" : "mean"),
				units: matrix.columns,
				maskPoint: null,
			});
		} catch (error) {
			if (!(error instanceof DataError)) throw error;
			problems.push(
				`${where}: ${error.message}${error.hint === undefined ? "" : `; ${error.hint}`}`,
			);
		}
	}
	problems.push(...checkOutput(manifest, layers));
	if (problems.length > 0) throw invalid(path, problems);

	const selected = selectLayers(
		layers.map(({ name }) => name),
		options.layers ?? [],
		path,
	);
	const kept = layers.filter(({ name }) => selected.includes(name));
	const files = await hashFiles(folder, manifest);
	const output = kept.find(({ name }) => name === manifest.output?.layer);
	const hash = hashJson({
		manifest: manifest as unknown as Json,
		files: Object.fromEntries(files),
	});
	return {
		name: manifest.name,
		descriptorPath: path,
		modelPath: path,
		hash,
		layers: kept,
		classes: manifest.classes ?? null,
		outputLayer: output?.name ?? null,
		outputKind: output === undefined ? null : (manifest.output?.kind ?? null),
		recurrent: false,
		rowsPerRun: null,
		get frontEnd(): never {
			throw notRunnable(manifest.name);
		},
		identity: {
			imported: {
				by,
				rows: [...rows],
				layers: kept.map(({ name, pooling, windows }) => {
					const layer = manifest.layers.find((one) => one.name === name);
					return {
						name,
						tensor: layer?.tensor ?? null,
						pooling,
						windows,
						file: files.get(layer?.file ?? "") ?? "",
					};
				}),
			},
		},
		imported: {
			by,
			rows,
			open: (name) => {
				const layer = manifest.layers.find((one) => one.name === name);
				if (layer === undefined) throw new RangeError(`no layer "${name}"`);
				return openLayer(folder, layer);
			},
		},
		openTaps: () => Promise.reject(notRunnable(manifest.name)),
		openTraces: () => Promise.reject(notRunnable(manifest.name)),
	};
}

async function readText(path: string): Promise<string> {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		throw new DataError(
			`the activations manifest ${path} cannot be read: ${systemReason(error)}`,
			{
				code: "activations_missing",
				hint: "Check `network` in the config; docs/import.md says how a manifest is written.",
				cause: error,
			},
		);
	}
}

function parseManifest(text: string, path: string): ActivationsManifest {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw invalid(path, [
			`not JSON: ${error instanceof Error ? error.message : String(error)}`,
		]);
	}
	const parsed = manifestSchema.safeParse(value);
	if (!parsed.success)
		throw invalid(
			path,
			parsed.error.issues.map(
				(issue) =>
					`${showPath(issue.path) || "the file"}: ${issueText(issue, value)}`,
			),
		);
	return parsed.data;
}

function rowsOf(manifest: ActivationsManifest): {
	readonly by: "id" | "hash";
	readonly rows: readonly string[];
} {
	return manifest.clips === undefined
		? { by: "hash", rows: manifest.clipHashes ?? [] }
		: { by: "id", rows: manifest.clips };
}

function checkRows(
	manifest: ActivationsManifest,
	by: "id" | "hash",
	rows: readonly string[],
): string[] {
	if ((manifest.clips === undefined) === (manifest.clipHashes === undefined))
		return ["expected either `clips` or `clipHashes`"];
	const first = new Map<string, number>();
	const problems: string[] = [];
	for (const [index, row] of rows.entries()) {
		const earlier = first.get(row);
		if (earlier === undefined) first.set(row, index);
		else
			problems.push(
				`${by === "id" ? "clips" : "clipHashes"}[${index}]: "${row}" is already row ${earlier}`,
			);
	}
	return problems;
}

function checkOutput(
	{ classes, output }: ActivationsManifest,
	layers: readonly Layer[],
): string[] {
	if (output === undefined)
		return classes === undefined
			? []
			: ["classes: they need `output`, the layer whose units they name"];
	const layer = layers.find(({ name }) => name === output.layer);
	if (layer === undefined)
		return [`output.layer: "${output.layer}" is not one of the layers`];
	return classes !== undefined && classes.length !== layer.units
		? [
				`classes: ${classes.length} names, layer "${layer.name}" has ${layer.units} units`,
			]
		: [];
}

function openLayer(
	folder: string,
	layer: ActivationsManifest["layers"][number],
): Promise<FloatMatrix> {
	const path = resolve(folder, layer.file);
	return /\.safetensors$/i.test(layer.file)
		? openSafetensorsMatrix(path, layer.tensor ?? layer.name)
		: openNpyMatrix(path, ["float32", "float16", "float64"]);
}

/** SHA-256 of each file by its name in the manifest. */
async function hashFiles(
	folder: string,
	manifest: ActivationsManifest,
): Promise<Map<string, string>> {
	const hashes = new Map<string, string>();
	for (const { file } of manifest.layers) {
		if (hashes.has(file)) continue;
		const hash = createHash("sha256");
		for await (const chunk of createReadStream(resolve(folder, file)))
			hash.update(chunk);
		hashes.set(file, hash.digest("hex"));
	}
	return hashes;
}

function invalid(path: string, problems: readonly string[]): DataError {
	const count =
		problems.length === 1 ? "a problem" : `${problems.length} problems`;
	return new DataError(
		`the activations manifest ${path} has ${count}:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
		{
			code: "activations_invalid",
			hint: "docs/import.md says what a manifest can say.",
			evidence: { problems },
		},
	);
}
