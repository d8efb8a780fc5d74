/** The optional peer node-llama-cpp: which version is installed, loading it, and what to say when it cannot be. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { PrerequisiteError } from "../errors.ts";

export type Library = typeof import("node-llama-cpp");

/** The version that audio-dissect is tested with, as in package.json. */
export const testedVersion = "3.22.1";

const manifest = z.object({ version: z.string() });

/**
 * Version of the node-llama-cpp that a module at `from` (a file URL; default: this one) would load, without loading it; null when there
 * is none. Throws PrerequisiteError `llama_cpp_version` when its major or minor version is not the one that is tested.
 */
export function installedVersion(from = import.meta.url): string | null {
	let entry: string;
	try {
		entry = createRequire(from).resolve("node-llama-cpp");
	} catch {
		return null;
	}
	const { version } = manifest.parse(
		JSON.parse(
			readFileSync(join(dirname(dirname(entry)), "package.json"), "utf8"),
		),
	);
	const minor = (text: string) => text.split(".").slice(0, 2).join(".");
	if (minor(version) !== minor(testedVersion))
		throw new PrerequisiteError(
			`node-llama-cpp ${version} is installed: expected ${testedVersion}`,
			{
				code: "llama_cpp_version",
				hint: `Install the version that is tested: ${installCommand}`,
			},
		);
	return version;
}

/** Loads it. Throws PrerequisiteError `llama_cpp_missing`, `llama_cpp_version`. */
export async function loadLibrary(): Promise<Library> {
	if (installedVersion() === null) throw missing();
	return import("node-llama-cpp");
}

const installCommand = `npm install node-llama-cpp@${testedVersion}`;

/** Thrown when the provider is asked for and the peer is not installed. */
export function missing(): PrerequisiteError {
	return new PrerequisiteError(
		"the provider llama-cpp needs the package node-llama-cpp, which is not installed",
		{
			code: "llama_cpp_missing",
			hint: `Install it where audio-dissect is installed (add -g when that is global): ${installCommand}`,
		},
	);
}

/** Thrown when the package is there and has nothing to run on this machine (its own message is only the name of the error). */
export function noBinary(cause: unknown): PrerequisiteError {
	return new PrerequisiteError(
		`node-llama-cpp has no binary for this machine (${process.platform}-${process.arch})`,
		{
			code: "llama_cpp_no_binary",
			hint: `Its binaries are optional packages of their own, which an install with --omit=optional leaves out. Install it again without: ${installCommand}`,
			cause,
		},
	);
}
