/** `audio-dissect init`: a study folder that runs as it is, to be changed bit by bit. */
import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ConfigError } from "../../errors.ts";
import { makeDirectorySync } from "../../shared/make-directory.ts";
import { packageFile } from "../../shared/package.ts";
import { systemReason } from "../../shared/system-reason.ts";
import { exitCodes } from "../exit.ts";
import { shellWord } from "../format.ts";
import type { Session } from "../session.ts";

/** Classes and clips of the demo that the example manifest shows: enough for five exemplars a side. */
const EXAMPLE_CLASSES = [
	"piano",
	"rain",
	"siren",
	"english_speech",
	"snare_drum",
	"wind",
];
const CLIPS_PER_CLASS = 4;

export async function init(
	session: Pick<Session, "result">,
	target: string,
): Promise<number> {
	const directory = resolve(target);
	await refuseUsedFolder(directory);
	for (const folder of ["clips", "concepts", "prompts"])
		try {
			makeDirectorySync(join(directory, folder));
		} catch (error) {
			throw unusable(directory, systemReason(error), error);
		}

	await copyFile(
		packageFile("config/dissect.example.yaml"),
		join(directory, "dissect.yaml"),
	);
	await copyFile(
		packageFile("concepts/demo.txt"),
		join(directory, "concepts", "concepts.txt"),
	);
	const prompts = (await readdir(packageFile("prompts"))).filter((name) =>
		name.endsWith(".md"),
	);
	for (const name of prompts)
		await copyFile(
			packageFile(`prompts/${name}`),
			join(directory, "prompts", name),
		);
	const clips = await writeExampleManifest(directory);

	const files = [
		"dissect.yaml",
		"probe-set.jsonl",
		"concepts/concepts.txt",
		...prompts.map((name) => `prompts/${name}`),
	];
	session.result({ directory, files, clips }, () =>
		[
			`study folder ${directory}`,
			"  dissect.yaml           the config: network, clips, concepts, who writes; every field explained",
			`  probe-set.jsonl        ${clips} example clips (clips/) with captions: replace them by yours`,
			"  concepts/concepts.txt  the closed set of concepts, one a line",
			"  prompts/               the prompts, to change if you like",
			"",
			`It runs as it is:  audio-dissect dissect --config ${shellWord(join(target, "dissect.yaml"))}`,
			`then:              audio-dissect report --config ${shellWord(join(target, "dissect.yaml"))}`,
		].join("\n"),
	);
	return exitCodes.done;
}

async function refuseUsedFolder(directory: string): Promise<void> {
	const entries = await readdir(directory).catch(
		(error: NodeJS.ErrnoException) => {
			if (error.code === "ENOENT") return [];
			const reason =
				error.code === "ENOTDIR" ? "it is a file" : systemReason(error);
			throw unusable(directory, reason, error);
		},
	);
	if (entries.length > 0)
		throw new ConfigError(
			`${directory} is not empty: expected a new or an empty folder, got ${entries.length} entries`,
			{
				code: "directory_not_empty",
				hint: "Name another folder; init never overwrites.",
			},
		);
}

function unusable(
	directory: string,
	reason: string,
	cause: unknown,
): ConfigError {
	return new ConfigError(
		`${directory} cannot be used as a study folder: ${reason}`,
		{
			code: "directory_unusable",
			hint: "Name a new or an empty folder in one that you may write to.",
			cause,
		},
	);
}

/** Copies some demo clips and their manifest lines. Returns how many. */
async function writeExampleManifest(directory: string): Promise<number> {
	const lines = (await readFile(packageFile("demo/probe-set.jsonl"), "utf8"))
		.trimEnd()
		.split("\n");
	const chosen: string[] = [];
	const taken = new Map<string, number>();
	for (const line of lines) {
		const entry = JSON.parse(line) as { clip: string; label: string };
		const count = taken.get(entry.label) ?? 0;
		if (!EXAMPLE_CLASSES.includes(entry.label) || count >= CLIPS_PER_CLASS)
			continue;
		taken.set(entry.label, count + 1);
		chosen.push(line);
		await copyFile(
			packageFile(`demo/${entry.clip}`),
			join(directory, entry.clip),
		);
	}
	await writeFile(join(directory, "probe-set.jsonl"), `${chosen.join("\n")}\n`);
	return chosen.length;
}
