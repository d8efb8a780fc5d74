#!/usr/bin/env node
/** The command line. Thin: parses, loads a command on demand, turns what is thrown into words and an exit code. */
import { Command, CommanderError, Option } from "commander";
import { packageVersion } from "../shared/package.ts";
import { describeError, exitCodeOf, exitCodes } from "./exit.ts";
import type { GlobalOptions, Session } from "./session.ts";

type Run = (session: Session) => Promise<number>;

async function runCommand(global: GlobalOptions, run: Run): Promise<void> {
	const { openSession } = await import("./session.ts");
	const session = openSession(global);
	try {
		process.exitCode = await run(session);
	} catch (error) {
		session.progress.finish();
		process.stderr.write(describeError(error, { debug: global.debug }));
		process.exitCode = exitCodeOf(error);
	} finally {
		session.close();
	}
}

function buildProgram(): Command {
	const program = new Command("audio-dissect")
		.description(
			"Says in plain language what each neuron of an acoustic neural network listens to.",
		)
		.version(packageVersion())
		.showHelpAfterError("(--help shows what is possible)")
		.exitOverride();

	/** Options that every command takes, and the call that runs it. */
	const add = (name: string, description: string, parent = program) => {
		const command = parent
			.command(name)
			.description(description)
			.option("--json", "print the result as JSON", false)
			.option("--quiet", "no progress on stderr", false)
			.addOption(
				new Option("--debug", "print the stack of an error").default(false),
			);
		return command;
	};
	const withConfig = (command: Command): Command =>
		command
			.option("-c, --config <file>", "study config", "dissect.yaml")
			.option(
				"--set <path=value>",
				"override a config value, e.g. --set exemplars.count=8 (repeatable)",
				(value: string, all: string[]) => [...all, value],
				[] as string[],
			);

	add("demo", "the whole pipeline on a shipped network and the shipped clips")
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
			(value: string, all: string[]) => [...all, value],
			[] as string[],
		)
		.action((options) =>
			runCommand(options, async (session) =>
				(await import("./commands/demo.ts")).demo(session, options),
			),
		);

	add("init <dir>", "a commented study folder to start from").action(
		(directory: string, options) =>
			runCommand(options, async (session) =>
				(await import("./commands/init.ts")).init(session, directory),
			),
	);

	add(
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
				(await import("./commands/inspect.ts")).inspect(session, {
					network,
					...options,
				}),
			),
		);

	withConfig(add("record", "run the network over the probe set; resumable"))
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
				(await import("./commands/record.ts")).recordCommand(session, options),
			),
		);

	withConfig(
		add(
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
				(await import("./commands/dissect.ts")).dissectCommand(
					session,
					options,
				),
			),
		);

	withConfig(add("report [run]", "HTML report of a run (default: the latest)"))
		.option("-o, --output <dir>", "report folder (default: from the config)")
		.action((run: string | undefined, options) =>
			runCommand(options, async (session) =>
				(await import("./commands/report.ts")).reportCommand(session, {
					run,
					...options,
				}),
			),
		);

	const inputs = program
		.command("inputs")
		.description("the probe set before anything is recorded");
	withConfig(
		add(
			"check [manifest]",
			"every problem of a probe set at once: manifest, each clip decoded, captions, labels (default: the config's)",
			inputs,
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
				(await import("./commands/inputs.ts")).checkInputs(session, {
					manifest,
					...options,
				}),
			),
		);

	const imports = program
		.command("import")
		.description("what other programs have recorded");
	add(
		"activations <manifest>",
		"check activations of PyTorch or NumPy (docs/import.md); with --config, make the recording",
		imports,
	)
		.option("-c, --config <file>", "study config with the probe set")
		.option(
			"--set <path=value>",
			"override a config value (repeatable)",
			(value: string, all: string[]) => [...all, value],
			[] as string[],
		)
		.action((manifest: string, options) =>
			runCommand(options, async (session) =>
				(await import("./commands/import.ts")).importActivations(session, {
					manifest,
					...options,
				}),
			),
		);
	add("and", "files of the published AND code", imports)
		.option("--captions <file>", "salmon_*.json")
		.option("--clips <dir>", "folder of the audio files of the captions")
		.option(
			"--samples <file>",
			"discriminative_samples/*.json (repeatable)",
			(value: string, all: string[]) => [...all, value],
			[] as string[],
		)
		.option("--classes <file>", "network_class/*.txt")
		.option("--concepts <file>", "concept_set/*.txt")
		.option("-o, --output <dir>", "folder that is written to", "and")
		.action((options) =>
			runCommand(options, async (session) =>
				(await import("./commands/import.ts")).importAnd(session, options),
			),
		);

	const runs = program.command("runs").description("what the store holds");
	const runsCommand = (name: string, description: string) =>
		withConfig(add(name, description, runs)).option(
			"--store <dir>",
			"store folder (default: from the config)",
		);
	runsCommand("list", "all runs, newest first").action((options) =>
		runCommand(options, async (session) =>
			(await import("./commands/runs.ts")).listRuns(session, options),
		),
	);
	runsCommand("show [run]", "one run: inputs, counts, scores, failures").action(
		(run: string | undefined, options) =>
			runCommand(options, async (session) =>
				(await import("./commands/runs.ts")).showRun(session, {
					run,
					...options,
				}),
			),
	);
	runsCommand(
		"calls [neuron]",
		"language-model calls behind a neuron (layer#unit) or a whole run",
	)
		.option("--run <run>", "run id or tag", "latest")
		.action((neuron: string | undefined, options) =>
			runCommand(options, async (session) =>
				(await import("./commands/runs.ts")).showCalls(session, {
					neuron,
					...options,
				}),
			),
		);
	runsCommand("tag <run> <tag>", "name a run").action(
		(run: string, tag: string, options) =>
			runCommand(options, async (session) =>
				(await import("./commands/runs.ts")).tagRun(session, {
					run,
					tag,
					...options,
				}),
			),
	);
	runsCommand(
		"rm <run>",
		"forget a run; its calls, embeddings and recordings stay",
	).action((run: string, options) =>
		runCommand(options, async (session) =>
			(await import("./commands/runs.ts")).removeRun(session, {
				run,
				...options,
			}),
		),
	);

	const config = program.command("config").description("the study config");
	withConfig(
		add("show", "the config with every default, paths resolved", config),
	).action((options) =>
		runCommand(options, async (session) =>
			(await import("./commands/config.ts")).showConfig(session, options),
		),
	);
	add("schema", "JSON Schema of the config or of a network descriptor", config)
		.option("--network", "of a network descriptor", false)
		.action((options) =>
			runCommand(options, async (session) =>
				(await import("./commands/config.ts")).showSchema(session, options),
			),
		);

	const prompts = program.command("prompts").description("the prompt files");
	const promptsCommand = (name: string, description: string) =>
		add(name, description, prompts).option(
			"--prompts <dir>",
			"prompt files that replace the shipped ones by name",
		);
	promptsCommand("list", "name, version, module, hash, file").action(
		(options) =>
			runCommand(options, async (session) =>
				(await import("./commands/prompts.ts")).listPrompts(session, options),
			),
	);
	promptsCommand("check", "every problem of every prompt file").action(
		(options) =>
			runCommand(options, async (session) =>
				(await import("./commands/prompts.ts")).checkPromptFiles(
					session,
					options,
				),
			),
	);
	promptsCommand("show <name>", "a prompt's source").action(
		(name: string, options) =>
			runCommand(options, async (session) =>
				(await import("./commands/prompts.ts")).showPrompt(session, {
					name,
					...options,
				}),
			),
	);
	return program;
}

try {
	await buildProgram().parseAsync();
} catch (error) {
	if (!(error instanceof CommanderError)) throw error;
	// Help and version are no errors; everything else commander refuses is bad usage, already explained on stderr.
	process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
}
