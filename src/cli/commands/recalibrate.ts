/** `audio-dissect recalibrate`: modules B and C of a run again at another threshold, without calls. */
import { resolve } from "node:path";
import { loadConfig } from "../../config/load.ts";
import { acousticJudge } from "../../dissect/extract-concepts.ts";
import { recalibrate } from "../../dissect/recalibrate.ts";
import type { Asked } from "../../dissect/recalibration-filter.ts";
import { ConfigError } from "../../errors.ts";
import { loadPrompts, promptNamed } from "../../prompts/load.ts";
import { packageVersion } from "../../shared/package.ts";
import { openStore } from "../../store/open.ts";
import type { Store } from "../../store/store.ts";
import { chargedModels } from "../../study/charged-models.ts";
import { scoreRecalibrated } from "../../study/score-recalibrated.ts";
import { exitCodes } from "../exit.ts";
import { plural, shellWord } from "../format.ts";
import { runSummary, runSummaryText } from "../run-summary.ts";
import type { Session } from "../session.ts";

type RecalibrateCommandOptions = {
	readonly run: string;
	readonly threshold: string;
	readonly ask: boolean;
	readonly config: string;
	readonly set: readonly string[];
	readonly store?: string;
};

/** Words named in the summary; the rest are counted. */
const named = 12;

export async function recalibrateCommand(
	session: Session,
	options: RecalibrateCommandOptions,
): Promise<number> {
	const threshold = parseThreshold(options.threshold);
	const directory =
		options.store ??
		(await loadConfig({ path: options.config, set: options.set })).store;
	const store = openStore({ directory, now: session.now });
	let asked: Awaited<ReturnType<typeof askedModel>> | undefined;
	try {
		if (options.ask) asked = await askedModel(options, store, session);
		const result = await recalibrate({
			store,
			run: options.run,
			threshold,
			ask: asked,
			toolVersion: packageVersion(),
			pid: process.pid,
			clock: session.clock,
			signal: session.signal,
			onProgress: session.progress.onProgress,
		});
		const notScored = await scoreRecalibrated({
			store,
			run: store.readRun(result.run),
			signal: session.signal,
		});
		if (notScored !== null)
			session.note(
				`the nearest class to each summary was not scored: ${notScored}`,
			);
		const summary = runSummary(store, result.run);
		const { source, resumed, unjudged } = result;
		session.result({ ...summary, source, threshold, resumed, unjudged }, () =>
			[
				runSummaryText(summary),
				...unjudgedLines(unjudged, options.ask),
				`report     audio-dissect report ${result.run} --config ${shellWord(options.config)}${options.store === undefined ? "" : ` --set ${shellWord(`store=${resolve(options.store)}`)}`}`,
			].join("\n"),
		);
		return result.complete ? exitCodes.done : exitCodes.incomplete;
	} finally {
		await asked?.close();
		store.close();
	}
}

function parseThreshold(text: string): number {
	const threshold = text.trim() === "" ? Number.NaN : Number(text);
	if (threshold >= -1 && threshold <= 1) return threshold;
	throw new ConfigError(
		`--threshold is a cosine: expected a number from -1 to 1, got "${text}"`,
		{
			code: "threshold_invalid",
			hint: "For example: audio-dissect recalibrate latest --threshold 0.9",
		},
	);
}

/** The config's language model, for adjectives that nobody judged before. */
async function askedModel(
	{ config: path, set }: RecalibrateCommandOptions,
	store: Store,
	session: Session,
): Promise<Asked & { close(): Promise<void> }> {
	const config = await loadConfig({ path, set });
	const { models, ledger } = await chargedModels({
		config,
		store,
		signal: session.signal,
	});
	const writer = await models
		.open("acoustic-filter")
		.catch(async (error: unknown) => {
			await models.close();
			throw error;
		});
	if (writer === null)
		throw new ConfigError(
			`--ask needs a language model, and languageModel.provider of ${path} is none`,
			{
				code: "language_model_needed",
				hint: "Name one there, or with --set languageModel.provider=... and languageModel.model=...; or leave --ask out: words that nobody judged are then listed as unjudged.",
			},
		);
	const prompts = await loadPrompts(
		config.prompts === null ? {} : { directory: config.prompts },
	);
	const prompt = promptNamed(prompts, "acoustic-filter");
	return {
		model: writer.model,
		prompt,
		judge: acousticJudge(writer, prompt),
		ledger,
		close: models.close,
	};
}

function unjudgedLines(words: readonly string[], asked: boolean): string[] {
	if (words.length === 0) return [];
	const rest = words.length - named;
	return [
		`unjudged   ${plural(words.length, "adjective")}: ${words.slice(0, named).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`,
		...(asked
			? []
			: [
					"           They are not in the acoustic lists; --ask has the config's language model judge them.",
				]),
	];
}
