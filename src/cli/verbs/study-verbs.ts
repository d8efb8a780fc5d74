/** The verbs of a study: demo, init, inspect, record, dissect, report. */
import { type Command, Option } from "commander";
import { addVerb, collect, runCommand, withConfig } from "../verbs.ts";

export function addStudyVerbs(program: Command): void {
	addVerb(
		program,
		"demo",
		"the whole pipeline on a shipped network and the shipped clips",
	)
		.addOption(
			new Option(
				"--network <name>",
				"trained: the demo's own; random: its control before training; crepe: a published pitch tracker; musicnn: a published music tagger",
			)
				.choices(["trained", "random", "crepe", "musicnn"])
				.default("trained"),
		)
		.option("-o, --directory <dir>", "where results go", "audio-dissect-demo")
		.option(
			"--set <path=value>",
			"override a config value (repeatable)",
			collect,
			[] as string[],
		)
		.action((options) =>
			runCommand(options, async (session) =>
				(await import("../commands/demo.ts")).demo(session, options),
			),
		);

	addVerb(
		program,
		"init <dir>",
		"a commented study folder to start from",
	).action((directory: string, options) =>
		runCommand(options, async (session) =>
			(await import("../commands/init.ts")).init(session, directory),
		),
	);

	addVerb(
		program,
		"inspect <network>",
		"layers of an ONNX file, or of a descriptor's, that can be tapped, and a layers: block to copy",
	)
		.option(
			"--all",
			"every tappable tensor, not only the suggested ones",
			false,
		)
		.action((network: string, options) =>
			runCommand(options, async (session) =>
				(await import("../commands/inspect.ts")).inspect(session, {
					network,
					...options,
				}),
			),
		);

	withConfig(
		addVerb(program, "record", "run the network over the probe set; resumable"),
	)
		.option(
			"--layers <names>",
			"only these layers, comma-separated; * is a wildcard",
		)
		.option(
			"--traces <names>",
			"also the course over time of these neurons, e.g. classifier#0-9",
		)
		.option(
			"--trace-clips <ids>",
			"clips of the traces, comma-separated; * is a wildcard (default: all)",
		)
		.action((options) =>
			runCommand(options, async (session) =>
				(await import("../commands/record.ts")).recordCommand(session, options),
			),
		);

	withConfig(
		addVerb(
			program,
			"dissect",
			"describe every neuron: record if needed, exemplars, modules A, B, C; resumable",
		),
	)
		.option(
			"--layers <names>",
			"only these layers, comma-separated; * is a wildcard",
		)
		.option(
			"--neurons <names>",
			"only these neurons, e.g. classifier#0-9,layer.2.output.dense#17",
		)
		.option("--modules <names>", "only these modules, comma-separated")
		.option(
			"--prompts <dir>",
			"prompt files that replace the shipped ones by name",
		)
		.action((options) =>
			runCommand(options, async (session) =>
				(await import("../commands/dissect.ts")).dissectCommand(
					session,
					options,
				),
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
		.action((run: string | undefined, options) =>
			runCommand(options, async (session) =>
				(await import("../commands/report.ts")).reportCommand(session, {
					run,
					...options,
				}),
			),
		);
}
