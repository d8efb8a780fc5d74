/** Rules between the fields of a config, which a schema of single fields cannot say. */
import type { ModuleName } from "../types.ts";
import {
	type ModelSettings,
	modelSettings,
	type Operation,
} from "./model-settings.ts";
import type { ConfigValues } from "./schema.ts";
import { triageSetting } from "./triage-setting.ts";

export type Problem = {
	readonly path: readonly PropertyKey[];
	readonly message: string;
	/** The key is the problem, not its value. */
	readonly atKey?: true;
};

/** Every rule that is broken. */
export function brokenRules(values: ConfigValues): Problem[] {
	return [
		...modelRules(values),
		...calibrationRules(values),
		...closedSetRules(values),
		...triageRules(values),
		...moduleRules(values),
	];
}

function modelRules({ languageModel, embeddings }: ConfigValues): Problem[] {
	const operations = Object.keys(languageModel.modules) as Operation[];
	return [
		...missingFields(languageModel).map(({ field, message }) => ({
			path: ["languageModel", field],
			message,
		})),
		...operations.flatMap((operation) =>
			missingFields(modelSettings(languageModel, operation)).map(
				({ field, message }) => ({
					path: ["languageModel", "modules", operation, field],
					message,
				}),
			),
		),
		...(embeddings.provider === "openai" && embeddings.model === null
			? [
					{
						path: ["embeddings", "model"],
						message: modelNeeded(embeddings.provider),
					},
				]
			: []),
	];
}

function modelNeeded(provider: string): string {
	return `expected a model name, because provider is "${provider}"`;
}

/** What a provider cannot do without. */
function missingFields({
	provider,
	replayOf,
	model,
	file,
}: ModelSettings): { readonly field: string; readonly message: string }[] {
	if (provider === "none") return [];
	if (provider === "replay" && replayOf === null)
		return [
			{
				field: "replayOf",
				message:
					'expected the provider whose recorded calls are replayed (openai, anthropic, llama-cpp), because provider is "replay"',
			},
		];
	if ((provider === "replay" ? replayOf : provider) === "llama-cpp")
		return file === null
			? [
					{
						field: "file",
						message: `expected the path of a GGUF file, because provider is "${provider}"`,
					},
				]
			: [];
	return model === null
		? [{ field: "model", message: modelNeeded(provider) }]
		: [];
}

function calibrationRules({
	languageModel,
	summaryCalibration,
}: ConfigValues): Problem[] {
	return summaryCalibration.method === "model" &&
		languageModel.provider === "none"
		? [
				{
					path: ["summaryCalibration", "method"],
					message:
						'"model" needs a language model, and languageModel.provider is "none"; expected embeddings, or another provider',
				},
			]
		: [];
}

function closedSetRules({
	closedSet,
	languageModel,
	modules,
	textAudio,
}: ConfigValues): Problem[] {
	const { method } = closedSet;
	const path = ["closedSet", "method"];
	if (method === "tab")
		return textAudio === null
			? [
					{
						path,
						message:
							'"tab" needs a text-audio encoder, and textAudio is not set; expected db, or the encoder\'s YAML file',
					},
				]
			: [];
	if (method === "db") return [];
	const problems: Problem[] = [];
	if (languageModel.provider === "none")
		problems.push({
			path,
			message:
				'"icl" needs a language model, and languageModel.provider is "none"; expected db, or another provider',
		});
	if (modules.includes("closed-set") && !modules.includes("summarize"))
		problems.push({
			path,
			message:
				'"icl" reads the summaries, and "summarize" is not listed in modules',
		});
	if (closedSet.function !== "auto")
		problems.push({
			path: ["closedSet", "function"],
			message: `"icl" compares no activations; expected auto, got "${closedSet.function}"`,
		});
	return problems;
}

function triageRules(values: ConfigValues): Problem[] {
	return triageSetting(values)?.clarity === "audio" && values.textAudio === null
		? [
				{
					path: ["triage", "clarity"],
					message:
						'"audio" needs a text-audio encoder, and textAudio is not set; expected captions, or the encoder\'s YAML file',
				},
			]
		: [];
}

function moduleRules({ modules }: ConfigValues): Problem[] {
	const chain: readonly ModuleName[] = [
		"summarize",
		"summary-calibration",
		"open-set-extraction",
	];
	return modules.flatMap((name, index) => {
		const path = ["modules", index];
		if (modules.indexOf(name) !== index)
			return [{ path, message: `"${name}" is there twice` }];
		const before = chain[chain.indexOf(name) - 1];
		return before === undefined || modules.includes(before)
			? []
			: [{ path, message: `"${name}" needs "${before}", which is not listed` }];
	});
}
