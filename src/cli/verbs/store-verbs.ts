/** The verbs that look at what is there: runs, cache, config, prompts. */
import type { Command } from "commander";
import {
	addVerb,
	collect,
	runCommand,
	withConfig,
	withModel,
} from "../verbs.ts";

export function addStoreVerbs(program: Command): void {
	const runs = program.command("runs").description("what the store holds");
	const runsCommand = (name: string, description: string) =>
		withConfig(addVerb(runs, name, description)).option(
			"--store <dir>",
			"store folder (default: from the config)",
		);
	runsCommand(
		"list",
		"all runs, newest first, and what was asked outside of runs",
	).action((options) =>
		runCommand(options, async (session) =>
			(await import("../commands/runs.ts")).listRuns(session, options),
		),
	);
	runsCommand(
		"show [run]",
		"one run (default: the latest): inputs, counts, scores, failures, price; or what `caption`, `llm-check` or a `probe` took outside of runs",
	).action((run: string | undefined, options) =>
		runCommand(options, async (session) =>
			(await import("../commands/runs.ts")).showRun(session, {
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
				(await import("../commands/runs.ts")).showCalls(session, {
					neuron,
					...options,
				}),
			),
		);
	runsCommand("tag <run> <tag>", "name a run").action(
		(run: string, tag: string, options) =>
			runCommand(options, async (session) =>
				(await import("../commands/runs.ts")).tagRun(session, {
					run,
					tag,
					...options,
				}),
			),
	);
	runsCommand("untag <tag>", "free a tag for another run").action(
		(tag: string, options) =>
			runCommand(options, async (session) =>
				(await import("../commands/runs.ts")).untagRun(session, {
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
			(await import("../commands/runs.ts")).removeRun(session, {
				run,
				...options,
			}),
		),
	);

	const cache = program
		.command("cache")
		.description("the language-model calls and embeddings of the store");
	const cacheCommand = (name: string, description: string) =>
		withConfig(addVerb(cache, name, description)).option(
			"--store <dir>",
			"store folder (default: from the config)",
		);
	cacheCommand(
		"stats",
		"calls, outcomes, tokens and size by model and operation",
	).action((options) =>
		runCommand(options, async (session) =>
			(await import("../commands/cache.ts")).cacheStats(session, options),
		),
	);
	cacheCommand(
		"export <file>",
		"every call as JSON lines (.gz: compressed), to be imported elsewhere",
	)
		.option("--embeddings", "the embeddings too", false)
		.action((file: string, options) =>
			runCommand(options, async (session) =>
				(await import("../commands/cache.ts")).exportCacheFile(session, {
					file,
					...options,
				}),
			),
		);
	cacheCommand(
		"import <file>",
		"take over the calls of an exported cache; each is checked against its key",
	).action((file: string, options) =>
		runCommand(options, async (session) =>
			(await import("../commands/cache.ts")).importCacheFile(session, {
				file,
				...options,
			}),
		),
	);
	cacheCommand(
		"prune",
		"count the calls that no run is linked to; with --yes, delete them",
	)
		.option("--failed", "only those that are never served", false)
		.option("--older-than <days>", "only those older than so many days")
		.option(
			"--operation <name>",
			"only those of this operation, such as summarize (repeatable; caption has to be named)",
			collect,
			[] as string[],
		)
		.option("--yes", "delete", false)
		.action((options) =>
			runCommand(options, async (session) =>
				(await import("../commands/cache.ts")).pruneCache(session, options),
			),
		);

	const config = program.command("config").description("the study config");
	withConfig(
		addVerb(config, "show", "the config with every default, paths resolved"),
	).action((options) =>
		runCommand(options, async (session) =>
			(await import("../commands/config.ts")).showConfig(session, options),
		),
	);
	addVerb(
		config,
		"schema",
		"JSON Schema of the config or of a network descriptor",
	)
		.option("--network", "of a network descriptor", false)
		.action((options) =>
			runCommand(options, async (session) =>
				(await import("../commands/config.ts")).showSchema(session, options),
			),
		);

	const prompts = program.command("prompts").description("the prompt files");
	const promptsCommand = (name: string, description: string) =>
		withConfig(addVerb(prompts, name, description)).option(
			"--prompts <dir>",
			"prompt files that replace the shipped ones by name (default: from the config, if there is one)",
		);
	const configGiven = (command: Command): boolean =>
		command.getOptionValueSource("config") === "cli";
	promptsCommand("list", "name, version, module, hash, file").action(
		(options, command: Command) =>
			runCommand(options, async (session) =>
				(await import("../commands/prompts.ts")).listPrompts(session, {
					...options,
					configGiven: configGiven(command),
				}),
			),
	);
	promptsCommand("check", "every problem of every prompt file").action(
		(options, command: Command) =>
			runCommand(options, async (session) =>
				(await import("../commands/prompts.ts")).checkPromptFiles(session, {
					...options,
					configGiven: configGiven(command),
				}),
			),
	);
	withModel(
		promptsCommand(
			"show <name>",
			"a prompt's source; of a neuron (layer#unit), the exact messages and which calls are in the store",
		),
	)
		.option("--run <run>", "run id or tag, for a neuron", "latest")
		.action((name: string, options, command: Command) =>
			runCommand(options, async (session) =>
				name.includes("#")
					? (await import("../commands/neuron-prompts.ts")).showNeuronPrompts(
							session,
							{ neuron: name, ...options },
						)
					: (await import("../commands/prompts.ts")).showPrompt(session, {
							name,
							...options,
							configGiven: configGiven(command),
						}),
			),
		);
	promptsCommand(
		"diff [name]",
		"what prompts of your own change, and what is asked again because of it",
	).action((name: string | undefined, options) =>
		runCommand(options, async (session) =>
			(await import("../commands/prompts.ts")).diffPrompts(session, {
				name,
				...options,
			}),
		),
	);
}
