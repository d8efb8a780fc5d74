/** `audio-dissect demo`: the whole pipeline on the shipped network and clips, then the report. */
import { resolve } from "node:path";
import { report } from "../../analysis/report/report.ts";
import { loadConfig } from "../../config/load.ts";
import { packageFile } from "../../shared/package.ts";
import { exitCodes } from "../exit.ts";
import { duration, plural } from "../format.ts";
import { runSummary, runSummaryText } from "../run-summary.ts";
import type { Session } from "../session.ts";
import { dissectAndEvaluate, withStudy } from "./dissect.ts";

export async function demo(
	session: Session,
	options: {
		readonly network: "trained" | "random";
		readonly directory: string;
		readonly set: readonly string[];
	},
): Promise<number> {
	const start = session.clock();
	const directory = resolve(options.directory);
	const random = options.network === "random";
	const config = await loadConfig({
		path: packageFile("config/demo.yaml"),
		set: [
			`network=${random ? "demo-random" : "demo"}`,
			`store=${JSON.stringify(`${directory}/store`)}`,
			`report.directory=${JSON.stringify(`${directory}/report${random ? "-random" : ""}`)}`,
			...options.set,
		],
	});
	session.note(
		`dissecting the ${options.network} demo network over 480 shipped clips; results go to ${directory}`,
	);
	return withStudy(session, config, async (study) => {
		const result = await dissectAndEvaluate(session, study);
		const written = await report({
			store: study.store,
			run: result.run,
			directory: config.report.directory,
			signal: session.signal,
			onProgress: session.progress.onProgress,
		});
		const summary = runSummary(study.store, result.run);
		session.result(
			{ ...summary, resumed: result.resumed, report: written },
			() =>
				[
					runSummaryText(summary),
					`           ${duration((session.clock() - start) / 1000)} in all${result.resumed ? ", served from the store where it could be" : ""}`,
					"",
					`store      ${study.store.directory}`,
					`recording  ${result.recording.directory}`,
					`report     ${written.index}`,
					`           ${plural(written.pages, "page")}; open it in a browser and listen`,
					...(random
						? []
						: [
								"",
								"next       the control with untrained weights: add --network random",
								"           your own network and clips: audio-dissect init my-study",
							]),
				].join("\n"),
		);
		return result.complete ? exitCodes.done : exitCodes.incomplete;
	});
}
