/** `audio-dissect dissect`: describe every neuron, score the output layer, print what came out. */
import { evaluateRun } from "../../analysis/evaluate/evaluate-run.ts";
import type { Config } from "../../config/config.ts";
import { type DissectResult, dissect } from "../../dissect.ts";
import { BudgetReachedError, StoreError } from "../../errors.ts";
import { loadPrices } from "../../llm/prices.ts";
import { type OpenStudyOptions, openStudy, type Study } from "../../study.ts";
import { exitCodes } from "../exit.ts";
import { plural, shellWord } from "../format.ts";
import {
	budgetReachedText,
	ledgerSummary,
	ledgerText,
} from "../ledger-summary.ts";
import { runSummary, runSummaryText } from "../run-summary.ts";
import type { Session } from "../session.ts";
import {
	type StudyOptions,
	selectedNeurons,
	studyConfig,
} from "../study-options.ts";
import { leftOutText, triageWarning } from "../triage-text.ts";
import { dryRunCommand } from "./dry-run.ts";

export async function dissectCommand(
	session: Session,
	options: StudyOptions & {
		readonly dryRun: boolean;
		/** Priced as in batches; only with `dryRun`. */
		readonly batch?: boolean;
	},
): Promise<number> {
	const config = await studyConfig(options);
	if (options.dryRun) return dryRunCommand(session, config, options);
	return withStudy(session, config, async (study) => {
		const result = await dissectAndEvaluate(session, study, options.neurons);
		const summary = runSummary(study.store, result.run);
		const spent = ledgerSummary(
			study.store,
			result.run,
			await loadPrices(config.prices),
		);
		const { resumed, waiting, budgetReached } = result;
		session.result({ ...summary, spent, resumed, waiting, budgetReached }, () =>
			[
				runSummaryText(summary),
				...ledgerText(spent),
				...(budgetReached ? [budgetReachedText(waiting, config.budget)] : []),
				...(waiting > 0 && !budgetReached
					? [
							`waiting    ${plural(waiting, "neuron")} for calls in batches: audio-dissect dissect --config ${shellWord(options.config)} --batch-poll`,
						]
					: []),
				`store      ${study.store.directory}`,
				`report     audio-dissect report --config ${shellWord(options.config)}`,
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
	options: Pick<OpenStudyOptions, "describes"> = {},
): Promise<T> {
	const study = await openStudy({
		...options,
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
	const { network, store, ledger } = study;
	const result = await dissect({
		...study,
		clock: session.clock,
		onTriage: (counts) => {
			session.note(`triage: ${leftOutText(counts)}`);
			const warning = triageWarning(counts);
			if (warning !== null) session.note(`warning: ${warning}`);
		},
		check: study.check && {
			onChecked: (_, warnings) => {
				for (const warning of warnings) session.note(`warning: ${warning}`);
			},
		},
		...selectedNeurons(neurons, network.layers),
	});
	// Class names are embedded for the scores, which a server may be paid for: nobody else may spend from the run's budget meanwhile.
	const release = lockUnlessInUse(session, study, result.run);
	if (release === null) return result;
	try {
		ledger?.begin(result.run);
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
	} catch (error) {
		if (!(error instanceof BudgetReachedError)) throw error;
		return { ...result, complete: false, budgetReached: true };
	} finally {
		ledger?.flush();
		release();
	}
	return result;
}

/** Null when another process has gone on with the run since `dissect` gave its lock back. */
function lockUnlessInUse(
	session: Session,
	{ store, pid }: Study,
	run: string,
): (() => void) | null {
	try {
		return store.lockRun(run, { pid });
	} catch (error) {
		if (!(error instanceof StoreError) || error.code !== "run_locked")
			throw error;
		session.note(
			"warning: the run is not scored, as another process works on it; the same command does it later",
		);
		return null;
	}
}
