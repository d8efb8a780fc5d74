/** What a run is started with. Types only. */
import type { Json } from "../shared/hash.ts";
import type { ModuleName } from "../types.ts";
import type { RunLayer } from "./views.ts";

export type StartRun = {
	/** Hex, at least 12 digits: content address of everything that can change the results. */
	readonly key: string;
	readonly resolved: Json;
	readonly asPassed: Json;
	readonly toolVersion: string;
	readonly seeds: Json;
	/** From `putNetwork`. */
	readonly networkId: string;
	readonly probeSetHash: string;
	readonly recordingId: string;
	readonly conceptSet: { readonly name: string; readonly hash: string };
	/** In network order. */
	readonly layers: readonly RunLayer[];
	/** The subset asked for; leave out for all. */
	readonly neurons?: Json;
};

export type DeriveRun = Pick<
	StartRun,
	"key" | "resolved" | "asPassed" | "toolVersion"
> & {
	/** Id of the run it is made from. */
	readonly source: string;
};

/** Neurons of a layer of `source`, by their units. */
export type CopiedNeurons = {
	readonly source: string;
	readonly layer: string;
	/** First unit. */
	readonly from: number;
	/** Units from there on, whether the source has their neurons or not. */
	readonly count: number;
	/** Modules whose latest outcomes are copied, with their calls and concepts. */
	readonly modules: readonly ModuleName[];
};
