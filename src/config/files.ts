/** The files a config names: made absolute, and looked for. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { didYouMean } from "../shared/suggest.ts";
import { parseYaml } from "../shared/yaml.ts";
import { isMapping } from "./overrides.ts";
import type { Problem } from "./rules.ts";
import type { ConfigValues } from "./schema.ts";

/** Folder of the descriptors that come with the package. */
const SHIPPED_NETWORKS = fileURLToPath(
	new URL("../../config/networks/", import.meta.url),
);

/** Names of the networks that come with the package, sorted: those whose ONNX file does, too. */
function shippedNetworks(): string[] {
	return shippedDescriptors().filter(hasWeights);
}

/** Names of all descriptors that come with the package, also those that wait for somebody's own file. */
function shippedDescriptors(): string[] {
	return entriesOf(SHIPPED_NETWORKS)
		.filter((name) => name.endsWith(".yaml"))
		.map((name) => basename(name, ".yaml"))
		.sort();
}

function hasWeights(name: string): boolean {
	return onnxFile(name) !== null;
}

/** Null: the descriptor waits for somebody's own file. */
function onnxFile(name: string): string | null {
	const path = shippedPath(name);
	const yaml = parseYaml(readFileSync(path, "utf8"));
	const file =
		"value" in yaml && isMapping(yaml.value) ? yaml.value.file : undefined;
	const found = typeof file === "string" ? resolve(path, "..", file) : null;
	return found !== null && existsSync(found) ? found : null;
}

/** The ONNX file of a network that comes with the package; null when `name` is none. */
export function shippedNetworkFile(name: string): string | null {
	return shippedDescriptors().includes(name) ? onnxFile(name) : null;
}

function shippedPath(name: string): string {
	return resolve(SHIPPED_NETWORKS, `${name}.yaml`);
}

/** The values with absolute paths; relative ones start at `directory`, that of the config. */
export function absolutePaths(
	values: ConfigValues,
	directory: string,
): ConfigValues {
	const absolute = (path: string): string => resolve(directory, path);
	const orNull = (path: string | null): string | null =>
		path === null ? null : absolute(path);
	const network = resolveNetwork(values.network, directory);
	return {
		...values,
		network: "path" in network ? network.path : values.network,
		probeSet: absoluteProbeSet(values.probeSet, absolute),
		conceptSet: absolute(values.conceptSet),
		store: absolute(values.store),
		prompts: orNull(values.prompts),
		prices: orNull(values.prices),
		languageModel: absoluteModelFiles(values.languageModel, absolute),
		embeddings: {
			...values.embeddings,
			directory: orNull(values.embeddings.directory),
		},
		textAudio: orNull(values.textAudio),
		report: {
			...values.report,
			directory: absolute(values.report.directory),
		},
	};
}

/** The GGUF files of the model for all and of those for one use. */
function absoluteModelFiles(
	languageModel: ConfigValues["languageModel"],
	absolute: (path: string) => string,
): ConfigValues["languageModel"] {
	const { file, modules } = languageModel;
	return {
		...languageModel,
		file: file === null ? null : absolute(file),
		modules: Object.fromEntries(
			Object.entries(modules).map(([operation, own]) => [
				operation,
				typeof own?.file === "string"
					? { ...own, file: absolute(own.file) }
					: own,
			]),
		),
	};
}

/** A plain path stays one: it is a spec with nothing but a manifest. */
function absoluteProbeSet(
	probeSet: ConfigValues["probeSet"],
	absolute: (path: string) => string,
): ConfigValues["probeSet"] {
	if (typeof probeSet === "string") return absolute(probeSet);
	const { columns, ...paths } = probeSet;
	const { manifest, ...others } = paths;
	return {
		manifest: absolute(manifest),
		...Object.fromEntries(
			Object.entries(others).flatMap(([name, path]) =>
				path === undefined ? [] : [[name, absolute(path)]],
			),
		),
		...(columns === undefined ? {} : { columns }),
	};
}

