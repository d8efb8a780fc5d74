/** `audio-dissect dissect --dry-run` and `demo --dry-run`: calls, tokens and price, before anything is spent. */
import type { Config } from "../../config/config.ts";
import { dryRun } from "../../dissect/dry-run.ts";
import { collectDeferred } from "../../dissect/dry-run-calls.ts";
import { loadPrices } from "../../llm/prices.ts";
import { remoteOf } from "../../study/encoders.ts";
import { openStudy } from "../../study.ts";
import { dryRunText } from "../dry-run-text.ts";
import { exitCodes } from "../exit.ts";
import type { Session } from "../session.ts";
import { selectedNeurons } from "../study-options.ts";

export async function dryRunCommand(
	session: Session,
	config: Config,
	{
		neurons,
		batch = false,
	}: { readonly neurons?: string | undefined; readonly batch?: boolean } = {},
): Promise<number> {
	const prices = await loadPrices(config.prices);
	const deferred = collectDeferred();
	const study = await openStudy({
		config,
		now: session.now,
		signal: session.signal,
		onProgress: session.progress.onProgress,
		defer: deferred.defer,
	});
	try {
		const result = await dryRun({
			...study,
			...selectedNeurons(neurons, study.network.layers),
			deferred,
			prices,
			batch,
			embedder: remoteOf(config),
		});
		session.result(result, () =>
			dryRunText(result, {
				budget: config.budget,
			}),
		);
		return exitCodes.done;
	} finally {
		await study.close();
	}
}
