/** The verbs about data from elsewhere: inputs, import. */
import type { Command } from "commander";
import { addVerb, collect, runCommand, withConfig } from "../verbs.ts";

export function addDataVerbs(program: Command): void {
	const inputs = program
		.command("inputs")
		.description("the probe set before anything is recorded");
	withConfig(
		addVerb(
			inputs,
			"check [manifest]",
			"every problem of a probe set at once: manifest, each clip decoded, captions, labels (default: the config's)",
		),
	)
		.option("--clips <dir>", "folder of the audio files (with a manifest)")
		.option("--captions <file>", "captions by clip (with a manifest)")
		.option("--network <file>", "descriptor to check against (with a manifest)")
		.option(
			"--cache <dir>",
			"where audio out of Parquet goes (with a manifest)",
			".audio-dissect/clips",
		)
		.option("--all", "print every finding, not ten of a kind", false)
		.action((manifest: string | undefined, options) =>
			runCommand(options, async (session) =>
				(await import("../commands/inputs.ts")).checkInputs(session, {
					manifest,
					...options,
				}),
			),
		);

	const imports = program
		.command("import")
		.description("what other programs have recorded");
	addVerb(
		imports,
		"activations <manifest>",
		"check activations of PyTorch or NumPy (docs/import.md); with --config, make the recording",
	)
		.option("-c, --config <file>", "study config with the probe set")
		.option(
			"--set <path=value>",
			"override a config value (repeatable)",
			collect,
			[] as string[],
		)
		.action((manifest: string, options) =>
			runCommand(options, async (session) =>
				(await import("../commands/import.ts")).importActivations(session, {
					manifest,
					...options,
				}),
			),
		);
	addVerb(imports, "and", "files of the published AND code")
		.option("--captions <file>", "salmon_*.json")
		.option("--clips <dir>", "folder of the audio files of the captions")
		.option(
			"--samples <file>",
			"discriminative_samples/*.json (repeatable)",
			collect,
			[] as string[],
		)
		.option(
			"--summaries <file>",
			"its high or low summaries (repeatable)",
			collect,
			[] as string[],
		)
		.option(
			"--calibrations <file>",
			"calibration_*.json (repeatable)",
			collect,
			[] as string[],
		)
		.option(
			"--predictions <file>",
			"db-*.json, tab-*.json or in-context predictions (repeatable)",
			collect,
			[] as string[],
		)
		.option("--classes <file>", "network_class/*.txt")
		.option("--concepts <file>", "concept_set/*.txt")
		.option("-o, --output <dir>", "folder that is written to", "and")
		.action((options) =>
			runCommand(options, async (session) =>
				(await import("../commands/import.ts")).importAnd(session, options),
			),
		);
}
