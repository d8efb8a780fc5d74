/** `audio-dissect llm check`: is this model good enough for the job? */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Config } from "../../config/config.ts";
import { loadConfig } from "../../config/load.ts";
import { loadPrices } from "../../llm/prices.ts";
import { warningsOf } from "../../modules/llm-check/expectation.ts";
import { packageFile } from "../../shared/package.ts";
import { openStore } from "../../store/open.ts";
import { checkLanguageModels } from "../../study/llm-check.ts";
import { exitCodes } from "../exit.ts";
import { jobLedgerText, ledgerSummary } from "../ledger-summary.ts";
import { llmCheckText } from "../llm-check-text.ts";
import type { Session } from "../session.ts";
import {
	modelOverrides,
	type StudyOptions,
	studyConfig,
} from "../study-options.ts";

export async function llmCheck(
	session: Session,
	options: StudyOptions & { readonly configGiven: boolean },
): Promise<number> {
	const config = await configOf(options);
	const store = openStore({ directory: config.store, now: session.now });
	try {
		let job: string | null = null;
		const results = await checkLanguageModels({
			config,
			store,
			onJob: (id) => {
				job = id;
			},
			signal: session.signal,
			onProgress: session.progress.onProgress,
		});
		const warnings = warningsOf(
			results.filter(({ used }) => used).map(({ check }) => check),
		);
		const id: string | null = job;
		const spent =
			id === null
				? null
				: ledgerSummary(store, id, await loadPrices(config.prices));
		session.result({ results, warnings, job, spent }, () =>
			[
				llmCheckText(results),
				...(spent === null || id === null ? [] : jobLedgerText(spent, id)),
			].join("\n"),
		);
		return warnings.length === 0 ? exitCodes.done : exitCodes.incomplete;
	} finally {
		store.close();
	}
}

/** The study's config; without one, that of the demo, with a store in this folder: a model can be tried before there is a study. */
async function configOf(
	options: StudyOptions & { readonly configGiven: boolean },
): Promise<Config> {
	if (options.configGiven || existsSync(options.config))
		return studyConfig(options);
	const path = packageFile("config/demo.yaml");
	const set = [
		`store=${JSON.stringify(resolve(".audio-dissect"))}`,
		...options.set,
	];
	return loadConfig({
		path,
		set: [...set, ...(await modelOverrides(options, path, set))],
	});
}
