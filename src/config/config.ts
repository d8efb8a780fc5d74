/** A config ready for use, and what can be said about one. */
import { join } from "node:path";
import type { Json } from "../shared/hash.ts";
import type { ConfigValues } from "./schema.ts";

type Immutable<T> = T extends readonly (infer Item)[]
	? readonly Immutable<Item>[]
	: T extends object
		? { readonly [Key in keyof T]: Immutable<T[Key]> }
		: T;

/**
 * Every field has its value (schema.ts says units and defaults). Paths are absolute; `network` is the path of a descriptor;
 * `apiKeyEnv` is the provider's usual variable unless the file names one, null when there is no provider to ask.
 */
export type Config = Immutable<ConfigValues> & {
	readonly source: {
		/** Absolute path of the file. */
		readonly path: string;
		/** The file's content and the `--set` arguments, before defaults. */
		readonly asPassed: Json;
	};
};

/** Where the command line looks when no config is named, relative to the working directory. */
export const defaultConfigPath = "dissect.yaml";

/** What `loadProbeSet` takes: audio out of Parquet goes into the store unless the config names another folder. */
export function probeSetSpec(
	config: Pick<Config, "probeSet" | "store">,
): Exclude<Config["probeSet"], string> & { readonly cache: string } {
	const { probeSet, store } = config;
	const spec = typeof probeSet === "string" ? { manifest: probeSet } : probeSet;
	return { ...spec, cache: spec.cache ?? join(store, "clips") };
}

/** The config without `source`: what a run stores as resolved. No secret can be in it. */
export function resolvedConfig(config: Config): Json {
	const { source: _, ...resolved } = config;
	return resolved;
}

/** A number that a field may leave to the program: undefined for `auto`, where the default is taken. */
export function numberOrAuto(value: number | "auto"): number | undefined {
	return value === "auto" ? undefined : value;
}
