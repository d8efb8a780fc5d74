/** The verbs of a study: demo, init, inspect, record, caption, dissect, llm. */
import { type Command, Option } from "commander";
import {
	addVerb,
	collect,
	runCommand,
	withConfig,
	withModel,
} from "../verbs.ts";

const DRY_RUN =
	"only count: language model calls, tokens and price; nothing is sent or recorded";

export function addStudyVerbs(program: Command): void {
	withModel(
		addVerb(
			program,
			"demo",
			"the whole pipeline on a shipped network and the shipped clips",
		),
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
		.option("--dry-run", DRY_RUN, false)
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
		.option(
			"--retry-excluded",
			"try clips again that a finished recording left out",
		)
		.action((options) =>
			runCommand(options, async (session) =>
				(await import("../commands/record.ts")).recordCommand(session, options),
			),
		);

	withModel(
		withConfig(
			addVerb(
				program,
				"caption",
				"captions for the clips that have none, by a model that hears; cached, resumable",
			),
		),
	)
		.option(
			"-o, --output <file>",
			"captions file, .jsonl (default: the config's, else captions.jsonl beside it)",
		)
		.option("--samples <n>", "captions of each clip (default: the config's)")
		.option(
			"--clips <ids>",
			"only these clips, comma-separated; * is a wildcard",
		)
		.option(
			"--prompts <dir>",
			"prompt files that replace the shipped ones by name",
		)
		.option("--dry-run", "count the calls, send nothing", false)
		.action((options) =>
			runCommand(options, async (session) =>
				(await import("../commands/caption.ts")).captionCommand(
					session,
					options,
				),
			),
		);

	withModel(
		withConfig(
			addVerb(
				program,
				"dissect",
				"describe every neuron: record if needed, exemplars, modules A, B, C; resumable",
			),
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
		.addOption(
			new Option("--dry-run", DRY_RUN).default(false).conflicts("batchPoll"),
		)
		.addOption(
			new Option(
				"--batch",
				"submit language model calls in the provider's batches, at a lower price; failed ones again",
			)
				.default(false)
				.conflicts("batchPoll"),
		)
		.option(
			"--batch-poll",
			"fetch what batches have answered and go on; exit code 1 while any is open",
			false,
		)
		.option(
			"--prompts <dir>",
			"prompt files that replace the shipped ones by name",
		)
		.action((options) =>
			runCommand(options, async (session) =>
				(options.batch && !options.dryRun) || options.batchPoll
					? (await import("../commands/dissect-batch.ts")).dissectBatchCommand(
							session,
							options,
						)
					: (await import("../commands/dissect.ts")).dissectCommand(
							session,
							options,
						),
			),
		);

	const llm = program
		.command("llm")
		.description("the language models themselves");
	withModel(
		withConfig(
			addVerb(
				llm,
				"check",
				"is this model good enough? A quiz with known answers: scores beside chance, speed and price (without a config: the demo's)",
			),
		),
	)
		.option(
			"--prompts <dir>",
			"prompt files that replace the shipped ones by name",
		)
		.action((options, command: Command) =>
			runCommand(options, async (session) =>
				(await import("../commands/llm.ts")).llmCheck(session, {
					...options,
					configGiven: command.getOptionValueSource("config") === "cli",
				}),
			),
		);
}
