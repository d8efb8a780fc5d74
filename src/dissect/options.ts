/** What `dissect` takes. */
import type { EmbeddingModel, TextAudioModel } from "../embeddings/port.ts";
import type { Ledger } from "../llm/ledger.ts";
import type { TargetNetwork } from "../network/load.ts";
import type { Prompts } from "../prompts/load.ts";
import type { RecordingSettings } from "../recordings/options.ts";
import type { Json } from "../shared/hash.ts";
import type { Store } from "../store/store.ts";
import type {
	ConceptSet,
	LongOptions,
	ModuleName,
	ProbeSet,
} from "../types.ts";
import type { CheckSetting } from "./check-models.ts";
import type { MethodOptions, Writer } from "./context.ts";
import type { UnitSelection } from "./rank-neurons.ts";

export type DissectOptions = LongOptions & {
	readonly store: Store;
	readonly network: TargetNetwork;
	readonly probeSet: ProbeSet;
	readonly conceptSet: ConceptSet;
	readonly prompts: Prompts;
	/** Wrap it in `cachedEmbeddings`, so that nothing is embedded twice. */
	readonly embeddings: EmbeddingModel;
	/** For the closed-set method `tab`: wrap it in `cachedTextAudio`. */
	readonly textAudio?: TextAudioModel | null | undefined;
	/** Null: the extractive describer and the lexicon. */
	readonly writer: Writer;
	/** Where all that is sent is charged. Default: that of `writer`. */
	readonly ledger?: Ledger | undefined;
	/** Puts the quiz to each language model before its first neuron, once per model and prompt. Absent: none is asked. */
	readonly check?: CheckSetting | undefined;
	readonly method: MethodOptions;
	/** In pipeline order. */
	readonly modules: readonly ModuleName[];
	/** Units to describe, by layer; layers that are not in it are described whole. The closed set still compares with all clips. */
	readonly neurons?: UnitSelection | undefined;
	/** See `record`. */
	readonly recording?: RecordingSettings;
	/** Told how many neurons triage leaves out, when they are ranked and before anything is asked; not called when triage is off. */
	readonly onTriage?:
		| ((counts: {
				readonly neurons: number;
				readonly notDescribable: number;
				/** Neurons whose clarity could not be compared with that of random clips; none of them is left out for it. */
				readonly unjudged: number;
		  }) => void)
		| undefined;
	/** Stored with the run: the config with defaults, and as the user wrote it. */
	readonly config: { readonly resolved: Json; readonly asPassed: Json };
	readonly toolVersion: string;
	/** This process, for the message of a locked run. */
	readonly pid: number;
	/** Monotonic milliseconds. Default `performance.now`. */
	readonly clock?: (() => number) | undefined;
};
