/** Dry run of the modules that ask at most once for each neuron, about summaries that may still have to be written. */
import { CallDeferredError } from "../errors.ts";
import { identifyWithModel } from "../modules/closed-set/in-context.ts";
import { createShortlister } from "../modules/closed-set/shortlist.ts";
import { askWhatIsDistinct } from "../modules/summary-calibration/ask-what-is-distinct.ts";
import { promptNamed } from "../prompts/load.ts";
import type { ModuleName } from "../types.ts";
import type { WriterModel } from "./context.ts";
import {
	type CountedCalls,
	type DeferredCalls,
	upTo,
} from "./dry-run-calls.ts";
import { operationOf } from "./operations.ts";
import type { DissectOptions } from "./options.ts";

type PerNeuronModule = Extract<
	ModuleName,
	"closed-set" | "summary-calibration"
>;

/** A summary as long as the prompt allows: five sentences of ten words. */
const ASSUMED_SUMMARY = [
	"A steam train with several carriages is chugging along the track.",
	"The sound of the engine is loud, low-pitched and rather rhythmic.",
	"A long and very high-pitched whistle is blown several times over.",
	"People are talking quietly to each other in the near background.",
	"The whole scene is outdoors and has a short natural echo.",
];

/**
 * For closed-set identification and calibration by a language model: none at least (the store may have them, a summary may be empty), one
 * for each neuron at most, as long as one about a summary of five sentences a side. `deferred` is where the models put their calls.
 */
export async function countPerNeuron(
	options: DissectOptions & { readonly deferred: DeferredCalls },
	neurons: number,
): Promise<
	readonly {
		readonly module: PerNeuronModule;
		readonly operation: string;
		readonly writer: WriterModel;
		readonly counted: CountedCalls;
	}[]
> {
	const counts = [];
	for (const module of ["closed-set", "summary-calibration"] as const) {
		const operation = options.modules.includes(module)
			? operationOf(module, options.method)
			: null;
		const writer =
			operation === null ? null : (options.writer?.modelFor(operation) ?? null);
		if (operation === null || writer === null) continue;
		options.deferred.take();
		await askOnce(module, options, writer).catch((error: unknown) => {
			if (!(error instanceof CallDeferredError)) throw error;
		});
		const example = options.deferred.take();
		counts.push({
			module,
			operation,
			writer,
			counted: upTo(neurons, example),
		});
	}
	return counts;
}

async function askOnce(
	module: PerNeuronModule,
	{ prompts, conceptSet, method, embeddings, signal }: DissectOptions,
	{ model }: WriterModel,
): Promise<unknown> {
	if (module === "closed-set")
		return identifyWithModel({
			concepts: conceptSet.concepts,
			sentences: ASSUMED_SUMMARY,
			prompt: promptNamed(prompts, "identify-concept"),
			model,
			shortlister: await createShortlister({
				concepts: conceptSet.concepts,
				conceptTemplate: method.closedSet.conceptTemplate,
				embeddings,
				signal,
			}),
			signal,
		});
	const sentences = ASSUMED_SUMMARY.map((text) => ({ text }));
	return askWhatIsDistinct({
		high: sentences,
		low: sentences,
		prompt: promptNamed(prompts, "calibrate"),
		model,
		signal,
	});
}
