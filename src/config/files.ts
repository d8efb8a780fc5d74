/** The files a config names: made absolute, and looked for. */
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { didYouMean } from "../shared/suggest.ts";
import { isMapping } from "./overrides.ts";
import type { Problem } from "./rules.ts";
import type { ConfigValues } from "./schema.ts";

/** Folder of the descriptors that come with the package. */
const SHIPPED_NETWORKS = fileURLToPath(
	new URL("../../config/networks/", import.meta.url),
);

/** Names of the networks that come with the package, sorted. */
function shippedNetworks(): string[] {
	return entriesOf(SHIPPED_NETWORKS)
		.filter((name) => name.endsWith(".yaml"))
		.map((name) => basename(name, ".yaml"))
		.sort();
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
		probeSet: absolute(values.probeSet),
		conceptSet: absolute(values.conceptSet),
		store: absolute(values.store),
		prompts: orNull(values.prompts),
		embeddings: {
			...values.embeddings,
			directory: orNull(values.embeddings.directory),
		},
		report: { directory: absolute(values.report.directory) },
	};
}

/** What is wrong with the files that must be there. Looks at what is a text, also when the rest of the config is not valid. */
export function fileProblems(
	value: Readonly<Record<string, unknown>>,
	directory: string,
): Problem[] {
	const { network, embeddings } = value;
	const encoder = isMapping(embeddings) ? embeddings.directory : undefined;
	const wanted: readonly [readonly string[], unknown, "file" | "folder"][] = [
		[["probeSet"], value.probeSet, "file"],
		[["conceptSet"], value.conceptSet, "file"],
		[["prompts"], value.prompts, "folder"],
		[["embeddings", "directory"], encoder, "folder"],
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
	const shipped = shippedNetworks();
	if (shipped.includes(network))
		return { path: resolve(SHIPPED_NETWORKS, `${network}.yaml`) };
	return {
		message: `no network "${network}" comes with audio-dissect; ${didYouMean(network, shipped) ?? `expected ${shipped.join(", ")} or the path of a descriptor (a .yaml file)`}`,
	};
}

function whatIsWrong(
	path: string,
	kind: "file" | "folder",
): string | undefined {
	const found = statSync(path, { throwIfNoEntry: false });
	if (found === undefined) {
		const hint = didYouMean(basename(path), entriesOf(dirname(path)));
		return `there is no ${kind} ${path}${hint === undefined ? "" : `; ${hint}`}`;
	}
	if (found.isDirectory() === (kind === "folder")) return undefined;
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
