/** A small study folder: the example that `init` makes, cut down to the classifier layer. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { init } from "../../src/cli/commands/init.ts";
import { openStore } from "../../src/store/open.ts";
import type { NeuronView } from "../../src/store/store.ts";
import type { FakeLlmServer } from "./fake-llm-server.ts";

export function temporaryFolder(): { readonly path: string; remove(): void } {
	const path = mkdtempSync(join(tmpdir(), "audio-dissect-cli-"));
	return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs `init` and replaces lines of dissect.yaml: `{ "layers: []": "layers: [classifier]" }`. Returns the config's path. */
export async function initStudy(
	folder: string,
	replacements: Readonly<Record<string, string>> = {},
): Promise<string> {
	await init({ result: () => undefined }, folder);
	const path = join(folder, "dissect.yaml");
	let text = readFileSync(path, "utf8");
	for (const [from, to] of Object.entries({
		"layers: []": "layers: [classifier]",
		// The quiz and triage have tests of their own.
		"check: true": "check: false",
		"# enabled: auto": "enabled: false",
		...replacements,
	})) {
		if (!text.includes(from))
			throw new Error(`the example config has no "${from}"`);
		text = text.replace(from, to);
	}
	writeFileSync(path, text);
	return path;
}

/** The replacements with which a study asks a model of the fake server. */
export const asking = (server: FakeLlmServer, model = "fake") => ({
	"provider: none": "provider: openai",
	"model: null": `model: ${model}`,
	"baseUrl: null": `baseUrl: ${server.openAiUrl}`,
});

/** Everything that was described, without call ids, attempts and folders: the same however often a run was interrupted. */
export function describedNeurons(store: string, layer = "classifier") {
	const opened = openStore({ directory: store, readOnly: true });
	const shown = (exemplars: NeuronView["high"]) =>
		exemplars.map(({ rank, activation, clip }) => ({
			rank,
			activation,
			clip: clip.id,
		}));
	try {
		const { id } = opened.readRun("latest");
		return opened
			.readLayerNeurons(id, layer, { from: 0, count: 10_000 })
			.map(({ provenance: _, high, low, ...neuron }) => ({
				...neuron,
				high: shown(high),
				low: shown(low),
			}));
	} finally {
		opened.close();
	}
}
