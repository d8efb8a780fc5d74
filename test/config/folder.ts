/** Config files for the tests, in a folder with the files they name. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/temporary-store.ts";

export const MINIMAL =
	"network: demo\nprobeSet: clips.jsonl\nconceptSet: concepts.txt\n";

/** Writes `text` as dissect.yaml beside clips.jsonl, concepts.txt, net.yaml and prompts/. Returns the path of the config. */
export function configFile(text: string | Uint8Array): string {
	const folder = temporaryFolder();
	for (const name of ["clips.jsonl", "concepts.txt", "net.yaml"])
		writeFileSync(join(folder, name), "");
	mkdirSync(join(folder, "prompts"));
	const path = join(folder, "dissect.yaml");
	writeFileSync(path, text);
	return path;
}
