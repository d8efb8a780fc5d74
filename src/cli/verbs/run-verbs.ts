/** The verbs of a run that is there: recalibrate, evaluate, report. */
import type { Command } from "commander";
import { addVerb, runCommand, withConfig } from "../verbs.ts";

export function addRunVerbs(program: Command): void {
	withConfig(
		addVerb(
			program,
			"recalibrate <run>",
			"modules B and C of a run again at another threshold, from its summaries and cosines: a new run, no calls",
		),
	)
		.requiredOption(
			"--threshold <cosine>",
			"a high sentence is struck when its largest cosine to a low sentence is above this",
		)
		.option(
			"--ask",
			"have the config's language model judge adjectives nobody judged before",
			false,
		)
		.option("--store <dir>", "store folder (default: from the config)")
		.action((run: string, options) =>
			runCommand(options, async (session) =>
				(await import("../commands/recalibrate.ts")).recalibrateCommand(
					session,
					{ run, ...options },
				),
			),
		);

	withConfig(
		addVerb(
			program,
			"evaluate [run]",
			"score a run (default: the latest) against the class names of its output layer",
		),
	)
		.option(
			"--last-layer",
			"top-1, top-5 and cosine of every method and similarity function",
			false,
		)
		.action((run: string | undefined, options) =>
			runCommand(options, async (session) =>
				(await import("../commands/evaluate.ts")).evaluateCommand(session, {
					run,
					...options,
				}),
			),
		);

	withConfig(
		addVerb(
			program,
			"report [run]",
			"HTML report of a run (default: the latest)",
		),
	)
		.option("-o, --output <dir>", "report folder (default: from the config)")
		.option(
			"--layers <names>",
			"only neurons of these layers get a page of their own (comma-separated, * and ?); tables stay whole",
		)
		.option(
			"--neurons <list>",
			"only these get a page of their own, e.g. classifier#3,layer.*#0-9",
		)
		.action((run: string | undefined, options) =>
			runCommand(options, async (session) =>
				(await import("../commands/report.ts")).reportCommand(session, {
					run,
					...options,
				}),
			),
		);
}
