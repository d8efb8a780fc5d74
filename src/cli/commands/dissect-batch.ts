/** `audio-dissect dissect --batch` and `--batch-poll`: calls in the provider's batches, cheaper and hours later. */
import { collectDeferred } from "../../dissect/dry-run-calls.ts";
import { ConfigError } from "../../errors.ts";
import { loadPrices } from "../../llm/prices.ts";
import { dissectInBatches } from "../../study/batches.ts";
import { openStudy } from "../../study.ts";
import { batchText } from "../batch-text.ts";
import { exitCodes } from "../exit.ts";
import { shellWord } from "../format.ts";
import {
	budgetReachedText,
	ledgerSummary,
	ledgerText,
} from "../ledger-summary.ts";
import { runSummary, runSummaryText } from "../run-summary.ts";
import type { Session } from "../session.ts";
import { type StudyOptions, studyConfig } from "../study-options.ts";
import { dissectAndEvaluate } from "./dissect.ts";

/** Exit code 1 while anything waits, or when neurons have failed; 0 when all is done. */
export async function dissectBatchCommand(
	session: Session,
	options: StudyOptions & { readonly batchPoll: boolean },
): Promise<number> {
	const { batchPoll: poll, neurons } = options;
	const config = await studyConfig(options);
	const deferred = collectDeferred();
	const study = await openStudy({
		config,
		now: session.now,
		signal: session.signal,
		onProgress: session.progress.onProgress,
		defer: deferred.defer,
		batch: poll ? "poll" : "submit",
	});
	try {
		if (study.writer === null)
			throw new ConfigError(
				"there is nothing to send in batches: the config names no language model for its modules",
				{
					code: "batch_unsupported",
					hint: "Leave --batch out, or set languageModel.provider.",
				},
			);
		const { store } = study;
		const result = await dissectInBatches({
			...study,
			config,
			deferred,
			poll,
			dissect: () => dissectAndEvaluate(session, study, neurons),
		});
		const { dissected, ...batches } = result;
		const run = dissected?.run ?? batches.open.find(({ run }) => run)?.run;
		const summary = run == null ? null : runSummary(store, run);
		const spent =
			run == null
				? null
				: ledgerSummary(store, run, await loadPrices(config.prices));
		const waiting = dissected?.waiting ?? null;
		const complete = dissected?.complete === true;
		session.result(
			{
				...summary,
				spent,
				complete,
				waiting,
				resumed: dissected?.resumed ?? true,
				budgetReached:
					batches.beyondBudget > 0 || dissected?.budgetReached === true,
				batches,
			},
			() =>
				[
					...(dissected === null || summary === null
						? []
						: [runSummaryText(summary)]),
					...(spent === null ? [] : ledgerText(spent)),
					"",
					...(batches.beyondBudget === 0 && dissected?.budgetReached === true
						? [budgetReachedText(dissected.waiting, config.budget)]
						: []),
					...batchText({
						...batches,
						waiting,
						budget: config.budget,
						command: `audio-dissect dissect --config ${shellWord(options.config)}`,
					}),
					`store      ${store.directory}`,
					...(complete
						? [
								`report     audio-dissect report --config ${shellWord(options.config)}`,
							]
						: []),
				].join("\n"),
		);
		return complete ? exitCodes.done : exitCodes.incomplete;
	} finally {
		await study.close();
	}
}
