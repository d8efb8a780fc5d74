/** `audio-dissect evaluate --last-layer`: how well every method and similarity function names the output neurons of a run. */
import {
	type LastLayerTable,
	lastLayerTable,
} from "../../analysis/evaluate/last-layer-table.ts";
import { outputLayerOf } from "../../analysis/evaluate/output-layer.ts";
import type { Config } from "../../config/config.ts";
import { loadConfig } from "../../config/load.ts";
import { modelSettings } from "../../config/model-settings.ts";
import { lastLayerRankings } from "../../dissect/last-layer-rankings.ts";
import { ConfigError } from "../../errors.ts";
import { loadConceptSet } from "../../inputs/concept-set.ts";
import { loadPrompts, promptNamed } from "../../prompts/load.ts";
import { openStore } from "../../store/open.ts";
import type { RunView, Store } from "../../store/store.ts";
import { chargedModels } from "../../study/charged-models.ts";
import { openEncoders, remoteOf } from "../../study/encoders.ts";
import { exitCodes } from "../exit.ts";
import { lastLayerText } from "../last-layer-text.ts";
import type { Session } from "../session.ts";

type EvaluateOptions = {
	readonly run?: string | undefined;
	readonly lastLayer: boolean;
	readonly config: string;
	readonly set: readonly string[];
};

export async function evaluateCommand(
	session: Session,
	options: EvaluateOptions,
): Promise<number> {
	if (!options.lastLayer)
		throw new ConfigError("evaluate needs to know what to evaluate", {
			code: "evaluation_unknown",
			hint: "audio-dissect evaluate --last-layer",
		});
	const config = await loadConfig({ path: options.config, set: options.set });
	const store = openStore({ directory: config.store, now: session.now });
	try {
		const run = store.readRun(options.run ?? "latest");
		const made = await evaluateLastLayer(session, config, store, run);
		session.result({ run: run.id, ...made }, () => lastLayerText(run, made));
		return exitCodes.done;
	} finally {
		store.close();
	}
}

async function evaluateLastLayer(
	session: Session,
	config: Config,
	store: Store,
	run: RunView,
): Promise<LastLayerTable> {
	const { layer, classNames } = outputOf(run);
	const conceptSet = await loadConceptSet(config.conceptSet);
	if (conceptSet.hash !== run.conceptSet.hash)
		throw new ConfigError(
			`run ${run.id} was made with another concept set than ${config.conceptSet}`,
			{
				code: "concept_set_differs",
				hint: "Name the run's concept set (conceptSet in the config), or dissect again.",
			},
		);
	const { signal } = session;
	const { onProgress } = session.progress;
	const { conceptScores, conceptTemplate } = config.closedSet;
	const { concepts } = conceptSet;
	const { models, ledger } = await chargedModels({ config, store, signal });
	const asks =
		remoteOf(config) !== null ||
		modelSettings(config.languageModel, "identify-concept").provider !== "none";
	// What is asked is charged to the run: nobody else may spend from its budget meanwhile.
	const release = asks
		? store.lockRun(run.id, { pid: process.pid })
		: () => undefined;
	const encoders = await openEncoders(config, store, {
		ledger,
		textAudio: true,
	}).catch((error: unknown) => {
		release();
		throw error;
	});
	try {
		ledger.begin(run.id);
		const writer = await models.open("identify-concept");
		const common = {
			...encoders,
			store,
			layer,
			concepts,
			conceptScores,
			conceptTemplate,
			seed: config.seed,
			signal,
			onProgress,
		};
		const rankings = await lastLayerRankings({
			...common,
			run,
			units: classNames.length,
			writer:
				writer === null
					? null
					: { ...writer, prompt: await identifyPrompt(config) },
		});
		return await lastLayerTable({
			...common,
			run: run.id,
			classNames,
			rankings,
		});
	} finally {
		ledger.flush();
		await models.close();
		await encoders.close();
		release();
	}
}

async function identifyPrompt({ prompts: directory }: Config) {
	const prompts = await loadPrompts(directory === null ? {} : { directory });
	return promptNamed(prompts, "identify-concept");
}

/** The output layer and the class names of its units. */
function outputOf(run: RunView): {
	readonly layer: string;
	readonly classNames: readonly (string | null)[];
} {
	const { name, classes, units } = outputLayerOf(run);
	if (name === null || units === null || classes === null)
		throw new ConfigError(
			`run ${run.id} has no output layer with class names: ${classes === null ? "the network's descriptor names no classes" : `layer "${name}" was not dissected`}`,
			{
				code: "no_labels",
				hint: "Last-layer accuracy needs `output` and `classes` in the descriptor, and the output layer among the dissected ones.",
			},
		);
	return {
		layer: name,
		classNames: Array.from(
			{ length: units },
			(_, unit) => classes[unit] ?? null,
		),
	};
}
