/** Last-layer dissection accuracy of every method and similarity function, as Table 2 and Table 7 of the paper have it. */
import type { EmbeddingModel } from "../../embeddings/port.ts";
import type { Store } from "../../store/store.ts";
import type {
	ClosedSetMethod,
	ComparedConcepts,
	LongOptions,
	SoftmaxFactors,
} from "../../types.ts";
import { lastLayerAccuracy } from "./last-layer.ts";
import type { Score } from "./score.ts";

export type LastLayerTableRow = {
	readonly method: ClosedSetMethod;
	/** Null: `icl` compares no activations. */
	readonly function: ComparedConcepts["function"] | null;
	/** Null: `icl`. */
	readonly softmaxFactors: SoftmaxFactors | null;
	/** Fraction in [0, 1]. All three columns are null with `reason`; else each states its own reason and coverage. */
	readonly top1: Score | null;
	readonly top5: Score | null;
	/** Mean cosine of the first concept and the class name, in [-1, 1]. Units without a concept have none: they lower its coverage (`nWithout`). */
	readonly cosine: Score | null;
	/** Why there is no score at all; null: there is. */
	readonly reason: string | null;
};

export type LastLayerTable = {
	readonly layer: string;
	/** Units of the layer, and concepts of the set. */
	readonly units: number;
	readonly concepts: number;
	/** How captions were scored for `db`. */
	readonly conceptScores: "softmax" | "cosine";
	/** What encoders read for a concept, with `{concept}` in its place; null: the concept alone. Not of the cosine column. */
	readonly conceptTemplate: string | null;
	readonly seed: number;
	readonly rows: readonly LastLayerTableRow[];
	/** Methods that are not in it, and why. */
	readonly absent: readonly {
		readonly method: ClosedSetMethod;
		readonly why: string;
	}[];
};

export type LastLayerTableOptions = LongOptions & {
	readonly store: Store;
	/** Run id. */
	readonly run: string;
	readonly layer: string;
	/** Class name per unit of the layer; null: unknown. */
	readonly classNames: readonly (string | null)[];
	readonly concepts: readonly string[];
	readonly conceptScores: "softmax" | "cosine";
	readonly conceptTemplate: string | null;
	/** As `lastLayerRankings` gives them. */
	readonly rankings: readonly (Pick<
		LastLayerTableRow,
		"method" | "function" | "softmaxFactors" | "reason"
	> & { readonly ranked: readonly (readonly string[] | null)[] })[];
	/** Of the cosine column. */
	readonly embeddings: EmbeddingModel;
	/** Of the label permutations and bootstraps; integer. */
	readonly seed: number;
};

const ABSENT: Readonly<Record<ClosedSetMethod, string>> = {
	db: "not asked for",
	tab: "the config names no text-audio encoder (textAudio)",
	icl: "the run has no such results, and the config names no language model",
};

/**
 * Scores the rankings as Wu, Lin, Weng 2024 do in Tables 2 and 7, with intervals, nulls and coverage (see `lastLayerAccuracy`), and stores the table with the
 * run (evaluation `last-layer-table`). Every ranking has one entry per unit of `classNames`. Throws RangeError when one has not, InterruptedError, and what
 * `embeddings` and the store throw.
 */
export async function lastLayerTable(
	options: LastLayerTableOptions,
): Promise<LastLayerTable> {
	const { store, run, layer, classNames, concepts, rankings } = options;
	const { embeddings, seed, signal, onProgress } = options;
	const rows: LastLayerTableRow[] = [];
	for (const { ranked, ...row } of rankings) {
		if (row.reason !== null) {
			rows.push({ ...row, top1: null, top5: null, cosine: null });
			continue;
		}
		const { top1, top5, cosine } = await lastLayerAccuracy({
			classNames,
			ranked,
			concepts,
			embeddings,
			seed,
			signal,
			onProgress,
		});
		rows.push({ ...row, top1, top5, cosine });
	}
	const there = new Set(rows.map(({ method }) => method));
	const table: LastLayerTable = {
		layer,
		units: classNames.length,
		concepts: concepts.length,
		conceptScores: options.conceptScores,
		conceptTemplate: options.conceptTemplate,
		seed,
		rows,
		absent: (["db", "tab", "icl"] as const)
			.filter((method) => !there.has(method))
			.map((method) => ({ method, why: ABSENT[method] })),
	};
	store.putEvaluation(run, "last-layer-table", table);
	return table;
}
