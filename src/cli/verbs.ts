/** How a verb is added to the program: the options all share, and the call that runs it. */
import { type Command, Option } from "commander";
import { describeError, exitCodeOf } from "./exit.ts";
import type { GlobalOptions, Session } from "./session.ts";

type Run = (session: Session) => Promise<number>;

/** Runs a command in a session; what it throws becomes words on stderr and an exit code. */
export async function runCommand(
	global: GlobalOptions,
	run: Run,
): Promise<void> {
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

/** Adds a verb with the options that every verb takes. */
export function addVerb(
	parent: Command,
	name: string,
	description: string,
): Command {
	return parent
		.command(name)
		.description(description)
		.option("--json", "print the result as JSON", false)
		.option("--quiet", "no progress on stderr", false)
		.addOption(
			new Option("--debug", "print the stack of an error").default(false),
		);
}

/** Of an option that may be given several times. */
export function collect(value: string, all: readonly string[]): string[] {
	return [...all, value];
}

/** Adds the options of a verb that reads a study config. */
export function withConfig(command: Command): Command {
	return command
		.option("-c, --config <file>", "study config", "dissect.yaml")
		.option(
			"--set <path=value>",
			"override a config value, e.g. --set exemplars.count=8 (repeatable)",
			collect,
			[] as string[],
		);
}

/** Adds the options that name the language model, in place of what the config says. A key is never one of them: it would be in the shell's history. */
export function withModel(command: Command): Command {
	return command
		.addOption(
			new Option(
				"--provider <name>",
				"who is asked for text, for languageModel.provider",
			).choices(["none", "openai", "anthropic", "llama-cpp", "replay"]),
		)
		.option("--model <name>", "model name, for languageModel.model")
		.option(
			"--base-url <url>",
			"address of a compatible server, for languageModel.baseUrl",
		)
		.option(
			"--concurrency <n>",
			"requests in flight, or auto, for languageModel.concurrency",
		)
		.option(
			"--api-key-env <variable>",
			"environment variable that has the key, for languageModel.apiKeyEnv",
		);
}
