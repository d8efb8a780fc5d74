/** `audio-dissect dissect`: describe every neuron, score the output layer, print what came out. */
import { evaluateRun } from "../../analysis/evaluate/evaluate-run.ts";
import type { Config } from "../../config/config.ts";
import { type DissectResult, dissect } from "../../dissect.ts";
import { openStudy, type Study } from "../../study.ts";
import { exitCodes } from "../exit.ts";
import { runSummary, runSummaryText } from "../run-summary.ts";
import type { Session } from "../session.ts";
import {
	parseNeurons,
	type StudyOptions,
	studyConfig,
} from "../study-options.ts";

export async function dissectCommand(
	session: Session,
	options: StudyOptions,
): Promise<number> {
	const config = await studyConfig(options);
	return withStudy(session, config, async (study) => {
		const result = await dissectAndEvaluate(session, study, options.neurons);
		const summary = runSummary(study.store, result.run);
		session.result({ ...summary, resumed: result.resumed }, () =>
			[
				runSummaryText(summary),
				`store      ${study.store.directory}`,
				`report     audio-dissect report --config ${options.config}`,
			].join("\n"),
		);
		return result.complete ? exitCodes.done : exitCodes.incomplete;
	});
}

/** Opens the study, does the work, closes it whatever happens. */
export async function withStudy<T>(
	session: Session,
	config: Config,
	work: (study: Study) => Promise<T>,
): Promise<T> {
	const study = await openStudy({
		config,
		now: session.now,
		signal: session.signal,
		onProgress: session.progress.onProgress,
	});
	try {
		return await work(study);
	} finally {
		await study.close();
	}
}

export async function dissectAndEvaluate(
	session: Session,
	study: Study,
	neurons?: string,
): Promise<DissectResult> {
	const { network, store } = study;
	const units = new Map(
		network.layers.map((layer) => [layer.name, layer.units]),
	);
	const result = await dissect({
		...study,
		clock: session.clock,
		...(neurons === undefined ? {} : { neurons: parseNeurons(neurons, units) }),
	});
	await evaluateRun({
		store,
		run: result.run,
		classes: network.classes,
		outputLayer: network.outputLayer,
		concepts: study.conceptSet.concepts,
		embeddings: study.embeddings,
		seed: study.method.seed,
		signal: session.signal,
	});
	return result;
}
