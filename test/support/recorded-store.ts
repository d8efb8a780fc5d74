/** A store as an earlier run over the example study leaves it, without that run: made once, copied to the tests that are about something else. */
import { cpSync, existsSync, mkdtempSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { cleanCaption } from "../../src/modules/summarize/caption-hygiene.ts";
import { record } from "../../src/recordings/record.ts";
import { openStudy } from "../../src/study.ts";
import { initStudy } from "./study.ts";

/** Puts the recording of the classifier layer and the vectors of captions and concepts into a store that is not there yet. */
export async function fillStore(store: string): Promise<void> {
	const made = join(tmpdir(), "recorded-store");
	if (!existsSync(made)) await makeStore(made);
	cpSync(made, store, { recursive: true });
}

/** A study folder, as `initStudy` makes it, whose store is filled. */
export async function initRecordedStudy(
	folder: string,
	replacements: Readonly<Record<string, string>> = {},
): Promise<string> {
	const config = await initStudy(folder, replacements);
	await fillStore(join(folder, ".audio-dissect"));
	return config;
}

async function makeStore(path: string): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), "recorded-"));
	const config = await loadConfig({
		path: await initStudy(join(folder, "study")),
	});
	const study = await openStudy({ config });
	const { recording, network, probeSet, conceptSet, embeddings } = study;
	await record({
		...recording,
		network,
		probeSet,
		directory: join(config.store, "recordings"),
	});
	await embeddings.embed([
		...probeSet.clips.flatMap(({ captions }) => captions.map(cleanCaption)),
		...conceptSet.concepts,
	]);
	await study.close();
	try {
		renameSync(config.store, path);
	} catch (error) {
		// Another worker was first.
		if (!existsSync(path)) throw error;
	}
}
