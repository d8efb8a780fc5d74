/** `audio-dissect demo`: the whole pipeline on a shipped network and the shipped clips, then the report. */
import { join, resolve } from "node:path";
import { report } from "../../analysis/report/report.ts";
import { loadConfig } from "../../config/load.ts";
import { loadPrices } from "../../llm/prices.ts";
import { packageFile } from "../../shared/package.ts";
import { exitCodes } from "../exit.ts";
import { duration, plural } from "../format.ts";
import {
	budgetReachedText,
	ledgerSummary,
	ledgerText,
} from "../ledger-summary.ts";
import { runSummary, runSummaryText } from "../run-summary.ts";
import type { Session } from "../session.ts";
import { type ModelOptions, modelOverrides } from "../study-options.ts";
import { dissectAndEvaluate, withStudy } from "./dissect.ts";
import { dryRunCommand } from "./dry-run.ts";

type DemoNetwork = {
	/** Name of the shipped descriptor. */
	readonly descriptor: string;
	readonly about: string;
	/** Folder of the report; the store is shared. */
	readonly report: string;
	/** Whether the demo's labels are the network's classes. */
	readonly labels: "classes" | "own";
	/** What to look at in the report, and what to do next, whatever was set. */
	readonly next: readonly string[];
	/** What holds for the shipped clips and settings: said only when nothing was set. */
	readonly asShipped?: readonly string[];
};

const DEMO_NETWORKS = {
	trained: {
		descriptor: "demo",
		about: "the trained demo network",
		report: "report",
		labels: "classes",
		next: [
			"the control with untrained weights: add --network random",
			"networks made by others: add --network crepe (pitch) or --network musicnn (music tags)",
			"your own network and clips: audio-dissect init my-study",
		],
	},
	random: {
		descriptor: "demo-random",
		about: "the random demo network",
		report: "report-random",
		labels: "classes",
		next: [],
	},
	crepe: {
		descriptor: "crepe-tiny",
		about: "CREPE tiny, a published pitch tracker,",
		report: "report-crepe",
		labels: "own",
		asShipped: ["layer pitch: its units follow pitch_midi and f0_hz, in order"],
		next: [
			"the network has no class names, so nothing says how well its last layer was named",
		],
	},
	musicnn: {
		descriptor: "musicnn-mtt",
		about: "musicnn, a published music tagger,",
		report: "report-musicnn",
		labels: "own",
		next: [
			'layer tags: see "Names of output units and what they prefer" on the report\'s start page',
		],
		asShipped: [
			"the tags are somebody else's names, hardly any of them is in the demo's concept set",
		],
	},
} as const satisfies Record<string, DemoNetwork>;

export async function demo(
	session: Session,
	options: ModelOptions & {
		readonly network: keyof typeof DEMO_NETWORKS;
		readonly directory: string;
		readonly set: readonly string[];
		readonly dryRun: boolean;
	},
): Promise<number> {
	const start = session.clock();
	const directory = resolve(options.directory);
	const chosen: DemoNetwork = DEMO_NETWORKS[options.network];
	const path = packageFile("config/demo.yaml");
	const own = [
		`network=${chosen.descriptor}`,
		`labels=${chosen.labels}`,
		`store=${JSON.stringify(join(directory, "store"))}`,
		`report.directory=${JSON.stringify(join(directory, chosen.report))}`,
	];
	const changes = [
		...options.set,
		...(await modelOverrides(options, path, [...own, ...options.set])),
	];
	const config = await loadConfig({ path, set: [...own, ...changes] });
	if (options.dryRun) return dryRunCommand(session, config);
	session.note(
		`dissecting ${chosen.about} over the demo clips; results go to ${directory}`,
	);
	return withStudy(session, config, async (study) => {
		const result = await dissectAndEvaluate(session, study);
		const written = await report({
			store: study.store,
			run: result.run,
			directory: config.report.directory,
			keepWhenUnchanged: true,
			signal: session.signal,
			onProgress: session.progress.onProgress,
		});
		const summary = runSummary(study.store, result.run);
		const spent = ledgerSummary(
			study.store,
			result.run,
			await loadPrices(config.prices),
		);
		const { resumed, waiting, budgetReached } = result;
		const { next, asShipped = [] } = chosen;
		const hints = changes.length === 0 ? [...next, ...asShipped] : next;
		session.result(
			{ ...summary, spent, resumed, waiting, budgetReached, report: written },
			() =>
				[
					runSummaryText(summary),
					`           ${duration((session.clock() - start) / 1000)} in all${resumed ? ", served from the store where it could be" : ""}`,
					...ledgerText(spent),
					...(budgetReached ? [budgetReachedText(waiting, config.budget)] : []),
					"",
					`store      ${study.store.directory}`,
					`recording  ${result.recording.directory}`,
					`report     ${written.index}`,
					`           ${plural(written.pages, "page")}; open it in a browser and listen`,
					...(hints.length === 0 ? [] : [""]),
					...hints.map(
						(line, index) => `${index === 0 ? "next" : "    "}       ${line}`,
					),
				].join("\n"),
		);
		return result.complete ? exitCodes.done : exitCodes.incomplete;
	});
}
