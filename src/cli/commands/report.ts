/** `audio-dissect report`: the HTML report of a run. */
import { report } from "../../analysis/report/report.ts";
import { loadConfig } from "../../config/load.ts";
import { openStore } from "../../store/open.ts";
import { exitCodes } from "../exit.ts";
import { plural } from "../format.ts";
import type { Session } from "../session.ts";

export async function reportCommand(
	session: Session,
	options: {
		readonly config: string;
		readonly set: readonly string[];
		readonly run?: string | undefined;
		readonly output?: string;
	},
): Promise<number> {
	const config = await loadConfig({ path: options.config, set: options.set });
	const store = openStore({ directory: config.store, readOnly: true });
	try {
		const written = await report({
			store,
			run: options.run ?? "latest",
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
