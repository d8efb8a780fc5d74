/** `audio-dissect report`: the HTML report of a run. */
import type { PageSelection } from "../../analysis/report/context.ts";
import { report } from "../../analysis/report/report.ts";
import { loadConfig } from "../../config/load.ts";
import { countAsked } from "../../dissect/rank-neurons.ts";
import { openStore } from "../../store/open.ts";
import type { RunView } from "../../store/views.ts";
import { exitCodes } from "../exit.ts";
import { plural } from "../format.ts";
import type { Session } from "../session.ts";
import { selectedPages } from "../study-options.ts";

/** Neuron pages from which their size is said beforehand. */
const MANY_PAGES = 10_000;
/** Of one neuron page, as most are. */
const PAGE_GIGABYTES = 40e-6;

export async function reportCommand(
	session: Session,
	options: {
		readonly config: string;
		readonly set: readonly string[];
		readonly run?: string | undefined;
		readonly output?: string;
		readonly layers?: string | undefined;
		readonly neurons?: string | undefined;
	},
): Promise<number> {
	const config = await loadConfig({ path: options.config, set: options.set });
	const store = openStore({ directory: config.store, readOnly: true });
	try {
		const run = store.readRun(options.run ?? "latest");
		const pages = selectedPages(options, run);
		const count = pageCount(run, pages);
		if (count > MANY_PAGES)
			session.note(
				`report: ${count.toLocaleString("en-GB")} neuron pages, about ${(count * PAGE_GIGABYTES).toFixed(1)} GB; --layers or --neurons gives fewer of them one`,
			);
		const written = await report({
			store,
			run: run.id,
			...pages,
			directory: options.output ?? config.report.directory,
			missingValues: config.report.missingValues,
			signal: session.signal,
			onProgress: session.progress.onProgress,
		});
		session.result(
			written,
			() =>
				`report  ${written.index} (${plural(written.pages, "page")}, ${plural(written.clips, "clip")})`,
		);
		return exitCodes.done;
	} finally {
		store.close();
	}
}

/** Pages of neurons, when the run has all of its layers' units. */
function pageCount(
	{ layers }: RunView,
	{ layers: selected, neurons }: PageSelection,
): number {
	return countAsked({
		network: {
			layers: layers.filter(({ name }) => selected?.includes(name) ?? true),
		},
		...(neurons === undefined ? {} : { neurons }),
	});
}
