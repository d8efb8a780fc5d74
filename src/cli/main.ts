#!/usr/bin/env node
/** The command line. Thin: the verbs are added, commands are loaded on demand. */
import { Command, CommanderError } from "commander";
import { packageVersion } from "../shared/package.ts";
import { exitCodes } from "./exit.ts";
import { addDataVerbs } from "./verbs/data-verbs.ts";
import { addRunVerbs } from "./verbs/run-verbs.ts";
import { addStoreVerbs } from "./verbs/store-verbs.ts";
import { addStudyVerbs } from "./verbs/study-verbs.ts";

// Whoever reads may stop reading (`| head`): what is left is not written, the work goes on.
for (const stream of [process.stdout, process.stderr])
	stream.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code !== "EPIPE") throw error;
	});

const program = new Command("audio-dissect")
	.description(
		"Says in plain language what each neuron of an acoustic neural network listens to.",
	)
	.version(packageVersion())
	.showHelpAfterError("(--help shows what is possible)")
	.exitOverride();
addStudyVerbs(program);
addRunVerbs(program);
addDataVerbs(program);
addStoreVerbs(program);

try {
	await program.parseAsync();
} catch (error) {
	if (!(error instanceof CommanderError)) throw error;
	// Help and version are no errors; everything else commander refuses is bad usage, already explained on stderr.
	process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
}
