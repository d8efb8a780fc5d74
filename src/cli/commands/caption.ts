/** `audio-dissect caption`: captions for the clips that have none, by a model that hears. */
import { loadPrices } from "../../llm/prices.ts";
import { openStore } from "../../store/open.ts";
import type { CaptionEstimate } from "../../study/caption-estimate.ts";
import { type CaptionStudy, captionStudy } from "../../study/caption-study.ts";
import { namedClips } from "../clip-names.ts";
import { exitCodes } from "../exit.ts";
import { plural, printable, usd } from "../format.ts";
import {
	budgetReachedText,
	jobLedgerText,
	ledgerSummary,
} from "../ledger-summary.ts";
import type { Session } from "../session.ts";
import { type StudyOptions, studyConfig } from "../study-options.ts";

/** Failures that are printed. */
const SHOWN = 10;

export async function captionCommand(
	session: Session,
	options: StudyOptions & {
		readonly output?: string | undefined;
		/** A whole number. */
		readonly samples?: string | undefined;
		/** Ids, comma-separated; * is a wildcard. */
		readonly clips?: string | undefined;
		readonly dryRun: boolean;
	},
): Promise<number> {
	const set = [
		...options.set,
		...(options.samples === undefined
			? []
			: [`caption.samples=${options.samples}`]),
	];
	const config = await studyConfig({ ...options, set });
	const store = openStore({ directory: config.store, now: session.now });
	try {
		const { clips } = options;
		const result = await captionStudy({
			config,
			store,
			output: options.output,
			choose:
				clips === undefined ? undefined : (open) => namedClips(clips, open),
			dryRun: options.dryRun,
			signal: session.signal,
			onProgress: session.progress.onProgress,
		});
		const { job } = result;
		const spent =
			job === null
				? null
				: ledgerSummary(store, job, await loadPrices(config.prices));
		session.result({ dryRun: options.dryRun, ...result, spent }, () =>
			[
				...captionLines(result, options.dryRun),
				...(spent === null || job === null ? [] : jobLedgerText(spent, job)),
				...(result.budgetReached
					? [budgetReachedText(result.waiting, config.budget, "caption")]
					: []),
			].join("\n"),
		);
		return result.missing.length + result.excluded.length === 0 &&
			!result.budgetReached
			? exitCodes.done
			: exitCodes.incomplete;
	} finally {
		store.close();
	}
}

function captionLines(result: CaptionStudy, dryRun: boolean): string[] {
	const { captions, served, missing, excluded } = result;
	const bad = [
		...excluded.map(({ message, code }) => `${message} [${code}]`),
		...missing.map(
			({ clip, message, code }) => `${clip}: ${message} [${code}]`,
		),
	];
	return [
		`clips      ${plural(result.clips, "clip")}: ${result.byHand} with captions written by hand (left as they are), ${result.before} captioned before, ${result.asked} asked about`,
		`captions   ${captions} (${served} from the store, ${captions - served} new)`,
		...(bad.length === 0
			? []
			: [
					`missing    ${plural(bad.length, "caption")}`,
					...bad.slice(0, SHOWN).map((line) => `           - ${line}`),
					...(bad.length > SHOWN
						? [`           ... and ${bad.length - SHOWN} more (--json has all)`]
						: []),
				]),
		...(dryRun
			? [
					`dry run    ${plural(result.waiting, "call")} would be sent; nothing was sent, no file was written`,
					...(result.estimate === null ? [] : estimateLines(result.estimate)),
				]
			: result.written
				? [
						`file       ${result.output}`,
						"           to use it: probeSet: { manifest: ..., captions: FILE } in the config",
					]
				: ["file       none written: there is no caption yet"]),
	].map(printable);
}

function estimateLines(estimate: CaptionEstimate): string[] {
	const { audioTokens, outputPerCall, reason, noAudioTokens } = estimate;
	const number = (value: number): string => value.toLocaleString("en-GB");
	const sound =
		audioTokens === null
			? "sound not known"
			: `${number(audioTokens.expected)} of sound (at most ${number(audioTokens.most)})`;
	return [
		`tokens     in: ${number(estimate.textTokens)} of text, ${sound}; out: ${number(estimate.outputTokens)} (${outputPerCall.tokens} a caption, ${outputPerCall.from === "stored" ? "the mean of those in the store" : "assumed"})`,
		`price      ${usd(estimate.usd)}, at most ${usd(estimate.usdAtMost)} (if every clip and every caption is as long as it may be)${estimate.priceDay === null ? "" : `, prices of ${estimate.priceDay}`}`,
		...new Set(
			[noAudioTokens, reason].flatMap((why) =>
				why === null ? [] : [`           ${why}`],
			),
		),
	];
}