/** What is wrong with the files that must be there. Looks at what is a text, also when the rest of the config is not valid. */
export function fileProblems(
	value: Readonly<Record<string, unknown>>,
	directory: string,
): Problem[] {
	const { network, embeddings, probeSet, languageModel } = value;
	const encoder = isMapping(embeddings) ? embeddings.directory : undefined;
	const clips = isMapping(probeSet) ? probeSet : {};
	const model = isMapping(languageModel) ? languageModel : {};
	const uses = isMapping(model.modules) ? Object.entries(model.modules) : [];
	const wanted: readonly Wanted[] = [
		[["probeSet"], probeSet, "file or folder"],
		[["probeSet", "manifest"], clips.manifest, "file or folder"],
		[["probeSet", "clips"], clips.clips, "folder"],
		// The one \`audio-dissect caption\` is to write is not there yet; who needs it says so.
		[
			["probeSet", "captions"],
			/\.jsonl$/.test(String(clips.captions)) ? undefined : clips.captions,
			"file",
		],
		[["probeSet", "metadata"], clips.metadata, "file"],
		[["conceptSet"], value.conceptSet, "file"],
		[["prompts"], value.prompts, "folder"],
		[["prices"], value.prices, "file"],
		[["languageModel", "file"], model.file, "file"],
		...uses.map(
			([use, own]): Wanted => [
				["languageModel", "modules", use, "file"],
				isMapping(own) ? own.file : undefined,
				"file",
			],
		),
		[["embeddings", "directory"], encoder, "folder"],
		[["textAudio"], value.textAudio, "file"],
	];
	const problems = wanted.flatMap(([path, file, kind]) => {
		if (typeof file !== "string" || file.trim() === "") return [];
		const message = whatIsWrong(resolve(directory, file), kind);
		return message === undefined ? [] : [{ path, message }];
	});
	if (typeof network !== "string" || network.trim() === "") return problems;
	const found = resolveNetwork(network, directory);
	const message =
		"path" in found ? whatIsWrong(found.path, "file") : found.message;
	return message === undefined
		? problems
		: [{ path: ["network"], message }, ...problems];
}

/** A name without folder and extension is a shipped network; all else is the path of a descriptor. */
function resolveNetwork(
	network: string,
	directory: string,
): { readonly path: string } | { readonly message: string } {
	if (/[\\/.]/.test(network)) {
		const path = resolve(directory, network);
		return /\.onnx$/i.test(network)
			? {
					message: `expected a descriptor (a YAML file), got the ONNX file ${path}; \`audio-dissect inspect ${network}\` suggests one`,
				}
			: { path };
	}
	if (shippedDescriptors().includes(network))
		return hasWeights(network)
			? { path: shippedPath(network) }
			: {
					message: `"${network}" is a descriptor without weights; copy ${shippedPath(network)} beside your own ONNX file and name the copy here`,
				};
	const shipped = shippedNetworks();
	return {
		message: `no network "${network}" comes with audio-dissect; ${didYouMean(network, shipped) ?? `expected ${shipped.join(", ")} or the path of a descriptor (a .yaml file)`}`,
	};
}

type Kind = "file" | "folder" | "file or folder";
/** Where in the config, the path that is written there, and what should be at it. */
type Wanted = readonly [readonly string[], unknown, Kind];

function whatIsWrong(path: string, kind: Kind): string | undefined {
	const found = statSync(path, { throwIfNoEntry: false });
	if (found === undefined) {
		// A pattern is looked up when the probe set is read.
		if (kind === "file or folder" && /[*?]/.test(path)) return undefined;
		const hint = didYouMean(basename(path), entriesOf(dirname(path)));
		return `there is no ${kind} ${path}${hint === undefined ? "" : `; ${hint}`}`;
	}
	if (kind === "file or folder" || found.isDirectory() === (kind === "folder"))
		return undefined;
	return kind === "folder"
		? `expected a folder, ${path} is a file`
		: `expected a file, ${path} is a folder`;
}

/** Names in a folder; none when it cannot be read. */
function entriesOf(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}
